// The loops that decide how fast tiles become batches, for WebAssembly with 128-bit vectors.
// build.sh makes kernels-module.ts of this file. Callers: lzw-strips.ts, sample-into.ts.
//
// Nothing is allocated here: callers lay out the memory from `heap` on and see that it is large enough.
// Every input region is followed by SLACK readable bytes and every output region by SLACK writable ones.
#include <wasm_simd128.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u64 unaligned_u64 __attribute__((aligned(1)));

#define EXPORT(name) __attribute__((export_name(#name))) name

extern u8 __heap_base;

u32 EXPORT(heap)(void) { return ((u32)&__heap_base + 63) & ~63u; }

// ---------------------------------------------------------------------------------------------------- LZW

enum { CLEAR = 256, END = 257, FIRST_FREE = 258, CODES = 4096 };

// A string of up to 7 bytes is its bytes, first byte lowest, and its length in the top byte. A longer one has
// LONG there and lies where the output had it. 0: the code has no string (yet).
#define LENGTH_ONE (1ull << 56)
#define LONG 8
static u64 string_of[CODES + 1];
static u16 long_length[CODES + 1];
static u32 long_start[CODES + 1];

static u32 peek(const u8 *in, u32 bit, u32 width) {
  const u8 *at = in + (bit >> 3);
  return ((u32)(at[0] << 24 | at[1] << 16 | at[2] << 8) << (bit & 7)) >> (32 - width);
}

// The next 57 bits or more. A shuffle turns the bytes round: WebAssembly has no instruction for it.
static u64 peek64(const u8 *in, u32 bit) {
  const v128_t v = wasm_v128_load64_zero(in + (bit >> 3));
  return (u64)wasm_i64x2_extract_lane(wasm_i8x16_shuffle(v, v, 7, 6, 5, 4, 3, 2, 1, 0, 7, 6, 5, 4, 3, 2, 1, 0), 0) << (bit & 7);
}

// Decodes one strip as TIFF 6.0 has it (most significant bit first, the width grows one code early) until
// `size` bytes are written. Returns 1, or 0 where the strip is damaged, ends early, or is of the older kind.
u32 EXPORT(lzw)(const u8 *in, u32 count, u8 *out, u32 size) {
  for (u32 code = 0; code < 256; code++) string_of[code] = LENGTH_ONE | code;
  const u32 last = count * 8;
  u8 *o = out, *const end = out + size;
  u8 *previous = out;      // where the string before was written
  u64 before = 0;          // that string
  u32 bit = 0, width = 9;
  u32 next = FIRST_FREE, full = 511;
  if (peek(in, 0, 9) != CLEAR) return 0;

  while (o < end) {
    // Four short strings at a time, each after a short one: nothing but a look-up, a write, a new string.
    while (before < 7 * LENGTH_ONE && next + 4 < full && o < end && bit < last) {
      u64 bits = peek64(in, bit);
#define SHORT_STRING                                                               \
  {                                                                                \
    const u64 now = string_of[bits >> (64 - width)], length = now >> 56;           \
    if (length - 1 >= 6) break;                                                    \
    bits <<= width;                                                                \
    bit += width;                                                                  \
    *(unaligned_u64 *)o = now;                                                     \
    o += length;                                                                   \
    string_of[next++] = before + LENGTH_ONE + ((now & 255) << (8 * (before >> 56))); \
    before = now;                                                                  \
  }
      SHORT_STRING
      SHORT_STRING
      SHORT_STRING
      SHORT_STRING
    }
    if (before < LONG * LENGTH_ONE) previous = o - (before >> 56);
    if (o >= end) break;
    u32 code = peek(in, bit, width);
    bit += width;
    if (bit > last || code == END) return 0;
    if (code == CLEAR) {
      __builtin_memset(string_of + 256, 0, sizeof string_of - 256 * sizeof *string_of);
      width = 9, next = FIRST_FREE, full = 511;
      code = peek(in, bit, width);
      if (code == CLEAR) continue;
      bit += width;
      if (bit > last || code > 255) return 0;
      previous = o;
      *o++ = code;
      before = string_of[code];
      continue;
    }
    u32 length_before = o - previous, length;
    u64 now = string_of[code];
    if (code == next) {
      // The string that is only now being made: the one before and its own first byte.
      length = length_before + 1;
      if (length > (u32)(end - o)) return 0;
      for (u32 k = 0; k < length; k++) o[k] = previous[k];
      now = before & 255;
    } else if (now == 0) {
      return 0;
    } else if (now >> 56 == LONG) {
      length = long_length[code];
      if (length > (u32)(end - o)) return 0;
      const u8 *from = out + long_start[code];
      for (u32 k = 0; k < length; k++) o[k] = from[k];
    } else {
      length = now >> 56;
      *(unaligned_u64 *)o = now;
    }
    if (next >= CODES) return 0;
    if (length_before < 7) {
      string_of[next] = before + LENGTH_ONE + ((now & 255) << (8 * length_before));
    } else {
      string_of[next] = (before & (LENGTH_ONE - 1)) | LONG * LENGTH_ONE;
      long_length[next] = length_before + 1;
      long_start[next] = previous - out;
    }
    if (code == next) now = string_of[next];
    next++;
    if (next >= full && width < 12) full = (1u << ++width) - 1;
    previous = o;
    o += length;
    before = now;
  }
  // A short string may have gone past the end: the strip holds more than it should.
  return o == end && bit <= last;
}

