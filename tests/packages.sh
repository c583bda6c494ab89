#!/bin/sh
# winit.h in other people's hands: each build system, package manager and language that is here builds the same program,
# which must print the same number. Usage: sh tests/packages.sh BUILD, after `make packaging`. STRICT=1: missing is failed.
set -u
build=$1 work=$1/packages here=$PWD
rm -rf "$work"; mkdir -p "$work/empty"; work=$(cd "$work" && pwd); build=$(cd "$build" && pwd)
passed=0 failed=0 skipped=0
say() { printf '%-9s%s\n' "$1" "$2"; }
need() # title, program, package
{
    command -v "$2" >/dev/null 2>&1 && return
    if [ "${STRICT:-0}" = 1 ]; then failed=$((failed + 1)); say FAILED "$1: no $2: apt-get install $3"
    else skipped=$((skipped + 1)); say skipped "$1: no $2: apt-get install $3"; fi
    return 1
}
# Run a function in a folder of its own; the last line that it prints must be $2.
try() # title, wanted, function
{
    folder=$work/$3; mkdir -p "$folder"
    if (cd "$folder" && set -e && "$3") > "$folder.log" 2>&1 && [ "$(tail -n 1 "$folder.log")" = "$2" ]
    then passed=$((passed + 1)); say ok "$1"
    else failed=$((failed + 1)); say FAILED "$1"; tail -n 20 "$folder.log"; fi
}

version=$VERSION
tarball=$build/dist/winit-$version.tar.gz
snippets=$here/docs/snippets/languages
# The bytes are the same without vectors and optimising, which would only cost time here.
quick='-O0 -DWINIT_NO_SIMD'
python=$(for p in python3 /usr/bin/python3; do $p -c 'import numpy, cffi' 2>/dev/null && echo $p && break; done)
# shellcheck disable=SC2086  # words on purpose
${CC:-cc} $quick -I. "$snippets/same.c" -o "$work/same" -lm && number=$("$work/same") || exit 1
echo "a fill of 300 x 784 by he_normal, seed 1: deviation $number"
# shellcheck disable=SC2086
${CC:-cc} $quick -shared -fPIC -DWINIT_IMPLEMENTATION -x c winit.h -o "$work/libwinit.so" -lm || exit 1
# The program of those who link with a library winit, and of those who have but the header.
sed 's/^#define WINIT_STATIC$//' "$snippets/same.c" > "$work/linked.c"
sed 's/^#define WINIT_STATIC$/#define WINIT_IMPLEMENTATION/' "$snippets/same.c" > "$work/whole.c"

