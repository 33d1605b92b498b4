// Milliseconds a 512 x 512 tile for each way of sampling: node packages/core/bench/sample-into.js
import { identityAugmentation, sampleInto } from '@vascula/core';

const size = 512;
const tile = { data: new Uint8Array(size * size * 3), width: size, height: size };
for (let k = 0; k < tile.data.length; k++) tile.data[k] = (k * 2654435761) >>> 24;
const mask = Uint8Array.from({ length: size * size }, (_, p) => tile.data[p] & 1);
const batch = {
  image: new Float32Array(3 * size * size),
  mask: new Float32Array(size * size),
  size,
};
const zoom = { x: 40, y: 60, side: 400 };
const ways = {
  identity: identityAugmentation,
  'quarter turn': { ...identityAugmentation, quarterTurns: 1 },
  zoom: { ...identityAugmentation, zoom },
  'quarter turn and zoom': { ...identityAugmentation, quarterTurns: 1, zoom },
};
for (const [name, augmentation] of Object.entries(ways)) {
  const placement = { crop: { x: 0, y: 0, size }, augmentation };
  const rounds = 50;
  let start = 0;
  for (let round = -10; round < rounds; round++) {
    if (round === 0) start = performance.now();
    sampleInto(tile, mask, placement, batch, 0);
  }
  console.log(name.padEnd(24), ((performance.now() - start) / rounds).toFixed(2), 'ms');
}
