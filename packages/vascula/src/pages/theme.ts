import type { Config } from 'vega-lite';

/** Colours of a page and of its figures, CSS notation. */
export interface Theme {
  readonly ground: string;
  /** Behind figures and tables. */
  readonly surface: string;
  readonly ink: string;
  /** Captions and axis labels: at least 4.5 : 1 against both grounds (WCAG 2.2, 1.4.3). */
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly warning: string;
}

export const LIGHT: Theme = {
  ground: '#f4f6f8',
  surface: '#ffffff',
  ink: '#17202a',
  muted: '#55616e',
  line: '#d9dfe5',
  accent: '#00629b',
  warning: '#8a4b00',
};

export const DARK: Theme = {
  ground: '#0f1317',
  surface: '#181e24',
  ink: '#e7ecf1',
  muted: '#a3b0bd',
  line: '#323d48',
  accent: '#6cbcf0',
  warning: '#f0b45c',
};

/**
 * Okabe and Ito (2008), "Color Universal Design", told apart by people with any colour vision. Black,
 * lost on a dark page, is a grey here; yellow, faint on a light one, comes late.
 */
export const CATEGORIES: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7f8b97',
  '#f0e442',
];

/** The family of the fonts beside the page, then what the system has. */
export const FONT = 'Inter, system-ui, sans-serif';

/** Vega-Lite's `config`: the looks of every figure, so that their specifications need not say any. */
export function vegaConfig(theme: Theme): Config {
  const label = { labelColor: theme.muted, labelFontSize: 12, labelFontWeight: 400 } as const;
  const title = { titleColor: theme.ink, titleFontSize: 12, titleFontWeight: 600 } as const;
  return {
    // The page names the figure as a whole; a name for every dot of a thousand is noise when read out.
    aria: false,
    background: theme.surface,
    padding: 8,
    font: FONT,
    view: { stroke: theme.line },
    axis: {
      ...label,
      ...title,
      titlePadding: 8,
      domainColor: theme.line,
      tickColor: theme.line,
      gridColor: theme.line,
      gridOpacity: 0.6,
      labelLimit: 200,
    },
    legend: { ...label, ...title, orient: 'top', labelLimit: 240, symbolStrokeWidth: 2 },
    header: { ...label, ...title, labelColor: theme.ink, labelFontWeight: 600, labelFontSize: 12 },
    title: {
      color: theme.ink,
      fontSize: 12,
      fontWeight: 600,
      anchor: 'start',
    },
    mark: { color: CATEGORIES[0] },
    text: { color: theme.ink, fontSize: 11 },
    rule: { color: theme.muted },
    range: {
      category: [...CATEGORIES],
      ordinal: { scheme: 'cividis' },
      ramp: { scheme: 'cividis' },
      heatmap: { scheme: 'cividis' },
      diverging: { scheme: 'blueorange' },
    },
  };
}

/** The theme as custom properties of CSS: `--ground`, `--ink` … */
export function cssProperties(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}
