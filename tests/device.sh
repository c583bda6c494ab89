#!/bin/sh
# A trained network in flash, on small machines: docs/snippets/flash.c with the weights that docs/snippets/store.c trains computes
# under qemu-system-arm and simavr the bits that it computes here, and to a few rounding errors the outputs of the trained network
# itself, which runs with vectors. Usage: sh tests/device.sh FOLDER. STRICT=1: missing is failed.
set -u
folder=$1
rm -rf "$folder"; mkdir -p "$folder"
passed=0 failed=0 skipped=0
ok() { passed=$((passed + 1)); echo "ok       $1"; }
bad() { failed=$((failed + 1)); echo "FAILED   $1"; tail -n 8 "$folder/log"; }
have() # title, program, package
{
    command -v "$2" >/dev/null 2>&1 && return
    if [ "${STRICT:-0}" = 1 ]; then failed=$((failed + 1)); echo "FAILED   $1: no $2: apt-get install $3"
    else skipped=$((skipped + 1)); echo "skipped  $1: no $2: apt-get install $3"; fi
    return 1
}
small="-std=gnu99 -Os -Wall -Wextra -ffunction-sections -fdata-sections -Wl,--gc-sections -I. -I$folder tests/device.c"

${CC:-cc} -std=c99 -O0 -DWINIT_NO_PROBE -DWINIT_NO_SAVE -I. docs/snippets/store.c -o "$folder/store" -lm && "$folder/store" > "$folder/weights.h" \
    && "$folder/store" outputs > "$folder/trained" || exit 1
# shellcheck disable=SC2086  # words on purpose
${CC:-cc} $small -o "$folder/here" -lm && "$folder/here" > "$folder/wanted" || exit 1
python3 - "$folder" > "$folder/log" 2>&1 <<'END' && ok "a forward pass in portable C, against the trained network's" || bad "a forward pass in portable C, against the trained network's"
import struct, sys
def lines(name): return open(sys.argv[1] + "/" + name).read().split("\n")
got = [struct.unpack(">f", bytes.fromhex(w))[0] for w in lines("wanted")[:32]]
rows = [[float(v) for v in row.split()] for row in lines("trained")[:32]]
worst, miss = max(abs(g - r[1]) for g, r in zip(got, rows)), max(abs(r[1] - r[2]) for r in rows)
print("differs by", worst, "; misses the sine by", miss)
sys.exit(not (len(got) == 32 and worst < 2e-6 and miss < 0.2))
END

on() # title, program that runs $folder/program and prints to $folder/out
{
    title=$1; shift
    if timeout 60 "$@" > "$folder/out" 2> "$folder/log" </dev/null && tr -d '\r' < "$folder/out" | cmp -s - "$folder/wanted"
    then ok "$title"; else bad "$title"; head -n 3 "$folder/out"; fi
}
arm() # title, board, flags...
{
    title=$1 board=$2; shift 2
    # Vectors at 0, the program behind them, its data where the board's RAM is; semihosting prints.
    # shellcheck disable=SC2086
    arm-none-eabi-gcc "$@" -mthumb --specs=rdimon.specs --specs=nano.specs -Wl,-u,vectors -Wl,--section-start=.vectors=0 \
        -Wl,-Ttext=0x100 -Wl,-Tdata=0x20000000 $small -o "$folder/program" -lm 2> "$folder/log" || { bad "$title"; return; }
    on "$title" qemu-system-arm -M "$board" -nographic -monitor none -serial none -semihosting-config enable=on,target=native \
        -kernel "$folder/program"
}
if have ARM arm-none-eabi-gcc gcc-arm-none-eabi && have ARM qemu-system-arm qemu-system-arm; then
    arm "Cortex-M0, a micro:bit" microbit -mcpu=cortex-m0
    arm "Cortex-M3, an MPS2 board" mps2-an385 -mcpu=cortex-m3
    arm "Cortex-M4 with its floating-point unit" mps2-an386 -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
fi
if have AVR avr-gcc gcc-avr && have AVR simavr simavr; then
    # shellcheck disable=SC2086
    if avr-gcc -mmcu=atmega1284p $small -o "$folder/program" -lm 2> "$folder/log"; then
        timeout 60 simavr -m atmega1284p -f 16000000 "$folder/program" 2>&1 </dev/null | sed 's/\x1b\[[0-9;]*m//g' \
            | sed -nE 's/^([0-9a-f]{8}|end)\.?$/\1/p' > "$folder/serial"
        on "AVR, an ATmega1284P" cat "$folder/serial"
    else bad "AVR, an ATmega1284P"; fi
fi
[ "$skipped" = 0 ] && rest= || rest=", $skipped skipped"
echo "$passed passed, $failed failed$rest"
[ "$failed" = 0 ]
