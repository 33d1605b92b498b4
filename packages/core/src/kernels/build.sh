#!/bin/sh
# Makes kernels-module.ts of kernels.c. On Debian 12: apt-get install clang-14 lld-14. Run it after any
# change of kernels.c; a test fails where the two do not belong together.
set -eu
cd "$(dirname "$0")"
CLANG=${CLANG:-clang-14}
WASM_LD=${WASM_LD:-wasm-ld-14}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
"$CLANG" --target=wasm32 -std=c17 -Wall -Wextra -Os \
  -msimd128 -mbulk-memory -ffp-contract=off -fno-strict-aliasing -nostdlib -c -o "$work/kernels.o" kernels.c
"$WASM_LD" --no-entry --strip-all -o "$work/kernels.wasm" "$work/kernels.o"
{
  echo '// Made by build.sh of kernels.c; not to be edited.'
  echo '/** SHA-256 of the kernels.c it was made of. */'
  echo 'export const sourceDigest ='
  echo "  '$(sha256sum kernels.c | cut -d' ' -f1)';"
  echo '/** A WebAssembly module, base64. */'
  echo '// biome-ignore format: one string'
  echo "export const kernelsModule = '$(base64 -w0 "$work/kernels.wasm")';"
} > kernels-module.ts
