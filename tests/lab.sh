#!/bin/sh
# lab.sh LAB: the command line of examples/tools/lab.c. Bad input ends with a sentence and status 2 or 1, good input with 0, Ctrl-C with 130.
lab=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
passed=0 failed=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# expect STATUS PATTERN ARGUMENTS...: the status, and the pattern in what is printed.
expect() {
    status=$1 pattern=$2
    shift 2
    "$lab" "$@" > "$dir/out" 2>&1
    got=$?
    if [ $got -eq "$status" ] && grep -q -- "$pattern" "$dir/out"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "lab $*: status $got, not $status, or no '$pattern' in:"
        head -5 "$dir/out"
    fi
}

expect 0 'usage: lab' --help
expect 0 'winit.h [0-9]' --version
expect 2 'no command' 
expect 2 'no command dance' dance
expect 2 'two commands' probe train
expect 2 'no option --colour' --colour red probe
expect 2 'value is missing' probe --act
expect 2 "no activation 'rulu'" --act rulu probe
expect 2 "cannot read recipe 'he_norm'" --init he_norm probe
expect 2 "'64,x,10' is not a list" --layers 64,x,10 probe
expect 2 'at least an input' --layers 64 probe
expect 2 'digits has 64 inputs and 10 outputs' --layers 63,20,10 probe
expect 2 "'fast' is not a number" --rate fast train
expect 2 "not a number from" --steps 0 train
expect 2 "whole number" --batch 2.5 train
expect 2 "whole number" --seed x train
expect 2 "whole number" --seed -1 probe
expect 2 "whole number" --seed 18446744073709551616 probe
expect 2 'none of softmax' --loss hinge train
expect 2 'neither batch nor layer' --norm group train
expect 1 'none of sgd' --opt lion train
expect 1 'none of digits' --data cifar probe
expect 1 "$dir/none.csv" --data "$dir/none.csv" probe
expect 1 'cannot read recipe' --inits zeros/zero compare
expect 1 'lsuv sets the scale' --init lsuv sweep
expect 1 'load' --load "$dir/none.safetensors" probe

printf '0,0,0\n0,1,1\n1,0,1\n1,1,banana\n' > "$dir/bad.csv"
expect 1 'banana' --data "$dir/bad.csv" probe

for list in 'conv' 'conv 8' '8x8,conv 8 3x3 foo,10' '8x8,maxpool 2 relu,10' '8x8,,10' '3x5x5,10'; do
    expect 2 '--layers: ' --layers "$list" summary
