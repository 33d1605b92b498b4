import type { Thumbnail } from './block.js';

/**
 * Path of a picture relative to the page, the same as a file and as a URL: `pictures/NAME.png` or
 * `.jpg`. Bytes of the name other than A–Z a–z 0–9 `.` `_` `-` are written `~xx` (hexadecimal, UTF-8),
 * so that two names never share a file and none leaves the folder.
 *
 * @throws RangeError where the name is empty, or the picture has not exactly one encoding.
 */
export function picturePath({ name, png, jpeg }: Thumbnail): string {
  if (name === '') throw new RangeError('picturePath: the name is empty');
  if ((png === undefined) === (jpeg === undefined))
    throw new RangeError(
      `picturePath: ${JSON.stringify(name)} has ${png === undefined ? 'neither PNG nor JPEG' : 'both PNG and JPEG'}`,
    );
  const safe = [...Buffer.from(name)].map(safeByte).join('');
  return `pictures/${safe}.${png === undefined ? 'jpg' : 'png'}`;
}

function safeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9._-]/.test(character) ? character : `~${byte.toString(16).padStart(2, '0')}`;
}
