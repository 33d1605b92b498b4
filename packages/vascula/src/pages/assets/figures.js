// Draws each figure in place of its still picture, as wide as the page allows and in the page's colours.
{
  const { specs, configs } = JSON.parse(document.getElementById('specs').textContent);
  const plots = [...document.querySelectorAll('[data-figure]')];
  const views = new Map();
  /** Width of a page, px, from which a legend's entries do not fit in one line. */
  const NARROW = 480;
  const LEAST_PANEL = 120;
  const WIDEST_STACKED = 320;
  const ATTEMPTS = 6;

  const refuse = (uri) => Promise.reject(new Error(`a figure may not load ${uri}`));
  const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

  const theme = () => {
    const chosen = document.documentElement.dataset.theme;
    if (chosen) return chosen;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  };

  /** The same figure with each panel wider by `change` px, within bounds; undefined where none is. */
  const withPanels = (spec, change, most) => {
    let changed = false;
    const resize = (view) => {
      if (typeof view.width !== 'number') return view;
      const width = Math.min(most, Math.max(LEAST_PANEL, Math.floor(view.width + change)));
      changed ||= width !== view.width;
      // Maps keep their shape; elsewhere the height is as good as before.
      const height = spec.concat && Math.round((view.height * width) / view.width);
      return { ...view, width, ...(height && { height }) };
    };
    const resized = resize({
      ...spec,
      ...(spec.spec && { spec: resize(spec.spec) }),
      ...(spec.concat && { concat: spec.concat.map(resize) }),
    });
    return changed ? resized : undefined;
  };

  /**
   * The next try at a figure that came out `width` px wide where there are `space`: fewer panels a row,
   * then narrower ones; wider ones where they stand one above the other and room is left. Undefined
   * where it is as good as it gets.
   */
  const better = (spec, original, width, space) => {
    if (width > space && spec.columns > 1) {
      const columns = Math.floor((spec.columns * space) / width);
      return { ...spec, columns: Math.max(1, Math.min(columns, spec.columns - 1)) };
    }
    if (width > space) return withPanels(spec, space - width, Number.POSITIVE_INFINITY);
    const stacked = spec.columns === 1 && original.columns > 1;
    return stacked ? withPanels(spec, space - width, WIDEST_STACKED) : undefined;
  };

  const render = async (spec, config) => {
    const host = document.createElement('div');
    const compiled = vegaLite.compile({ ...spec, config }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: 'svg', loader });
    view.tooltip(globalThis.showTooltip).initialize(host);
    await view.runAsync();
    return { view, host, width: Number(host.querySelector('svg').getAttribute('width')) };
  };

  const draw = async (plot) => {
    const space = plot.clientWidth;
    const config = structuredClone(configs[theme()]);
    if (space < NARROW) config.legend.columns = 2;
    const original = specs[plot.dataset.figure];
    let spec = original;
    let drawn;
    for (let attempt = 0; attempt < ATTEMPTS && spec; attempt++) {
      drawn?.view.finalize();
      drawn = await render(spec, config);
      spec = better(spec, original, drawn.width, space);
    }
    views.get(plot)?.finalize();
    views.set(plot, drawn.view);
    plot.replaceChildren(drawn.host);
    plot.dataset.drawn = space;
  };

  let round = 0;
  const drawAll = async () => {
    const mine = ++round;
    for (const plot of plots) {
      // Lets the page answer between two figures; a newer round takes over.
      await new Promise((resolve) => setTimeout(resolve));
      if (mine !== round) return;
      try {
        await draw(plot);
      } catch (error) {
        console.error(`figure ${plot.dataset.figure}:`, error);
      }
    }
    document.documentElement.dataset.figures = 'drawn';
  };

  let width = innerWidth;
  let waiting;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 200);
  });
  document.addEventListener('themechange', drawAll);
  // Texts are measured as they are drawn: the font has to be there.
  const fonts = ['12px Inter', '600 12px Inter'].map((font) => document.fonts.load(font));
  Promise.allSettled(fonts).then(drawAll);
}
