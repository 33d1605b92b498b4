/** A little-endian classic TIFF with one number of its first directory replaced. */
export function patchTag(bytes: Uint8Array, tag: number, value: number): Uint8Array {
  const patched = Uint8Array.from(bytes);
  const view = new DataView(patched.buffer);
  const directory = view.getUint32(4, true);
  for (let entry = 0; entry < view.getUint16(directory, true); entry++) {
    const at = directory + 2 + 12 * entry;
    if (view.getUint16(at, true) !== tag) continue;
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 8, value, true);
    return patched;
  }
  throw new Error(`no tag ${tag}`);
}

/** A little-endian classic TIFF without one field: its entry becomes a private one nobody reads. */
export function withoutTag(bytes: Uint8Array, tag: number): Uint8Array {
  const patched = Uint8Array.from(bytes);
  const view = new DataView(patched.buffer);
  const directory = view.getUint32(4, true);
  for (let entry = 0; entry < view.getUint16(directory, true); entry++) {
    const at = directory + 2 + 12 * entry;
    if (view.getUint16(at, true) !== tag) continue;
    view.setUint16(at, 65000, true);
    return patched;
  }
  throw new Error(`no tag ${tag}`);
}
