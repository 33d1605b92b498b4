import { InputError } from '../errors.js';
import { MAX_MASK_PIXELS } from './rle.js';

/** Characters start here, at '0', so that the 64 values of a group are printable ('0' to 'o'). */
const FIRST_CHARACTER = 48;
const MORE = 0x20;
const SIGN = 0x10;
/** Groups of 5 bits in an int32: longer numbers are no run length of a mask within the limit. */
const MAX_GROUPS = 7;

/**
 * Run lengths as COCO's compressed string.
 *
 * From the fourth on, a count is written as its difference from the count two before (the last run of
 * the same colour). Each number is cut into groups of 5 bits, lowest first, in two's complement; a
 * group is one character, 48 plus its bits, plus 32 where another group follows.
 *
 * Source: `rleToString` of the COCO API (`maskApi.c`), like LEB128 with 6 bits a character.
 *
 * @param counts whole numbers from 0 to `MAX_MASK_PIXELS`
 * @throws RangeError a count outside that range
 */
export function rleToString(counts: readonly number[]): string {
  let text = '';
  for (let i = 0; i < counts.length; i++) {
    if (!Number.isInteger(counts[i]) || counts[i] < 0 || counts[i] > MAX_MASK_PIXELS)
      throw new RangeError(
        `run length ${i} is ${counts[i]}, not a whole number from 0 to ${MAX_MASK_PIXELS}`,
      );
    let rest = i > 2 ? counts[i] - counts[i - 2] : counts[i];
    let more = true;
    while (more) {
      const group = rest & 0x1f;
      rest >>= 5;
      // Done when what is left is the sign of the group already written.
      more = rest !== (group & SIGN ? -1 : 0);
      text += String.fromCharCode(FIRST_CHARACTER + (more ? group | MORE : group));
    }
  }
  return text;
}

/**
 * Run lengths of COCO's compressed string, the inverse of `rleToString`.
 *
 * @throws InputError a character outside '0' to 'o', a number that is cut short or longer than 32 bits,
 *   or a run length below 0 or above `MAX_MASK_PIXELS`; positions in messages count from 0
 */
export function rleFromString(text: string): number[] {
  const counts: number[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    let value = 0;
    let group = MORE;
    for (let shift = 0; group & MORE; shift += 5) {
      if (at === text.length)
        throw malformed(`the number at ${start} is cut short`, 'a last group below 32');
      if (at - start === MAX_GROUPS)
        throw malformed(`the number at ${start} is too long`, `at most ${MAX_GROUPS} characters`);
      group = text.charCodeAt(at) - FIRST_CHARACTER;
      if (group < 0 || group >= 64)
        throw malformed(
          `character ${JSON.stringify(text[at])} at ${at}`,
          `characters from '0' to 'o'`,
        );
      value += (group & 0x1f) * 2 ** shift;
      at++;
    }
    if (group & SIGN) value -= 2 ** (5 * (at - start));
    const count = counts.length > 2 ? value + counts[counts.length - 2] : value;
    if (count < 0 || count > MAX_MASK_PIXELS)
      throw malformed(
        `run length ${counts.length} is ${count}`,
        `a number from 0 to ${MAX_MASK_PIXELS}`,
      );
    counts.push(count);
  }
  return counts;
}

function malformed(problem: string, expected: string): InputError {
  return new InputError({ problem: `malformed COCO run-length string: ${problem}`, expected });
}
