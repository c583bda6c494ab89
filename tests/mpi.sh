#!/bin/sh
# One network on several ranks (examples/mpi/train.c): the same weights from 1, 2, 3 and 4 of them, also when a rank was
# killed and the run went on with another number. Usage: sh tests/mpi.sh PROGRAM FOLDER.
set -u
program=$1 folder=$2
rm -rf "$folder"; mkdir -p "$folder"
passed=0 failed=0
# Containers work as root, and have fewer cores than ranks; both are asked for by name.
OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
ranks() # how many, arguments...
{
    n=$1; shift
    timeout 120 mpirun --oversubscribe --mca btl_vader_single_copy_mechanism none --mca mpi_yield_when_idle 1 -n "$n" "$program" "$@" 2>>"$folder/log"
}
weights() { sed -n 's/.*weights //p'; }
check() # title, got, wanted
{
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); echo "ok       $1"
    else failed=$((failed + 1)); echo "FAILED   $1: '$2', not '$3'"; tail -n 8 "$folder/log"; fi
}

one=$(ranks 1 --epochs 4 --width 32 | weights)
check "one rank gives weights" "$(echo "$one" | grep -Ec '^[0-9a-f]{8}$')" 1
for n in 2 3 4; do check "$n ranks, the same bits as one" "$(ranks $n --epochs 4 --width 32 | weights)" "$one"; done

# A rank dies at some moment; the run ends, its last checkpoint is whole, and another number of ranks goes on from it.
file=$folder/run.safetensors
ranks 4 --epochs 4 --width 32 --checkpoint "$file" --die 60 >/dev/null
check "a rank that dies ends the run" "$?" 137
check "with a sentence" "$(grep -c 'exited on signal 9' "$folder/log")" 1
check "and leaves a checkpoint" "$(test -s "$file" && echo yes)" yes
check "2 ranks go on from it, to the same bits" "$(ranks 2 --epochs 4 --width 32 --checkpoint "$file" --resume | weights)" "$one"
ranks 2 --epochs 4 --width 32 --checkpoint "$folder/none/run.safetensors" >/dev/null
check "a checkpoint that cannot be written ends the run" "$(test $? != 0 && grep -c 'cannot be written' "$folder/log")" 1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
