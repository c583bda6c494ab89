#!/usr/bin/env python3
"""Convert the 8x8 digits of the UCI repository from scikit-learn's CSV to the IDX files kept here.

    python3 convert_digits.py [digits.csv.gz] [folder]

Each line of the CSV holds 64 pixels from 0 to 16, row by row, and the digit. A pixel p is stored as
the byte round(255 p / 16), so that these files look like all other IDX images: 0 is paper, 255 ink.
Needs nothing but Python; the CSV is part of Debian's package python3-sklearn.
"""
import gzip
import pathlib
import struct
import sys

CSV = "/usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz"


def idx(values, *shape):
    """Pack bytes as IDX: two zeros, type 8 (byte), the dimensions, then the values."""
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape) + bytes(values)


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else CSV
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parent)
    with gzip.open(source, "rt") as file:
        rows = [[int(float(field)) for field in line.split(",")] for line in file]
    assert len(rows) == 1797 and all(len(row) == 65 for row in rows), "not the 1,797 digits"
    assert all(0 <= pixel <= 16 for row in rows for pixel in row[:64])

    pixels = [(pixel * 255 + 8) // 16 for row in rows for pixel in row[:64]]
    labels = [row[64] for row in rows]
    (folder / "digits-images.idx3-ubyte").write_bytes(idx(pixels, len(rows), 8, 8))
    (folder / "digits-labels.idx1-ubyte").write_bytes(idx(labels, len(rows)))


main()
