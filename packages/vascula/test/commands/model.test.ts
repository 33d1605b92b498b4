import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandLine, vascula } from '../support/program.js';

const json = async (...args: string[]) => {
  const { code, output } = await commandLine(['model', ...args, '--json']);
  expect(code).toBe(0);
  return JSON.parse(output);
};

test('the notebook’s networks, by default: exact totals', async () => {
  const { layers: unet, ...unetTotals } = await json('unet');
  expect(unetTotals).toEqual({
    parameters: 19_818_673,
    trainable: 19_815_025,
    nonTrainable: 3_648,
  });
  expect(unet[0].outputShape).toEqual([null, 512, 512, 3]);
  const { layers: fcn, ...fcnTotals } = await json('fcn');
  expect(fcnTotals).toEqual({ parameters: 7_864_065, trainable: 7_858_305, nonTrainable: 5_760 });
  expect(fcn.at(-1).outputShape).toEqual([null, 512, 512, 1]);
});

test('other sizes', async () => {
  const flags = '--base 4 --depth 3 --kernel 3 --input-channels 1 --classes 2 --size 64'.split(' ');
  const { layers, parameters, trainable, nonTrainable } = await json('unet', ...flags);
  expect(trainable + nonTrainable).toBe(parameters);
  expect(layers[0].outputShape).toEqual([null, 64, 64, 1]);
  // 3 x 3 x 1 x 4 weights and 4 biases.
  expect(layers[2]).toMatchObject({ type: 'Conv2D', parameters: 40 });
  expect(layers.at(-1)).toMatchObject({ outputShape: [null, 64, 64, 2], parameters: 10 });
});

test('as text', async () => {
  const { code, output } = await vascula(['model', 'fcn']);
  expect(code).toBe(0);
  expect(output).toContain('Total parameters: 7,864,065\n');
  expect(output).toContain('(None, 512, 512, 64)');
});

test.each([
  [['unet', '--size', '500'], 1, 'an input of 500 x 500 pixels; expected multiples of 16'],
  [['unet', '--base', '1024', '--depth', '8', '--size', '128'], 1, 'more than 500 million'],
  [['unet', '--kernel', '2'], 2, 'an odd number from 1 to 15'],
  [['unet', '--base', '0'], 2, 'a whole number from 1 to 1024'],
  [['unet', '--channels', '3'], 2, "unknown option '--channels'"],
  [['resnet'], 2, 'Expected unet, fcn or the path of an ONNX file, NAME.onnx'],
  [['unet', '--freeze', 'a'], 2, 'error: --freeze is for FILE.onnx'],
  [['a.onnx', '--base', '4'], 2, 'error: --base describes unet and fcn'],
  [['absent.onnx'], 1, 'absent.onnx: is missing; expected an ONNX file'],
])('%j: %i', async (args, expected, says) => {
  const { code, output, messages } = await commandLine(['model', ...args]);
  expect([code, output]).toEqual([expected, '']);
  expect(messages).toContain(says);
  expect(messages).not.toMatch(/unexpected|^\s+at /m);
});

describe('a network from a file', () => {
  const path = fileURLToPath(
    new URL(
      '../../../core/test/fixtures/finetuning/mobilenet-v2-training-13.onnx',
      import.meta.url,
    ),
  );

  test('how it is fed and read, its layers, its parameters', async () => {
    const { code, output } = await commandLine([
      'model',
      path,
      '--freeze',
      'encoder.*',
      '--size',
      '64',
    ]);
    expect(code).toBe(0);
    expect(output).toContain(
      'image     RGB (assumed: --channel-order says otherwise), scaled as ImageNet: (x / 255 - mean) / std',
    );
    expect(output).toContain('output    output: logits (assumed: --output-kind says otherwise)\n');
    expect(output).toContain('sizes     any\ntrained   20 parameters, ');
    expect(output).toContain(
      'norms     21 batch norms, 15 of them frozen: those stay in inference form',
    );
    expect(output).toMatch(/^\/head\/Conv +Conv +\(None, 64, 64, 1\) +37$/m);
    expect(output).toMatch(/^trained +blocks\.0\.0\.weight +\[6, 10, 3, 3\]$/m);
    expect(output).toMatch(/^frozen +encoder\.features\.0\.1\.running_mean +\[4\]$/m);
    expect(output).toMatch(/^observed +blocks\.0\.1\.running_mean +\[6\]$/m);
  });

  test('as JSON', async () => {
    const document = await json(path, '--normalise', 'unit');
    expect(document).toMatchObject({
      architecture: 'onnx',
      sizeMultiple: 1,
      normalisation: { mean: [0, 0, 0], std: [1, 1, 1] },
      origins: { normalisation: 'given', channelOrder: 'assumed' },
    });
    expect(document.parameters[0]).toMatchObject({
      name: 'encoder.features.0.0.weight',
      trainable: true,
    });
    expect(document.layers.at(-1).outputShape).toEqual([null, 512, 512, 1]);
    expect(document).not.toHaveProperty('graph');
  });
});
