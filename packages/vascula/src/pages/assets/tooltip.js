// What a hovered or tapped mark says, and the picture its row points to. Texts enter as text, never as
// markup.
{
  const box = document.getElementById('tooltip');
  const PICTURE = /^pictures\/[\w.~-]+\.(?:png|jpg)$/;
  const GAP = 14;
  /** How far beside a mark a finger may come down, px. */
  const REACH = [0, 5, 10, 15];

  const words = (value) => {
    if (typeof value !== 'object') return document.createTextNode(String(value));
    const list = document.createElement('dl');
    for (const [label, text] of Object.entries(value)) {
      const term = document.createElement('dt');
      const detail = document.createElement('dd');
      term.textContent = label;
      detail.textContent = String(text);
      list.append(term, detail);
    }
    return list;
  };

  const picture = (path) => {
    const image = new Image();
    image.alt = '';
    image.src = path;
    return image;
  };

  const place = ({ clientX: x, clientY: y }) => {
    const { width, height } = box.getBoundingClientRect();
    const right = x + GAP + width > innerWidth ? x - GAP - width : x + GAP;
    const below = y + GAP + height > innerHeight ? y - GAP - height : y + GAP;
    box.style.left = `${Math.max(4, right)}px`;
    box.style.top = `${Math.max(4, below)}px`;
  };

  let shown;
  const hide = () => {
    shown = undefined;
    box.hidden = true;
    box.replaceChildren();
  };
  const show = (event, item, value) => {
    if (item !== shown) {
      shown = item;
      const path = item.datum?.picture;
      const images = typeof path === 'string' && PICTURE.test(path) ? [picture(path)] : [];
      box.replaceChildren(...images, words(value));
      box.hidden = false;
    }
    place(event);
  };

  const says = (value) => value !== null && value !== undefined && value !== '';

  /**
   * Vega's tooltip handler, called without an event as a figure is taken away. A finger leaves the mark
   * as it is lifted: taps are for `click` to answer.
   */
  globalThis.showTooltip = (_handler, event, item, value) => {
    if (event?.pointerType === 'touch') return;
    if (says(value)) show(event, item, value);
    else hide();
  };

  /** The item of the scene graph, which Vega keeps on its element, at or near the point. */
  const itemNear = (x, y) => {
    for (const radius of REACH) {
      for (let turn = 0; turn < 8; turn++) {
        const angle = (turn * Math.PI) / 4;
        const at = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
        const item = document.elementFromPoint(...at)?.__data__;
        if (item && says(item.tooltip)) return item;
      }
    }
    return undefined;
  };

  addEventListener('click', (event) => {
    const item = event.target.closest('.plot') && itemNear(event.clientX, event.clientY);
    if (item) show(event, item, item.tooltip);
    else hide();
  });
  addEventListener('keydown', (event) => event.key === 'Escape' && hide());
  addEventListener('scroll', hide, { passive: true });
}
