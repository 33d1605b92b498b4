// Time and peak memory of a training step of the U-Net against size, batch and base, one of them changed at
// a time, each in a process of its own.
//
//   node bench/scaling.mjs
//
// Prints a Markdown table.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { markdownTable } from './markdown-table.mjs';
import { median } from './statistics.mjs';

const script = fileURLToPath(new URL('network.mjs', import.meta.url));
const middle = { base: 16, size: 256, batch: 4 };
const ways = { size: [128, 256, 512], batch: [1, 2, 4, 8], base: [8, 16, 32] };
const configurations = new Map([middle].map((options) => [JSON.stringify(options), options]));
for (const [name, values] of Object.entries(ways))
  for (const value of values) {
    const options = { ...middle, [name]: value };
    configurations.set(JSON.stringify(options), options);
  }

const rows = [...configurations.values()].map((options) => {
  const { base, size, batch } = options;
  const flags = Object.entries({ net: 'unet', kernel: 5, runs: 3, threads: 2, ...options });
  const output = execFileSync(
    process.execPath,
    [script, 'step', ...flags.flatMap(([name, value]) => [`--${name}`, `${value}`])],
    { encoding: 'utf8' },
  );
  const { seconds, peakBytes } = JSON.parse(output);
  console.error(`base ${base}, ${size} x ${size}, batch ${batch}: ${median(seconds).toFixed(3)} s`);
  const pixels = (batch * size ** 2) / 1e6;
  return [
    `${base}`,
    `${size}`,
    `${batch}`,
    median(seconds).toFixed(3),
    (median(seconds) / pixels).toFixed(2),
    `${Math.round(peakBytes / 2 ** 20)}`,
    `${Math.round(peakBytes / 2 ** 20 / pixels)}`,
  ];
});
console.log(
  markdownTable(['base', 'size', 'batch', 's', 's / Mpixel', 'MiB', 'MiB / Mpixel'], rows),
);
