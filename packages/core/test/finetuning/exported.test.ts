import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOnnx } from '@vascula/autograd';
import { importOnnx } from '@vascula/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const python = '/usr/bin/python3';
const hasTorch = spawnSync(python, ['-c', 'import torch, onnx']).status === 0;
const text = readFileSync(new URL('../../../../docs/finetuning.md', import.meta.url), 'utf8');
const [exporting = '', metadata = ''] = [...text.matchAll(/```python\n(.*?)```/gs)].map(
  ([, code]) => code as string,
);
const oracles = fileURLToPath(new URL('../oracles', import.meta.url));

describe.skipIf(!hasTorch)(
  'the Python of docs/finetuning.md (where python3-torch and python3-onnx are installed)',
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'exported-'));
      const lines = [
        'import sys, onnx, torch',
        `sys.path.insert(0, ${JSON.stringify(oracles)})`,
        'import finetuning_networks as networks',
        'model = networks.resnet([4, 4, 4, 6, 6], [2, 2, 2, 2], [6, 4, 4, 4, 4])',
        exporting,
        'import shutil',
        'shutil.copy("unet-resnet34.onnx", "plain.onnx")',
        metadata,
      ];
      const { status, stderr } = spawnSync(python, ['-c', lines.join('\n')], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const imported = (name: string) =>
      importOnnx(readOnnx(readFileSync(join(folder, name))), { freeze: ['encoder.*'] }, name);

    test('what it exports keeps names and batch norms, and takes any batch', () => {
      const { spec, origins } = imported('plain.onnx');
      expect([spec.sizeMultiple, spec.batches]).toEqual([32, true]);
      const norms = spec.graph.nodes.filter(({ operator }) => operator === 'BatchNormalization');
      expect(norms).toHaveLength(30);
      for (const { name, role, trainable } of spec.parameters)
        expect(trainable, name).toBe(
          !name.startsWith('encoder.') && role !== 'mean' && role !== 'variance',
        );
      expect(spec.parameters.map(({ name }) => name)).toContain('encoder.conv1.weight');
      expect(origins.normalisation).toBe('assumed');
    });

    test('what it writes as metadata is read', () => {
      const { spec, origins } = imported('unet-resnet34.onnx');
      expect(spec.channelOrder).toBe('bgr');
      expect(spec.normalisation.mean).toEqual([0.5, 0.5, 0.5]);
      expect([origins.channelOrder, origins.normalisation]).toEqual(['metadata', 'metadata']);
    });
  },
);
