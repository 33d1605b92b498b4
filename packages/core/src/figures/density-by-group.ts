import type { Axis, Figure, FigureText } from './figure.js';
import { panels } from './panels.js';
import { axisTitle, colourBy, distinct, figureOf, finite } from './specification.js';

export interface DensityValue {
  readonly value: number | null;
  /** One panel a group; one for all without. */
  readonly group?: string;
  /** One curve a series within a panel, told apart by colour. */
  readonly series?: string;
}

/** A dashed line at a value of the horizontal axis. */
export interface Reference {
  readonly value: number;
  readonly label: string;
}

/**
 * Density curves: Gaussian kernels with Scott's bandwidth.
 *
 * @returns undefined where there is no value
 */
export function densityByGroup(
  text: FigureText & { readonly value: Axis; readonly reference?: Reference },
  values: readonly DensityValue[],
): Figure | undefined {
  const rows = values.filter((row) => finite(row.value)).map((row) => ({ ...row }));
  if (rows.length === 0) return undefined;
  const series = distinct(rows.map((row) => row.series));
  const measured = rows.map((row) => row.value as number);
  const [low, high] = text.value.domain ?? [Math.min(...measured), Math.max(...measured)];
  return figureOf(
    text,
    rows,
    panels(rows, {
      layer: [
        {
          transform: [
            {
              density: 'value',
              extent: [low, high],
              ...(series.length > 0 && { groupby: ['series'] }),
            },
          ],
          mark: { type: 'line' },
          encoding: {
            x: { field: 'value', type: 'quantitative', title: axisTitle(text.value) },
            y: { field: 'density', type: 'quantitative', title: 'density' },
            ...(series.length > 0 && { color: colourBy('series', series, null) }),
          },
        },
        ...(text.reference === undefined
          ? []
          : [
              {
                mark: { type: 'rule', strokeDash: [4, 4] },
                encoding: { x: { datum: text.reference.value } },
              },
            ]),
      ],
    }),
  );
}