done
expect 1 'the network 8' --layers '8x8, conv 8 3x3, avgpool' summary
expect 1 'not in \[0, 1)' --layers 'dropout 2, 10' summary
expect 2 'that a skip counts' --norm batch --layers '64, 64, 64, skip 2, 10' summary
expect 1 'steps from 20' --steps 5 rate
image='8x8, conv 8 3x3 same, maxpool 2, conv 8 3x3 same, conv 8 3x3 same linear, skip 2, relu, avgpool, 10'
expect 0 '^1338 parameters' --layers "$image" summary
expect 0 '^4 conv2d 3x3  *8x4x4  *584  *9216 ' --layers "$image" summary
expect 0 '^2 conv2d 2x2/2 tanh  *6x2x2  *198  *768 ' --layers '8x8, conv 8 3x3 stride 2 pad 1 tanh, conv 6 2x2 tanh stride 2, 10' summary
expect 0 '^13130 parameters' summary
expect 0 'batch_norm' --norm batch --layers 'conv 8 3x3, maxpool 2, 10' probe
expect 0 'the forecast was right' --layers "$image" --opt adam --rate 0.01 --steps 400 train
expect 0 'begin with a rate of' --figure "$dir/rate.svg" rate
expect 0 'too little to tell' --init zeros rate
expect 0 'ln 10 is 2.303' --trial 0 check
expect 0 'critical' predict
# LSUV sets every layer to a deviation of 1, and theory has to know.
expect 0 '^3 dense relu 64  *\(1\|1.0[0-9]*\|0.9[0-9]*\)  ' --init lsuv predict
expect 0 'depth of about' --act tanh --init normal:0,0.1 predict
expect 0 'healthy' probe
expect 0 'symmetric' --init zeros probe
expect 0 'saturated' --act tanh --init normal:0,1 --layers 64,50,50,50,50,10 probe
expect 0 'healthy' --raw --layers 64,40,40,10 --figure "$dir/lab.svg" --seed 3 --bias zeros --norm layer probe
awk 'BEGIN { for (i = 0; i < 60; i++) printf "%d,%d,%d\n", i * 37 % 251, i * 91 % 241, i % 3 }' > "$dir/bytes.csv"
expect 0 'unscaled_input' --data "$dir/bytes.csv" --raw probe
expect 0 'healthy' --data "$dir/bytes.csv" probe
expect 0 'Jacobian' --spectra --layers 64,12,10 probe
expect 0 'test accuracy' --steps 60 --save "$dir/w.safetensors" --figure "$dir/train.svg" train
expect 0 'test accuracy' --steps 5 --load "$dir/w.safetensors" train
expect 0 'forecast trains' check
expect 0 'the forecast was right' --steps 300 train
expect 0 'will not train' --init zeros --trial 0 check
expect 0 'mended   weights drawn' --init zeros --mend check
expect 0 'the forecast was right' --init zeros --steps 300 --mend train
expect 2 'not a number from' --trial x check
expect 1 'which file' identify
expect 1 "$dir/none.npy" identify "$dir/none.npy"
expect 0 'as drawn  *he_normal' identify "$dir/w.safetensors"
expect 0 'test accuracy' --rate 0.1 --steps 600 --trial 0 --save "$dir/long.safetensors" train
expect 0 '0.weight .* trained, or of no known recipe' identify "$dir/long.safetensors"
expect 0 'Of 4 weight matrices, [1-4] .* never trained, or hardly' identify "$dir/w.safetensors"
expect 0 'Of 4 weight matrices, 0 were never trained, or hardly' identify "$dir/long.safetensors"
expect 0 'test accuracy' --data moons --layers 2,8,2 --steps 1 --trial 0 --save "$dir/few.safetensors" train
expect 0 '0.weight  *8x2  *perhaps as drawn' identify "$dir/few.safetensors"
printf '\102\0\0\0\0\0\0\0%s%s' '{"a\u001b[2J":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   ' 12341234 > "$dir/escape.safetensors"
expect 0 '^a?\[2J' identify "$dir/escape.safetensors"
printf 'a;b;kind\n' > "$dir/names.csv"
awk 'BEGIN { for (i = 0; i < 60; i++) printf "%d;%d;%s\n", i * 37 % 251, i * 91 % 241, i % 2 ? "tea" : "coffee" }' >> "$dir/names.csv"
expect 0 'healthy' --data "$dir/names.csv" probe
if "$lab" --data - probe < "$dir/names.csv" | grep -q 'healthy'; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "lab --data -"; fi
expect 0 'mean absolute error' --data "$dir/bytes.csv" --loss squared --steps 5 --trial 0 train
printf '900,7000,yes\n910,7100,no\n920,7200,yes\n930,7300,no\n' > "$dir/few.csv"
expect 0 'healthy' --data "$dir/few.csv" probe
expect 0 'test R2' --data "$dir/bytes.csv" --loss squared --steps 5 --inits he_normal/xavier_normal compare
expect 0 '"test_r2": [-0-9]' --data "$dir/bytes.csv" --loss squared --steps 5 --json train

