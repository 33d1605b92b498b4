import type { Figure, VegaLiteSpec } from '@vascula/core';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** The figure as Vega draws it without a page, and what Vega or Vega-Lite had to complain of. */
export async function drawn(figure: Figure) {
  const warnings: string[] = [];
  const complain = (...args: readonly unknown[]) => {
    warnings.push(args.map(String).join(' '));
    return logger;
  };
  const logger = {
    level: () => logger,
    error: complain,
    warn: complain,
    info: () => logger,
    debug: () => logger,
  } as unknown as vega.LoggerInterface;
  const { spec } = compile(structuredClone(figure.spec) as unknown as TopLevelSpec, { logger });
  const view = new vega.View(vega.parse(spec), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  return { svg, warnings, area: areas(svg) };
}

/** The rows a specification has inline. */
export function rowsOf(spec: VegaLiteSpec): readonly Record<string, unknown>[] {
  return (spec.data as { values: readonly Record<string, unknown>[] }).values;
}

/** The points of each area's path. */
function areas(svg: string): [number, number][][] {
  return [...svg.matchAll(/class="mark-area role-mark [^"]*"[^>]*><path[^>]* d="([^"]+)"/g)].map(
    ([, path]) =>
      [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
  );
}
