/**
 * Reads the advance widths of an OpenType font (tables `head`, `hhea`, `hmtx` and a format 4 `cmap`;
 * OpenType 1.9) and gives the width of a text set in it, in units of the font's size, without kerning.
 * Characters the font has not are as wide as its letter `n`.
 *
 * @throws RangeError where the font has no such character map.
 */
export function textWidths(font: Uint8Array): (text: string) => number {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const table = tableOffsets(view);
  const unitsPerEm = view.getUint16(table('head') + 18);
  const glyphOf = characterMap(view, table('cmap'));
  const metrics = view.getUint16(table('hhea') + 34);
  // The last width holds for all glyphs after it: fonts end with those of equal width.
  const advance = (glyph: number) =>
    view.getUint16(table('hmtx') + 4 * Math.min(glyph, metrics - 1)) / unitsPerEm;

  const known = new Map<string, number>();
  const fallback = advance(glyphOf(0x6e));
  const width = (character: string): number => {
    const glyph = glyphOf(character.codePointAt(0) as number);
    return glyph === 0 ? fallback : advance(glyph);
  };
  return (text) => {
    let total = 0;
    for (const character of text) {
      const found = known.get(character) ?? width(character);
      known.set(character, found);
      total += found;
    }
    return total;
  };
}

function tableOffsets(view: DataView): (tag: string) => number {
  const offsets = new Map<string, number>();
  for (let record = 12; record < 12 + 16 * view.getUint16(4); record += 16) {
    const letters = [0, 1, 2, 3].map((byte) => view.getUint8(record + byte));
    offsets.set(String.fromCharCode(...letters), view.getUint32(record + 8));
  }
  return (tag) => {
    const offset = offsets.get(tag);
    if (offset === undefined) throw new RangeError(`textWidths: the font has no table ${tag}`);
    return offset;
  };
}

/** Glyph of a code point, 0 where the font has none. */
function characterMap(view: DataView, cmap: number): (codePoint: number) => number {
  const subtables = Array.from({ length: view.getUint16(cmap + 2) }, (_, index) => {
    return cmap + view.getUint32(cmap + 4 + 8 * index + 4);
  });
  const map = subtables.find((offset) => view.getUint16(offset) === 4);
  if (map === undefined) throw new RangeError('textWidths: the font has no format 4 character map');

  const segments = view.getUint16(map + 6) / 2;
  const ends = map + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const ranges = deltas + 2 * segments;
  return (codePoint) => {
    for (let segment = 0; segment < segments; segment++) {
      if (codePoint > view.getUint16(ends + 2 * segment)) continue;
      const start = view.getUint16(starts + 2 * segment);
      if (codePoint < start) return 0;
      const delta = view.getUint16(deltas + 2 * segment);
      const range = view.getUint16(ranges + 2 * segment);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = view.getUint16(ranges + 2 * segment + range + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
