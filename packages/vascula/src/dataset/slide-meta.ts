import { z } from 'zod';
import { optionalNumber, optionalText, wholeNumber } from './cells.js';
import { readTable } from './csv-table.js';
import type { FindingSink } from './findings.js';

/** A row of `wsi_meta.csv`: the person a slide comes from. An empty cell is undefined. */
export interface Slide {
  readonly source: number;
  /** In years. */
  readonly age: number | undefined;
  readonly sex: string | undefined;
  readonly race: string | undefined;
  /** In centimetres. */
  readonly height: number | undefined;
  /** In kilograms. */
  readonly weight: number | undefined;
  /** Body mass index, kg/m². */
  readonly bmi: number | undefined;
}

const schema = z.object({
  source_wsi: wholeNumber,
  age: optionalNumber,
  sex: optionalText,
  race: optionalText,
  height: optionalNumber,
  weight: optionalNumber,
  bmi: optionalNumber,
});

/** Reads `wsi_meta.csv` by slide number; faults, a repeated slide among them, go to `sink`. */
export async function readSlideMeta(
  path: string,
  sink: FindingSink,
): Promise<ReadonlyMap<number, Slide>> {
  const { rows } = await readTable(path, schema, sink);
  const slides = new Map<number, Slide>();
  for (const { line, row } of rows) {
    if (row === undefined) continue;
    const { source_wsi: source, ...person } = row;
    if (slides.has(source)) {
      const problem = `slide ${source} has an earlier row`;
      sink.fault('duplicate-id', { path, line, field: 'source_wsi', problem });
    } else slides.set(source, { source, ...person });
  }
  return slides;
}
