#!/bin/sh
# Networks to PyTorch and back, where there is a PyTorch: pytorch.sh PROGRAM FOLDER [DOUBLE_PROGRAM]
for python in ${PYTHON:-python3 /usr/bin/python3}; do
    "$python" -c 'import numpy, torch' 2>/dev/null && exec "$python" "$(dirname "$0")/pytorch.py" "$@"
done
why="no PyTorch: apt-get install python3-torch"
if [ "${STRICT:-0}" = 1 ]; then echo "$why"; echo "0 passed, 1 failed"; exit 1; fi
echo "skipped: $why"
echo "0 passed, 0 failed, 1 skipped"
