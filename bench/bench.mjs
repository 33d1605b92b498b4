// Vascula and its peers side by side: the same work in turn, each time in a process of its own.
//
//   npm run bench                                       everything, three rounds
//   npm run bench -- --only step-unet16 --rounds 1 --json result.json
//
// A table on stdout, progress on stderr; --json for all that was measured. README.md says what is compared.
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { requireNewFile, writeFileAtomic } from '../packages/vascula/dist/files/index.js';
import { compare, head, row } from './comparison.mjs';
import { describeMachine } from './machine.mjs';
import { markdownTable } from './markdown-table.mjs';
import { findEngines } from './peers.mjs';
import { median } from './statistics.mjs';
import { works } from './works.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const vascula = 'packages/vascula/dist/cli.js';
const tiles = join(tmpdir(), `vascula-bench-${process.pid}`);
try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(tiles, { recursive: true, force: true });
}

async function main() {
  const { rounds, json, chosen } = await options();
  const keys = chosen.flatMap(({ peers }) => peers.map(({ engine }) => engine));
  const engines = findEngines(new Set(keys));
  for (const { missing } of engines.values()) if (missing) console.error(missing);
  const date = new Date().toISOString();
  const machine = await describeMachine();
  const measured = [];
  for (const work of chosen) measured.push(await measure(work, engines, rounds));
  const comparisons = measured.map(compare);
  const { processor, cores, vectors, node, onnxruntime, commit } = machine;
  console.log(
    `${date}, ${processor}, ${cores} cores, ${vectors}, Node ${node}, ONNX Runtime ${onnxruntime}, ${commit}\n`,
  );
  console.log(markdownTable(head, comparisons.flat().map(row)));
  if (json) {
    const works = measured.map((work, i) => ({ ...work, comparisons: comparisons[i] }));
    const result = { date, machine, rounds, engines: Object.fromEntries(engines), works };
    await writeFileAtomic(json, `${JSON.stringify(result, null, 1)}\n`, { overwrite: false });
  }
}

async function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`--rounds ${values.rounds}: a whole number above 0`);
  const all = works(tiles);
  const names = all.map(({ name }) => name);
  for (const name of values.only ?? [])
    if (!names.includes(name)) throw new Error(`--only ${name}: one of ${names.join(', ')}`);
  if (values.json) await requireNewFile(values.json);
  const chosen = all.filter(({ name }) => values.only?.includes(name) ?? true);
  return { rounds, json: values.json, chosen };
}

/** The runs of each side that is there, ours first; a round runs every side once. */
async function measure({ ours, peers, readsTiles, ...work }, engines, rounds) {
  if (readsTiles) {
    console.error(`${work.name}: drawing the tiles …`);
    await run(process.execPath, [vascula, 'synth', tiles, '--tiles', '64', '--size', '512'], {
      cwd: root,
    });
  }
  const sides = [{ ...ours, program: process.execPath, env: {} }];
  for (const peer of peers) {
    const engine = engines.get(peer.engine);
    if (!engine.missing) sides.push({ ...peer, program: engine.program, env: engine.env });
  }
  const measured = sides.map(({ label, script, program, args, env }) => {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return { label, command: [...variables, program, script, ...args].join(' '), runs: [] };
  });
  for (let round = 1; round <= rounds; round++)
    for (const [i, { label, program, script, args, env }] of sides.entries()) {
      const { stdout } = await run(program, [script, ...args], {
        cwd: root,
        env: { ...process.env, ...env },
      });
      const result = JSON.parse(stdout);
      // A script that repeats the work itself may give its median only.
      const seconds = [result.seconds].flat();
      measured[i].runs.push({ ...result, seconds });
      console.error(`${work.name}, round ${round}, ${label}: ${median(seconds).toPrecision(3)} s`);
    }
  return { ...work, sides: measured };
}
