import {
  architectures,
  contrastSideRule,
  isContrastSide,
  type Normalisation,
  normalisationNames,
  readNormalisation,
} from '@vascula/core';
import { InvalidArgumentError } from 'commander';

// Parsers for commander's options and arguments: `.option('--base <n>', '…', integerBetween(1, 512))`.
// Each refuses what it cannot read whole; commander adds the flag and the value to the message.

export type FlagParser<Value> = (text: string) => Value;

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A whole number from `least` to `most`, both included. */
export function integerBetween(least: number, most: number): FlagParser<number> {
  const expected =
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${least} or more`
      : `a whole number from ${least} to ${most}`;
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : refuse(expected);
  };
}

/** An odd whole number from `least` to `most`, such as the side of a convolution with a middle. */
export function oddBetween(least: number, most: number): FlagParser<number> {
  const whole = integerBetween(least, most);
  return (text) => {
    const value = whole(text);
    return value % 2 === 1 ? value : refuse(`an odd number from ${least} to ${most}`);
  };
}

/** The side of a window of local contrast, 0 for none. */
export const contrastSide: FlagParser<number> = (text) => {
  const side = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return isContrastSide(side) ? side : refuse(contrastSideRule);
};

/** A whole number, `least` or more (as far as a double counts exactly). */
export function integerFrom(least: number): FlagParser<number> {
  return integerBetween(least, Number.MAX_SAFE_INTEGER);
}

/** A decimal number from `least` to `most`, both included. */
export function numberBetween(least: number, most: number): FlagParser<number> {
  return (text) => {
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : refuse(`a number from ${least} to ${most}`);
  };
}

/** A finite number above 0, such as a learning rate. */
export const positiveNumber: FlagParser<number> = (text) => {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value < Number.POSITIVE_INFINITY ? value : refuse('a number above 0');
};

/** A finite number, such as a confidence. */
export const finiteNumber: FlagParser<number> = numberBetween(-Number.MAX_VALUE, Number.MAX_VALUE);

/** An IoU at which something is found: above 0, to 1. */
export const iouThreshold: FlagParser<number> = (text) => {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= 1 ? value : refuse('a number above 0, to 1');
};

/** A probability, or a cutoff of one: 0 to 1. */
export const probability: FlagParser<number> = numberBetween(0, 1);

/** Pixels: `512` for a square, `640x480` for width x height; each side from 1 to `most`. */
export function sizeUpTo(most: number): FlagParser<{ width: number; height: number }> {
  return (text) => {
    const match = /^(\d+)(?:x(\d+))?$/.exec(text);
    const width = Number(match?.[1]);
    const height = Number(match?.[2] ?? match?.[1]);
    const fits = [width, height].every((side) => side >= 1 && side <= most);
    return fits
      ? { width, height }
      : refuse(`a size such as 512 or 640x480, sides from 1 to ${most}`);
  };
}

/** A place in a slide: `X,Y`, column and row in pixels. */
export const slidePoint: FlagParser<readonly [x: number, y: number]> = (text) => {
  const match = /^(\d{1,9}),(\d{1,9})$/.exec(text);
  return match === null
    ? refuse('a column and a row in pixels, such as 512,1024')
    : [Number(match[1]), Number(match[2])];
};

/** One fold of several: `2/5` is the second of five. More than 1000 are a mistake. */
export const foldOf: FlagParser<{ readonly number: number; readonly of: number }> = (text) => {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(text);
  const [number, of] = [Number(match?.[1]), Number(match?.[2])];
  return number >= 1 && number <= of && of >= 2 && of <= 1000
    ? { number, of }
    : refuse('a fold such as 2/5, the second of five: from 1 to their number, 2 to 1000');
};

/** How many folds: 2 to 1000. */
export const foldCount: FlagParser<number> = integerBetween(2, 1000);

/** Some of the given names, separated by commas. */
export function someOf<Name extends string>(names: readonly Name[]): FlagParser<readonly Name[]> {
  const isName = (name: string): name is Name => (names as readonly string[]).includes(name);
  return (text) => {
    const found = commaList(text);
    return found.every(isName) ? found : refuse(`some of ${names.join(', ')}, separated by commas`);
  };
}

/** The name of a network of ours, or the path of an ONNX file. */
export const networkName: FlagParser<string> = (text) =>
  isOnnxPath(text) || (architectures as readonly string[]).includes(text)
    ? text
    : refuse(`${architectures.join(', ')} or the path of an ONNX file, NAME.onnx`);

export function isOnnxPath(text: string): boolean {
  return text.toLowerCase().endsWith('.onnx');
}

/** How an image is scaled for a network. */
export const normalisation: FlagParser<Normalisation> = (text) =>
  readNormalisation(text) ??
  refuse(`${normalisationNames.join(', ')}, or six numbers such as 0.5,0.5,0.5/0.25,0.25,0.25`);

/** `--flag A --flag B`: all that were given, in their order. */
export function repeated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Names separated by commas; none may be empty or repeated. */
export const commaList: FlagParser<readonly string[]> = (text) => {
  const names = text.split(',').map((name) => name.trim());
  const whole = names.every((name) => name !== '') && new Set(names).size === names.length;
  return whole ? names : refuse('names separated by commas, none empty or repeated');
};

function refuse(expected: string): never {
  throw new InvalidArgumentError(`Expected ${expected}.`);
}
