// What a hovered mark says, and the picture its row points to. Texts enter as text, never as markup.
{
  const box = document.getElementById('tooltip');
  const PICTURE = /^pictures\/[\w.~-]+\.(?:png|jpg)$/;
  const GAP = 14;

  const lines = (value) => {
    if (typeof value !== 'object') return [document.createTextNode(String(value))];
    const list = document.createElement('dl');
    for (const [label, text] of Object.entries(value)) {
      const term = document.createElement('dt');
      const detail = document.createElement('dd');
      term.textContent = label;
      detail.textContent = String(text);
      list.append(term, detail);
    }
    return [list];
  };

  const picture = (path) => {
    const image = new Image();
    image.alt = '';
    image.src = path;
    return image;
  };

  const place = (x, y) => {
    const { width, height } = box.getBoundingClientRect();
    const right = x + GAP + width > innerWidth ? x - GAP - width : x + GAP;
    const below = y + GAP + height > innerHeight ? y - GAP - height : y + GAP;
    box.style.left = `${Math.max(4, right)}px`;
    box.style.top = `${Math.max(4, below)}px`;
  };

  const hide = () => {
    box.hidden = true;
    box.replaceChildren();
  };

  let shown;
  /** Vega's tooltip handler. */
  globalThis.showTooltip = (_handler, event, item, value) => {
    if (value === null || value === undefined || value === '') {
      shown = undefined;
      hide();
      return;
    }
    if (item !== shown) {
      shown = item;
      const path = item?.datum?.picture;
      const shows = typeof path === 'string' && PICTURE.test(path);
      box.replaceChildren(...(shows ? [picture(path)] : []), ...lines(value));
      box.hidden = false;
    }
    place(event.clientX ?? event.touches[0].clientX, event.clientY ?? event.touches[0].clientY);
  };
  addEventListener('keydown', (event) => event.key === 'Escape' && hide());
  addEventListener('scroll', hide, { passive: true });
}