installed()
{
    make -s -C "$here" install BUILD="$work/nothing" DESTDIR="$work/root" PREFIX=/usr
    test -f "$work/root/usr/include/winit.h"
    PKG_CONFIG_SYSROOT_DIR=$work/root PKG_CONFIG_PATH=$work/root/usr/share/pkgconfig
    export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
    test "$(pkg-config --modversion winit)" = "$version"
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} $quick $(pkg-config --cflags winit) "$work/whole.c" -o whole $(pkg-config --libs winit)
    ./whole
}
cmake_project() # lines that find winit; which source
{
    cp "$work/$2.c" main.c
    printf '%s\n' 'cmake_minimum_required(VERSION 3.18)' 'project(program C)' "$1" 'add_executable(program main.c)' \
        'target_link_libraries(program PRIVATE winit::winit)' > CMakeLists.txt
    cmake -S . -B out -DCMAKE_C_FLAGS="$quick" -DCMAKE_PREFIX_PATH="$work/root/usr"
    cmake --build out
    out/program
}
find_package() { cmake_project 'find_package(winit 0.2 REQUIRED)' whole; }
fetch_content()
{
    cmake_project "include(FetchContent)
        FetchContent_Declare(winit URL file://$tarball SOURCE_SUBDIR docs/cmake)
        FetchContent_MakeAvailable(winit)" linked
}
add_subdirectory() { cmake_project "add_subdirectory($here/docs/cmake winit)" linked; }
meson_wrap()
{
    mkdir -p subprojects/packagefiles/winit
    cp "$build/packaging/meson/winit.wrap" subprojects/
    cp "$build/packaging/meson/meson.build" "$build/packaging/meson/winit.c.in" subprojects/packagefiles/winit/
    sed -i "s|^source_url = .*|source_url = file://$tarball|" subprojects/winit.wrap
    cp "$work/linked.c" main.c
    printf '%s\n' "project('program', 'c')" "executable('program', 'main.c', dependencies: dependency('winit'))" > meson.build
    meson setup -Dc_args="$quick" out
    meson compile -C out
    out/program
}
debian()
{
    tar -xzf "$tarball"
    cp "$tarball" "winit_$version.orig.tar.gz"
    cp -r "$build/packaging/debian" "winit-$version/"
    (cd "winit-$version" && dpkg-buildpackage -us -uc)
    lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs,bad-distribution-in-changes-file,no-manual-page ./*.changes
    dpkg-deb -x libwinit-dev_*.deb root
    # shellcheck disable=SC2086
    ${CC:-cc} $quick -Iroot/usr/include "$work/whole.c" -o whole -lm
    ./whole
}
texts()
{
    cd "$build/packaging"
    for file in vcpkg/vcpkg.json clib/clib.json; do python3 -m json.tool "$file"; done
    python3 -c 'import ast, sys; ast.parse(open("conan/conanfile.py").read())'
    ! grep -rn '@[A-Z0-9]*@' .
    echo read
}
with_ctypes() { "$python" "$snippets/with_ctypes.py" "$work/libwinit.so"; }
with_cffi()
{
    ${CC:-cc} -E -P -U__GNUC__ -DWINIT_NO_STDIO "$here/winit.h" | sed -n '/wi_real;/,$p' > winit.i
    "$python" "$snippets/with_cffi.py" "$work/libwinit.so" winit.i
}
others_tensors()
{
    # shellcheck disable=SC2086
    ${CC:-cc} $quick -I"$here" -I"$here/examples" "$here/examples/tools/lab.c" -o lab -lm
    (cd "$here" && "$work/others_tensors/lab" --steps 2 --trial 0 --norm batch --save "$work/others_tensors/ours.safetensors" train)
    "$python" "$here/tests/tensors.py" "$work/libwinit.so" . ours.safetensors
}
with_go() { cp "$here/winit.h" "$snippets/main.go" .; GOCACHE=$PWD/cache CGO_CFLAGS="$quick" go run main.go; }
with_rust()
{
    # Of several libclangs bindgen takes the newest, which may be newer than it knows.
    lib=$(clang -print-resource-dir 2>/dev/null) && export LIBCLANG_PATH="${LIBCLANG_PATH:-${lib%/lib/*}/lib}"
    bindgen "$here/winit.h" -o winit.rs
    cp "$snippets/main.rs" . && rustc main.rs -L "$work" -l winit -l m
    LD_LIBRARY_PATH=$work ./main
}
with_nim() { cp "$snippets/main.nim" .; nim c --hints:off --nimcache:cache --passC:"-I$here $quick" main.nim; ./main; }
cxx_module()
{
    g++ -std=c++20 -fmodules-ts -I"$here" -x c++ -c "$snippets/module.cppm" -o module.o
    g++ -std=c++20 -fmodules-ts -I"$here" "$snippets/main.cpp" module.o -L"$work" -lwinit -o main
    LD_LIBRARY_PATH=$work ./main
}

# Libraries with an initialiser of their own: what takes its place is compiled and run.
library() # header, package: is it there?
{
    echo "#include <$1>" | g++ -x c++ -std=c++14 -E - >/dev/null 2>&1 && return
    if [ "${STRICT:-0}" = 1 ]; then failed=$((failed + 1)); say FAILED "no $1: apt-get install $2"
    else skipped=$((skipped + 1)); say skipped "no $1: apt-get install $2"; fi
    return 1
}
in_fann()
{
    # shellcheck disable=SC2086
    ${CC:-cc} $quick -O1 -I"$here" -I"$here/examples" "$here/docs/snippets/dropin/fann.c" -o fann -lfloatfann -lm
    ./fann quick > fann.out
    head -n "$(wc -l < fann.out)" "$here/docs/snippets/dropin/fann.out" | diff - fann.out
    echo same
}
in_tiny_dnn()
{
    mkdir -p third_party && ln -sfn /usr/include/stb third_party/stb
    g++ -std=c++14 -w -O0 -I. -I"$here" "$here/docs/snippets/dropin/tiny_dnn.cpp" -L"$work" -lwinit -lpthread -o program
    LD_LIBRARY_PATH=$work ./program
}

# A sweep cut in three and shared out by GNU parallel says what one run says.
in_parts()
{
    ${CC:-cc} -O1 -I"$here" -I"$here/examples" "$here/examples/tools/sweep.c" -o sweep -lm
    mkdir -p whole parts
    folder=$PWD
    cd "$here"
    plans='-n 3 -s 10010 --trial 20 --no-map'
    # shellcheck disable=SC2086
    "$folder/sweep" $plans -o "$folder/whole" > "$folder/one"
    # shellcheck disable=SC2086
    parallel -j2 "$folder/sweep" $plans -o "$folder/parts" --part '{}/3' ::: 1 2 3
    # shellcheck disable=SC2086
    "$folder/sweep" $plans -o "$folder/parts" --merge 3 > "$folder/three"
    diff "$folder/one" "$folder/three"
    echo same
}

need "make install, pkg-config" pkg-config pkg-config && try "make install, pkg-config" "$number" installed
if need CMake cmake cmake; then
    try "CMake, find_package" "$number" find_package
    try "CMake, FetchContent from the release" "$number" fetch_content
    try "CMake, add_subdirectory" "$number" add_subdirectory
fi
need Meson meson meson && try "Meson, a wrap" "$number" meson_wrap
need Debian dpkg-buildpackage "dpkg-dev debhelper" && need Debian lintian lintian && try "Debian, dpkg-buildpackage and lintian" "$number" debian
need "recipes' texts" python3 python3 && try "vcpkg, Conan, clib: their files can be read" read texts
if need Python "${python:-python3 with numpy and cffi}" "python3-numpy python3-cffi"; then
    try "Python, ctypes" "$number" with_ctypes
    try "Python, cffi" "$number" with_cffi
    try "numpy's files read, ours read by numpy and a strict reader" read others_tensors
fi
need Go go golang-go && try "Go" "$number" with_go
need Rust bindgen bindgen && need Rust rustc rustc && try "Rust" "$number" with_rust
need Nim nim nim && try "Nim" "$number" with_nim
need "C++20 module" g++ g++ && try "C++20 module" "$number" cxx_module

library floatfann.h libfann-dev && try "FANN's weights" same in_fann
library tiny_dnn/config.h tiny-dnn && try "tiny-dnn's weights" "19200 weights, deviation 0.1758, should be 0.1768" in_tiny_dnn
need "GNU parallel" parallel parallel && try "a sweep in three parts" same in_parts

[ "$skipped" = 0 ] && rest= || rest=", $skipped skipped"
echo "$passed passed, $failed failed$rest"
[ "$failed" = 0 ]
