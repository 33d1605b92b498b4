// Seconds of `vascula score` on a dataset's tiles with 5, 10, 20 and 40 candidates a tile:
//   npx vascula synth tiles --tiles 1633 --size 512 --seed 3
//   node packages/vascula/bench/score.js tiles
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeRle, formatSubmission, randomStream, writeSubmissionRow } from '@vascula/core';
import { openDataset } from '../dist/dataset/index.js';
import { tileTruth } from '../dist/score/index.js';

const ROUNDS = 3;
const program = fileURLToPath(new URL('../bin/vascula.js', import.meta.url));
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node packages/vascula/bench/score.js DIR');

const dataset = await openDataset(folder);
const { width, height } = dataset.tileSize;
const labelled = dataset.tiles.filter(({ labels }) => labels !== undefined);
const random = randomStream(1, 'bench');

/** The instance moved by up to two pixels each way, within the tile. */
function moved({ box, mask }) {
  const place = (at, side, length) =>
    Math.min(Math.max(at + random.integer(5) - 2, 0), length - side);
  const x = place(box.x, box.width, width);
  const y = place(box.y, box.height, height);
  return encodeRle(mask, width, height, { ...box, x, y });
}

/** Each tile's own vessels, and those of the tiles before it up to the number asked for. */
async function submission(candidates) {
  const rows = [];
  let others = [];
  for (const tile of labelled) {
    const { vessels } = await tileTruth(tile, dataset.tileSize);
    const own = vessels.slice(0, candidates);
    const chosen = [...own, ...others.slice(0, candidates - own.length)];
    const detections = chosen.map((vessel, k) => ({
      confidence: random.uniform(k < own.length ? 0.2 : 0, k < own.length ? 1 : 0.8),
      counts: moved(vessel),
    }));
    rows.push(writeSubmissionRow(tile.id, height, width, detections));
    others = [...vessels, ...others].slice(0, 40);
  }
  return formatSubmission(rows);
}

/** Of a process: what it took, told as it ends. */
const told =
  'process.on("exit", () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); ' +
  'console.error(JSON.stringify([(userCPUTime + systemCPUTime) / 1e6, maxRSS / 1024])); })';

/** Seconds by the clock and on a processor, and MiB at most. */
function run(path) {
  const start = performance.now();
  const tell = ['--import', `data:text/javascript,${encodeURIComponent(told)}`];
  const { status, stderr } = spawnSync(process.execPath, [...tell, program, 'score', path, folder]);
  if (status !== 0) throw new Error(`vascula score: ${stderr}`);
  const [processor, memory] = JSON.parse(String(stderr).trim().split('\n').at(-1));
  return [(performance.now() - start) / 1000, processor, memory];
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const temporary = mkdtempSync(join(tmpdir(), 'vascula-bench-'));
try {
  console.log(`${labelled.length} tiles, medians of ${ROUNDS} rounds`);
  console.log('candidates     MB  seconds  on a processor    MiB');
  for (const candidates of [5, 10, 20, 40]) {
    const path = join(temporary, 'submission.csv');
    writeFileSync(path, await submission(candidates));
    const rounds = Array.from({ length: ROUNDS }, () => run(path));
    const [seconds, processor, memory] = [0, 1, 2].map((k) => median(rounds.map((one) => one[k])));
    console.log(
      String(candidates).padStart(10),
      (statSync(path).size / 1e6).toFixed(1).padStart(6),
      seconds.toFixed(1).padStart(8),
      processor.toFixed(1).padStart(15),
      memory.toFixed(0).padStart(6),
    );
  }
} finally {
  rmSync(temporary, { recursive: true });
}
