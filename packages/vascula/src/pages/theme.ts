import type { Config } from 'vega-lite';

/** Colours of a page and of its figures' axes and texts, CSS notation. */
export interface Colours {
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

/**
 * Okabe and Ito (2008), "Color Universal Design", told apart by people with any colour vision. Black,
 * lost on a dark page, is a grey here; yellow, faint on a light one, comes last.
 */
const OKABE_ITO = {
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  orange: '#e69f00',
  sky: '#56b4e9',
  grey: '#7f8b97',
  yellow: '#f0e442',
};

/** A page's colours, and its figures' colours of categories in the order of their use. */
export interface Theme {
  readonly colours: Colours;
  readonly categories: readonly string[];
}

export const LIGHT: Theme = {
  colours: {
    ground: '#f4f6f8',
    surface: '#ffffff',
    ink: '#17202a',
    muted: '#55616e',
    line: '#d9dfe5',
    accent: '#00629b',
    warning: '#8a4b00',
  },
  categories: Object.values(OKABE_ITO),
};

/** The two blues change places: the deeper one is faint on a dark ground. */
export const DARK: Theme = {
  colours: {
    ground: '#0f1317',
    surface: '#181e24',
    ink: '#e7ecf1',
    muted: '#a3b0bd',
    line: '#323d48',
    accent: '#6cbcf0',
    warning: '#f0b45c',
  },
  categories: Object.values({ ...OKABE_ITO, blue: OKABE_ITO.sky, sky: OKABE_ITO.blue }),
};

/** The family of the fonts beside the page, then what the system has. */
export const FONT = 'Inter, system-ui, sans-serif';

/** Vega-Lite's `config`: the looks of every figure, so that their specifications need not say any. */
export function vegaConfig({ colours, categories }: Theme): Config {
  const label = { labelColor: colours.muted, labelFontSize: 12, labelFontWeight: 400 } as const;
  const title = { titleColor: colours.ink, titleFontSize: 12, titleFontWeight: 600 } as const;
  return {
    // The page names the figure as a whole; a name for every dot of a thousand is noise when read out.
    aria: false,
    background: colours.surface,
    padding: 8,
    font: FONT,
    view: { stroke: colours.line },
    axis: {
      ...label,
      ...title,
      titlePadding: 8,
      domainColor: colours.line,
      tickColor: colours.line,
      gridColor: colours.line,
      gridOpacity: 0.6,
      labelLimit: 200,
    },
    legend: { ...label, ...title, orient: 'top', labelLimit: 240, symbolStrokeWidth: 2 },
    header: {
      ...label,
      ...title,
      labelColor: colours.ink,
      labelFontWeight: 600,
      labelFontSize: 12,
    },
    title: {
      color: colours.ink,
      fontSize: 12,
      fontWeight: 600,
      anchor: 'start',
    },
    mark: { color: categories[0] },
    text: { color: colours.ink, fontSize: 11 },
    rule: { color: colours.muted },
    range: {
      category: [...categories],
      ordinal: { scheme: 'cividis' },
      ramp: { scheme: 'cividis' },
      heatmap: { scheme: 'cividis' },
      diverging: { scheme: 'blueorange' },
    },
  };
}

/** The colours as custom properties of CSS: `--ground`, `--ink` … */
export function cssProperties({ colours }: Theme): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}
