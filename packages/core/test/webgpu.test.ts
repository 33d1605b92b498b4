import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

// SwiftShader, a graphics card made of software, comes with Debian's Chromium.
const chromium = '/usr/lib/chromium';
const card = `${chromium}/vk_swiftshader_icd.json`;
const script = fileURLToPath(new URL('./support/network-on-device.mjs', import.meta.url));

interface Computed {
  readonly found: Readonly<Record<string, readonly number[]>>;
  readonly offDevice: readonly string[];
}

async function compute(architecture: string, device: string): Promise<Computed> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, architecture, device], {
    env: {
      ...process.env,
      VK_ICD_FILENAMES: card,
      LD_LIBRARY_PATH: chromium,
      XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? '/tmp',
    },
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(stdout);
}

/** |a - b| / |b| in the Euclidean norm. */
function relativeError(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  return norm(a.map((value, i) => value - (b[i] as number))) / norm(b);
}

/** Differences of rounding, which add up over the steps of an optimiser. */
function tolerance(name: string): number {
  if (/^gradient|^step/.test(name)) return 1e-4;
  return 1e-5;
}

describe.skipIf(!existsSync(card))("WebGPU, on the software card of Debian's Chromium", () => {
  test.each(['unet', 'fcn'])(
    '%s: forward, every gradient and three steps of Adam agree with the processor',
    { timeout: 170_000 },
    async (architecture) => {
      const expected = await compute(architecture, 'cpu');
      const { found, offDevice } = await compute(architecture, 'webgpu');
      // Not one node of a step, a validation or a prediction is left to the processor.
      expect(offDevice).toEqual([]);
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected.found).sort());
      for (const [name, values] of Object.entries(found))
        expect(relativeError(values, expected.found[name] as number[]), name).toBeLessThan(
          tolerance(name),
        );
    },
  );
});
