import { z } from 'zod';

/** A tile's id names its file, so it may hold nothing that leads to another folder. */
export const tileId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'letters, digits, ".", "_" and "-" (it names the file)',
  );

/** Leading zeros are usual in the competition's table (`08192`). */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'a whole number, 0 or more')
  .transform(Number);

/** A decimal number; an empty cell is a fact not known. */
export const optionalNumber = z
  .string()
  .regex(/^(-?\d{1,15}(\.\d{1,15})?)?$/, 'a number, or nothing')
  .transform((cell) => (cell === '' ? undefined : Number(cell)));

/** Text; an empty cell is a fact not known. */
export const optionalText = z.string().transform((cell) => (cell === '' ? undefined : cell));