// Undoes TIFF's horizontal differencing of RGB rows: each value is added to that three bytes before.
void EXPORT(sumRows)(u8 *p, u32 rows, u32 rowBytes) {
  const v128_t zero = wasm_i8x16_const_splat(0);
  for (u8 *end = p + rows * rowBytes; p < end;) {
    u8 *const rowStart = p, *const rowEnd = p + rowBytes;
    v128_t sum = zero;
    for (; p + 16 <= rowEnd; p += 16) {
      v128_t v = wasm_v128_load(p);
      // The vector moved by 3, 6 and 12 bytes: sums within it; then the last pixel of the one before.
      v = wasm_i8x16_add(v, wasm_i8x16_shuffle(zero, v, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28));
      v = wasm_i8x16_add(v, wasm_i8x16_shuffle(zero, v, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25));
      v = wasm_i8x16_add(v, wasm_i8x16_shuffle(zero, v, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19));
      sum = wasm_i8x16_add(v, wasm_i8x16_shuffle(sum, sum, 13, 14, 15, 13, 14, 15, 13, 14, 15, 13, 14, 15, 13, 14, 15, 13));
      wasm_v128_store(p, sum);
    }
    for (; p < rowEnd; p++)
      if (p - rowStart >= 3) *p += p[-3];
  }
}

// ----------------------------------------------------------------------------------------------- planes

