import { IGNORED, InputError } from '@vascula/core';
import type { RgbImage } from './tile-image.js';

/** What a mask's pixel can stand for. */
export const maskClasses = ['vessel', 'background', 'ignored'] as const;
export type MaskClass = (typeof maskClasses)[number];

/**
 * What the values of masks stand for, by class: `0` to `255`, a colour `#rrggbb`, or `other`, every value
 * that is not named. Where no background is named it is 0.
 */
export type MaskValues = Readonly<Record<MaskClass, readonly string[]>>;

const TRUTH: Readonly<Record<MaskClass, number>> = { vessel: 1, background: 0, ignored: IGNORED };

/** In a table: a value that stands for nothing. */
const UNKNOWN = 2;

/** Values that are counted for a message, and those it names. */
const MOST_VALUES = 4096;
const NAMED = 8;

/** What is wrong with mask values, for a person; undefined where nothing is. */
export function maskValuesFault(values: MaskValues): string | undefined {
  const named = maskClasses.flatMap((name) => values[name]);
  if (values.vessel.length === 0) return 'at least one value of vessel';
  const odd = named.find((value) => value !== 'other' && colourOf(value) === undefined);
  if (odd !== undefined) return `values 0 to 255, colours as #ff0000, or other; not ${odd}`;
  const colours = named.map((value) => colourOf(value) ?? value);
  const repeated = named.find((_, at) => colours.indexOf(colours[at]) !== at);
  return repeated === undefined ? undefined : `each value once; ${repeated} is named twice`;
}

/** `255` and `#ffffff` are one: red, green, blue in 24 bits. */
function colourOf(value: string): number | undefined {
  if (/^#[0-9a-f]{6}$/i.test(value)) return Number.parseInt(value.slice(1), 16);
  const grey = /^\d{1,3}$/.test(value) ? Number(value) : 256;
  return grey <= 255 ? grey * 0x010101 : undefined;
}

interface ValueTable {
  /** Of grey pixels. */
  readonly grey: Uint8Array;
  readonly colours: ReadonlyMap<number, number>;
  readonly other: number;
}

function tableOf(values: MaskValues | undefined): ValueTable {
  const wanted = values ?? { vessel: ['1', '255'], background: ['0'], ignored: [] };
  const colours = new Map<number, number>();
  let other = UNKNOWN;
  for (const name of maskClasses)
    for (const value of wanted[name]) {
      const colour = colourOf(value);
      if (colour === undefined) other = TRUTH[name];
      else colours.set(colour, TRUTH[name]);
    }
  if (wanted.background.length === 0 && !colours.has(0)) colours.set(0, TRUTH.background);
  const grey = Uint8Array.from({ length: 256 }, (_, v) => colours.get(v * 0x010101) ?? other);
  return { grey, colours, other };
}

/**
 * The truth map of a mask: 0, 1 and `IGNORED`, height*width.
 *
 * @param values what the mask's values stand for; unless told 0 is background, and 255 or 1, not both,
 *   vessel
 * @param into memory to write to, height*width
 * @throws InputError where the mask holds other values: which, how often, and how to name them
 */
export function truthOfMask(
  { data, width, height }: RgbImage,
  path: string,
  values: MaskValues | undefined,
  into: Uint8Array = new Uint8Array(width * height),
): Uint8Array {
  const { grey, colours, other } = tableOf(values);
  let unknown = false;
  /** Which of 1 and 255 were met. */
  const met = new Uint8Array(256);
  for (let p = 0, at = 0; p < into.length; p++, at += 3) {
    const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
    if (red === green && red === blue) {
      met[red] = 1;
      into[p] = grey[red];
    } else into[p] = colours.get((red << 16) | (green << 8) | blue) ?? other;
    if (into[p] === UNKNOWN) unknown = true;
  }
  const bothVessel = values === undefined && met[1] === 1 && met[255] === 1;
  if (unknown || bothVessel) throw new InputError(valuesFault(data, path, values));
  return into;
}

function valuesFault(data: Uint8Array, path: string, values: MaskValues | undefined) {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 3) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    if (counts.size < MOST_VALUES || counts.has(colour))
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const found = [...counts].sort((a, b) => b[1] - a[1]);
  const share = (count: number) => `${((300 * count) / data.length).toFixed(1)} %`;
  const listed = found
    .slice(0, NAMED)
    .map(([colour, count]) => `${shown(colour)} (${share(count)})`);
  const left = found.length > NAMED ? ` and ${found.length - NAMED} more` : '';
  const many = found.length >= MOST_VALUES ? 'thousands of values' : `${found.length} values`;
  const [background, vessel] = found.map(([colour]) => shown(colour));
  const hint = /\.jpe?g$/i.test(path)
    ? 'JPEG changes values: save the mask as PNG from its original.'
    : values === undefined
      ? `Say what they stand for, such as --labels 'vessel=${vessel} background=${background}'; ` +
        "'background=other' takes all that are not named."
      : "Name them in --labels; 'background=other' takes all that are not named.";
  return {
    path,
    problem: `holds ${many}: ${listed.join(', ')}${left}`,
    expected:
      values === undefined
        ? '0 for background and 255 (or 1) for vessel'
        : `those of --labels: ${describeMaskValues(values)}`,
    hint,
  };
}

/** `vessel=255,#ff0000 background=0`, as `--labels` takes it. */
export function describeMaskValues(values: MaskValues): string {
  return maskClasses
    .filter((name) => values[name].length > 0)
    .map((name) => `${name}=${values[name].join(',')}`)
    .join(' ');
}

function shown(colour: number): string {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  if (red === green && red === blue) return `${red}`;
  return `#${colour.toString(16).padStart(6, '0')}`;
}

/** Makes ignored what lies outside a field of view: pixels of the ROI that are 0 in all channels. */
export function ignoreOutside(truth: Uint8Array, { data }: RgbImage): void {
  for (let p = 0, at = 0; p < truth.length; p++, at += 3)
    if ((data[at] | data[at + 1] | data[at + 2]) === 0) truth[p] = IGNORED;
}
