// Milliseconds a 512 x 512 tile for each way of sampling, and for a square of 256 of it:
//   node packages/core/bench/sample-into.js
import {
  drawElasticField,
  identityAugmentation,
  randomStream,
  sameColours,
  sampleInto,
} from '@vascula/core';

const size = 512;
const tile = { data: new Uint8Array(size * size * 3), width: size, height: size };
for (let k = 0; k < tile.data.length; k++) tile.data[k] = (k * 2654435761) >>> 24;
const mask = Uint8Array.from({ length: size * size }, (_, p) => tile.data[p] & 1);
const zoom = { x: 40, y: 60, side: 400 };
const warp = { degrees: 33, scale: 0.9 };
const elastic = drawElasticField(randomStream(1), size, { amplitude: 6, spacing: 48 });
const light = { ...sameColours, gamma: 1.2, brightness: 0.9 };
const stain = { scale: [1.1, 0.9, 1.2], shift: [0.02, -0.01, 0.03] };
const ways = {
  identity: identityAugmentation,
  'quarter turn': { ...identityAugmentation, quarterTurns: 1 },
  zoom: { ...identityAugmentation, zoom },
  'quarter turn and zoom': { ...identityAugmentation, quarterTurns: 1, zoom },
  'rotation and scale': { ...identityAugmentation, warp },
  'rotation, scale, elastic': { ...identityAugmentation, warp: { ...warp, elastic } },
  'gamma and brightness': { ...identityAugmentation, colour: light },
  'all colours': {
    ...identityAugmentation,
    colour: { ...light, stain, contrast: 1.2, saturation: 1.3 },
  },
};
const row = (name, ...cells) => console.log(name.padEnd(26), ...cells.map((c) => c.padStart(8)));
row('ms', '512', '256');
for (const [name, augmentation] of Object.entries(ways))
  row(name, ...[512, 256].map((side) => milliseconds(augmentation, side)));

function milliseconds({ zoom: whole, ...augmentation }, side) {
  const batch = {
    image: new Float32Array(3 * side ** 2),
    mask: new Float32Array(side ** 2),
    size: side,
  };
  const share = side / size;
  const part = whole && { x: whole.x * share, y: whole.y * share, side: whole.side * share };
  const placement = {
    crop: { x: 0, y: 0, size: side },
    augmentation: part ? { ...augmentation, zoom: part } : augmentation,
  };
  const rounds = 50;
  let start = 0;
  for (let round = -10; round < rounds; round++) {
    if (round === 0) start = performance.now();
    sampleInto(tile, mask, placement, batch, 0);
  }
  return ((performance.now() - start) / rounds).toFixed(2);
}
