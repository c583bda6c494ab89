#!/bin/sh
# Our draws against PyTorch's, where there is a PyTorch: oracle.sh PROGRAM
for python in ${PYTHON:-python3 /usr/bin/python3}; do
    "$python" -c 'import numpy, torch' 2>/dev/null && exec "$python" "$(dirname "$0")/oracle.py" "$@"
done
why="no PyTorch to compare draws with: apt-get install python3-torch"
if [ "${STRICT:-0}" = 1 ]; then echo "$why"; echo "0 passed, 1 failed"; exit 1; fi
echo "skipped: $why"
echo "0 passed, 0 failed, 1 skipped"
