import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Runtime } from '@vascula/autograd';
import { createNodeRuntime } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computeStep, dataOf, norm, openReference, relativeError } from './reference.js';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../oracles/finetuning.py', import.meta.url));
const hasTorch = spawnSync(python, ['-c', 'import torch, onnx']).status === 0;
const minutes = 60_000;

/** A ResNet-34 and a MobileNetV2 as wide as they are used: their files are too large to be committed. */
describe.skipIf(!hasTorch)(
  'networks of real width against PyTorch in float64 (where python3-torch and python3-onnx are installed)',
  () => {
    let folder: string;
    let runtime: Runtime;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'finetuning-'));
      const { status, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      runtime = await createNodeRuntime({ threads: 2 });
    }, 15 * minutes);
    afterAll(async () => {
      await runtime?.close();
      rmSync(folder, { recursive: true });
    });

    test.each(['resnet34', 'mobilenet-v2'])('%s', { timeout: 5 * minutes }, async (network) => {
      const files = readdirSync(folder).filter((name) => name.startsWith(network));
      const networks = files.filter((name) => name.endsWith('.onnx'));
      expect(networks).toHaveLength(2);
      for (const name of networks.map((file) => file.slice(0, -'.onnx'.length))) {
        const reference = openReference(pathToFileURL(`${folder}/`), name);
        const { names, results } = await computeStep(reference, runtime, runtime.target);
        const expected = (of: string) => dataOf(reference.tensors.get(of));
        const loss = relativeError(dataOf(results.loss), expected('loss'));
        expect(loss, `${name}: loss`).toBeLessThan(1e-5);
        const gradients = names.map((of) => `gradient/${of}`);
        const apart = (of: string) => {
          const found = dataOf(results[of]);
          return norm(expected(of).map((value, i) => value - (found[i] as number)));
        };
        const whole = Math.hypot(...gradients.map(apart));
        const size = Math.hypot(...gradients.map((of) => norm(expected(of))));
        expect(whole / size, `${name}: all gradients`).toBeLessThan(1e-5);
        // Some biases are taken off again by the next batch norm: what float32 has of them is noise.
        const own = (of: string) => expected(`float32/${of}`)[0] as number;
        const heard = gradients.filter((of) => own(of) < 1e-2);
        expect(heard.length / gradients.length).toBeGreaterThan(0.8);
        for (const of of heard)
          expect(relativeError(dataOf(results[of]), expected(of)), `${name}: ${of}`).toBeLessThan(
            Math.max(1e-4, 3 * own(of)),
          );
      }
    });
  },
);