// Red, green and blue of `rows` rows of `size` pixels that begin `stride` bytes apart, as three planes
// `plane` bytes apart.
void EXPORT(splitRgb)(const u8 *in, u32 stride, u32 size, u32 rows, u8 *out, u32 plane) {
  for (u32 y = 0; y < rows; y++, in += stride, out += size) {
    u32 x = 0;
    for (; x + 16 <= size; x += 16) {
      const v128_t a = wasm_v128_load(in + 3 * x), b = wasm_v128_load(in + 3 * x + 16), c = wasm_v128_load(in + 3 * x + 32);
      v128_t red = wasm_i8x16_shuffle(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
      v128_t green = wasm_i8x16_shuffle(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
      v128_t blue = wasm_i8x16_shuffle(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
      red = wasm_i8x16_shuffle(red, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
      green = wasm_i8x16_shuffle(green, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
      blue = wasm_i8x16_shuffle(blue, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
      wasm_v128_store(out + x, red);
      wasm_v128_store(out + x + plane, green);
      wasm_v128_store(out + x + 2 * plane, blue);
    }
    for (; x < size; x++)
      for (u32 channel = 0; channel < 3; channel++) out[x + channel * plane] = in[3 * x + channel];
  }
}

// `size` bytes of each of `rows` rows that begin `stride` bytes apart, without gaps.
void EXPORT(crop)(const u8 *in, u32 stride, u32 size, u32 rows, u8 *out) {
  for (u32 y = 0; y < rows; y++, in += stride, out += size) __builtin_memcpy(out, in, size);
}

static v128_t reversed(v128_t v) {
  return wasm_i8x16_shuffle(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

// Transposes 16 x 16 bytes: four perfect shuffles of the rows.
static void transpose16(v128_t rows[16]) {
#pragma unroll
  for (u32 turn = 0; turn < 4; turn++) {
    v128_t shuffled[16];
#pragma unroll
    for (u32 k = 0; k < 8; k++) {
      shuffled[2 * k] = wasm_i8x16_shuffle(rows[k], rows[k + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      shuffled[2 * k + 1] = wasm_i8x16_shuffle(rows[k], rows[k + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
#pragma unroll
    for (u32 k = 0; k < 16; k++) rows[k] = shuffled[k];
  }
}

// A square plane mirrored along x, along y, then transposed, as asked.
void EXPORT(orient)(const u8 *in, u32 size, u32 mirroredX, u32 mirroredY, u32 transposed, u8 *out) {
  const u32 blocks = transposed ? size & ~15u : 0;
  for (u32 top = 0; top < blocks; top += 16)
    for (u32 left = 0; left < blocks; left += 16) {
      v128_t rows[16];
#pragma unroll
      for (u32 k = 0; k < 16; k++) rows[k] = wasm_v128_load(in + (top + k) * size + left);
      transpose16(rows);
      u8 *const to = out + (mirroredY ? size - 16 - top : top);
#pragma unroll
      for (u32 k = 0; k < 16; k++) {
        const u32 y = mirroredX ? size - 1 - left - k : left + k;
        wasm_v128_store(to + y * size, mirroredY ? reversed(rows[k]) : rows[k]);
      }
    }
  for (u32 sourceY = 0; sourceY < size; sourceY++) {
    const u8 *const row = in + sourceY * size;
    const u32 y = mirroredY ? size - 1 - sourceY : sourceY;
    u32 sourceX = sourceY < blocks ? blocks : 0;
    if (!transposed)
      for (; sourceX + 16 <= size; sourceX += 16) {
        const v128_t v = wasm_v128_load(row + sourceX);
        if (mirroredX) wasm_v128_store(out + y * size + size - 16 - sourceX, reversed(v));
        else wasm_v128_store(out + y * size + sourceX, v);
      }
    for (; sourceX < size; sourceX++) {
      const u32 x = mirroredX ? size - 1 - sourceX : sourceX;
      out[transposed ? x * size + y : y * size + x] = row[sourceX];
    }
  }
}

// --------------------------------------------------------------------------------------------------- zoom

// Where the output's pixels lie along an axis of the zoomed square, side <= size: near[k] in [0, side), the
// share weight[k] of the way to the pixel after it, and the nearest of the two. pick[k] to pick[k + 3], for k
// divisible by 4, are the bytes of the floats at near[k] to near[k + 3] counted from the one at near[k]: they
// lie within four floats, since the square is enlarged.
void EXPORT(zoomAxis)(u32 size, u32 side, u32 *near, float *weight, u32 *pick, u32 *nearest) {
  for (u32 k = 0; k < size; k++) {
    double at = (k + 0.5) * side / size - 0.5;
    at = at < 0 ? 0 : at > side - 1 ? side - 1 : at;
    const u32 low = (u32)at;
    near[k] = low;
    weight[k] = at - low;
    pick[k] = 0x03020100 + 0x04040404 * (low - near[k & ~3u]);
    nearest[k] = at - low < 0.5 ? low : low + 1;
  }
}

// Bytes to floats by a swizzle: clang 14 takes a widening of lanes apart into single ones.
static v128_t floats(v128_t bytes, v128_t places) {
  return wasm_f32x4_convert_i32x4(wasm_i8x16_swizzle(bytes, places));
}

static v128_t mixed(v128_t a, v128_t b, v128_t share) {
  return wasm_f32x4_add(a, wasm_f32x4_mul(wasm_f32x4_sub(b, a), share));
}

// Rows [from, from + rows) of a plane of the output: bilinear, first between two lines of the zoomed square
// whose corner is `in`, then along the line. `line` has room for `side` and 8 floats.
void EXPORT(zoomRows)(const u8 *in, u32 stride, u32 side, u32 size, const u32 *near, const float *weight,
                      const u32 *pick, u32 from, u32 rows, float *line, float *out) {
  const v128_t low = wasm_u32x4_const(0x80808000, 0x80808001, 0x80808002, 0x80808003);
  const v128_t high = wasm_u32x4_const(0x80808004, 0x80808005, 0x80808006, 0x80808007);
  for (u32 y = from; y < from + rows; y++, out += size) {
    const u8 *const above = in + near[y] * stride;
    const u8 *const below = near[y] + 1 < side ? above + stride : above;
    const v128_t down = wasm_f32x4_splat(weight[y]);
    for (u32 x = 0; x < side; x += 8) {
      const v128_t a = wasm_v128_load64_zero(above + x), b = wasm_v128_load64_zero(below + x);
      wasm_v128_store(line + x, mixed(floats(a, low), floats(b, low), down));
      wasm_v128_store(line + x + 4, mixed(floats(a, high), floats(b, high), down));
    }
    line[side] = line[side - 1];
    u32 x = 0;
    for (; x + 4 <= size; x += 4) {
      const v128_t picked = wasm_v128_load(pick + x);
      const v128_t left = wasm_i8x16_swizzle(wasm_v128_load(line + near[x]), picked);
      const v128_t right = wasm_i8x16_swizzle(wasm_v128_load(line + near[x] + 1), picked);
      wasm_v128_store(out + x, mixed(left, right, wasm_v128_load(weight + x)));
    }
    for (; x < size; x++) out[x] = line[near[x]] + (line[near[x] + 1] - line[near[x]]) * weight[x];
  }
}

// A plane of the output, each pixel the nearest of the zoomed square whose corner is `in`.
void EXPORT(zoomNearest)(const u8 *in, u32 stride, u32 size, const u32 *nearest, u8 *out) {
  for (u32 y = 0; y < size; y++, out += size) {
    const u8 *const row = in + nearest[y] * stride;
    for (u32 x = 0; x < size; x++) out[x] = row[nearest[x]];
  }
}
