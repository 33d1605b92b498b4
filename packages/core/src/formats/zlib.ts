import { unzlibSync, zlibSync } from 'fflate';
import { InputError } from '../errors.js';

/** Deflate gives at most 258 bytes for 2 bits. */
const MAX_RATIO = 1032;
/** Header of 2 bytes, an empty block of 2, checksum of 4. */
const MIN_LENGTH = 8;

/** A zlib stream (RFC 1950) of the bytes, at the best compression, as the competition writes it. */
export function deflateZlib(bytes: Uint8Array): Uint8Array {
  return zlibSync(bytes, { level: 9 });
}

/**
 * The bytes of a zlib stream (RFC 1950), its checksum verified.
 *
 * @param limit the most bytes accepted; memory is taken for no more, whatever the stream holds
 * @throws InputError a stream that is malformed, cut short, fails its checksum or exceeds the limit
 */
export function inflateZlib(stream: Uint8Array, limit: number): Uint8Array {
  if (stream.length < MIN_LENGTH)
    throw new InputError({
      problem: `zlib stream of ${stream.length} bytes`,
      expected: `at least ${MIN_LENGTH}`,
    });
  // fflate writes no further than the buffer it is given; one byte over tells a stream that is longer.
  const room = new Uint8Array(Math.min(limit, MAX_RATIO * stream.length) + 1);
  let bytes: Uint8Array;
  try {
    bytes = unzlibSync(stream, { out: room });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError({ problem: `malformed zlib stream: ${reason}` }, { cause });
  }
  if (bytes.length > limit)
    throw new InputError({
      problem: 'zlib stream inflates to too much',
      expected: `at most ${limit} bytes`,
    });
  const found = new DataView(stream.buffer, stream.byteOffset).getUint32(stream.length - 4);
  if (adler32(bytes) !== found)
    throw new InputError({ problem: 'zlib stream fails its checksum (damaged or cut short)' });
  return bytes;
}

/** Adler-32 (RFC 1950, section 9), which fflate does not verify. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}
