export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * A Vega-Lite 6 specification: plain JSON with its data inline, free of `config`, so that colours and
 * fonts are the page's: marks take `config.mark`, categories `config.range.category`, reference lines
 * `config.rule`, texts `config.text`. A figure of small multiples has `columns` at the top, which a
 * narrow page may lower.
 */
export type VegaLiteSpec = { readonly [key: string]: Json };

export interface Figure {
  /** Kebab-case: the name of its files. */
  readonly name: string;
  readonly title: string;
  /** What is drawn and how to read it, in a sentence or two. */
  readonly caption: string;
  readonly spec: VegaLiteSpec;
}

/** What every form of figure is told. */
export type FigureText = Pick<Figure, 'name' | 'title' | 'caption'>;

export interface Axis {
  readonly label: string;
  /** Shown in brackets after the label. */
  readonly unit?: string;
  /** The range shown; that of the data unless told. */
  readonly domain?: readonly [number, number];
}
