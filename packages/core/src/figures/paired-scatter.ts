import type { Axis, Figure, FigureText } from './figure.js';
import { panels } from './panels.js';
import type { ScatterPoint } from './scatter-by-group.js';
import {
  diagonalLine,
  figureOf,
  finite,
  measured,
  named,
  present,
  quantitative,
} from './specification.js';

/**
 * One dot a tile, two measurements of one quantity against each other, with the dashed diagonal on which
 * they are equal.
 *
 * @param text.domain the range of both axes.
 * @returns undefined where no point has both values
 */
export function pairedScatter(
  text: FigureText & {
    readonly x: Pick<Axis, 'label' | 'unit'>;
    readonly y: Pick<Axis, 'label' | 'unit'>;
    readonly domain: readonly [number, number];
  },
  points: readonly Omit<ScatterPoint, 'series'>[],
): Figure | undefined {
  const rows = points.flatMap(({ id, x, y, group, picture }) =>
    finite(x) && finite(y) ? [present({ id, x, y, group, picture })] : [],
  );
  if (rows.length === 0) return undefined;
  const { domain } = text;
  const [low, high] = domain;
  const x = quantitative('x', { ...text.x, domain }, [low, high, 0.5]);
  const y = quantitative('y', { ...text.y, domain }, [low, high, 0.5]);
  return figureOf(
    text,
    rows,
    panels(rows, {
      layer: [
        diagonalLine(domain, x, y),
        {
          mark: { type: 'point', filled: true, size: 36, opacity: 0.55 },
          encoding: {
            x,
            y,
            tooltip: [
              ...named({ id: 'tile' }),
              measured(
                'x',
                text.x,
                rows.map((row) => row.x),
              ),
              measured(
                'y',
                text.y,
                rows.map((row) => row.y),
              ),
            ],
          },
        },
      ],
    }),
  );
}