# A model as C answers as lab apply does: class names, scalers, convolution-free and with norms, and values in their own units.
expect 1 'which model' export
expect 1 'not a safetensors file' apply "$dir/names.csv"
expect 0 'loss' --data "$dir/names.csv" --norm batch --act leaky_relu:0.2 --dropout 0.1 --steps 40 --trial 0 --save "$dir/tea.safetensors" train
awk 'BEGIN { for (i = 0; i < 30; i++) printf "%d,%d.%d,%d\n", i, i * 7 % 10, i, 100000 + 3000 * i }' > "$dir/price.csv"
expect 1 'loss squared' --data "$dir/price.csv" probe
expect 0 'mean absolute error \([0-9.]*e+0[345]\|[0-9]\{3,5\}\)' --data "$dir/price.csv" --loss squared --mend --steps 40 --trial 20 --save "$dir/price.safetensors" train
for model in tea price; do
    awk -F '[,;]' 'NR > 1 { print $1 "," $2 }' "$dir/$([ $model = tea ] && echo names || echo price).csv" > "$dir/rows.csv"
    "$lab" export "$dir/$model.safetensors" > "$dir/$model.c" && "$lab" apply "$dir/$model.safetensors" < "$dir/rows.csv" > "$dir/want" &&
        ${CC:-cc} -std=c99 -O1 -Wall -Wextra -Wconversion -Werror -DMODEL_MAIN -I. "$dir/$model.c" -o "$dir/$model" -lm &&
        "$dir/$model" < "$dir/rows.csv" > "$dir/got"
    if [ -s "$dir/want" ] && cmp -s "$dir/want" "$dir/got"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "export $model:"; head -3 "$dir/want" "$dir/got"; fi
done
expect 0 ',coffee$' apply --data "$dir/rows.csv" "$dir/tea.safetensors"
if awk -F , '$1 < 90000 || $1 > 230000 { bad = 1 } END { exit bad }' "$dir/got"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "apply: no prices"; fi
awk 'BEGIN { for (i = 0; i < 60; i++) printf "%d,%d,%g\n", i * 37 % 251, i * 91 % 241, i * 1e33 }' > "$dir/absurd.csv"
expect 0 'R2 [-0-9.e+naif]\{1,12\}, mean' --data "$dir/absurd.csv" --loss squared --steps 30 --rate 1e-9 --trial 0 train
expect 0 'too short a run to judge' --steps 5 --trial 0 train
if (cd "$dir" && ! "$lab" probe 2> out && grep -q 'start lab in the folder' out); then passed=$((passed + 1)); else failed=$((failed + 1)); echo "lab elsewhere"; fi
if [ -c /dev/full ]; then
    for command in summary predict probe rate check "identify $dir/w.safetensors"; do
        # shellcheck disable=SC2086
        if "$lab" $command > /dev/full 2> /dev/null; then failed=$((failed + 1)); echo "lab $command on a full disk"; else passed=$((passed + 1)); fi
    done
fi
expect 0 'xavier_normal' --steps 20 --inits zeros/xavier_normal compare
expect 0 'forecast' --steps 10 --data moons sweep
expect 0 'healthy' --data xor --layers 2,8,1 probe
for command in summary predict probe rate check "identify $dir/w.safetensors" 'train --steps 20' 'compare --steps 5' 'sweep --steps 5'; do
    # shellcheck disable=SC2086
    "$lab" --json $command > "$dir/json" 2>/dev/null
    if command -v python3 > /dev/null; then
        if python3 -m json.tool "$dir/json" > /dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "lab --json $command: not JSON"; fi
    fi
done

# Ctrl-C: what there is is reported, and the weights are saved.
timeout -s INT 2 "$lab" --steps 100000000 --save "$dir/stopped.safetensors" train > "$dir/out" 2>&1
if grep -q 'interrupted after step' "$dir/out" && grep -q 'test accuracy' "$dir/out" && [ -s "$dir/stopped.safetensors" ]; then
    passed=$((passed + 1))
else
    failed=$((failed + 1)); echo "Ctrl-C:"; tail -3 "$dir/out"
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
