import { devices } from '@vascula/autograd/node';
import { expect, test } from 'vitest';
import { describeExamination, type Examination } from '../../dist/doctor/index.js';
import { vascula } from '../support/program.js';

test('on this machine: facts as JSON, what is tried on stderr, 0 since the processor is right', async () => {
  const { code, output, messages } = await vascula(['doctor', '--json']);
  expect(code).toBe(0);
  expect(messages).toBe('Trying cpu …\nTrying webgpu …\nTrying cuda …\n');
  const examination = JSON.parse(output) as Examination;
  expect(examination).toMatchObject({
    node: { version: process.versions.node, needs: '>=20.19', supported: true },
    system: `${process.platform} ${process.arch}`,
    processor: { model: expect.any(String) },
    onnxruntime: expect.stringMatching(/^1\.\d+\.\d+$/),
    usable: true,
  });
  const { processor, memory, auto } = examination;
  expect(processor.available).toBeGreaterThanOrEqual(1);
  expect(processor.cores).toBeGreaterThanOrEqual(processor.available);
  expect([null, 'AVX-512', 'AVX2', 'SSE', 'NEON']).toContain(processor.vectors);
  expect(memory.total).toBeGreaterThan(2 ** 28);
  if (memory.limit !== null) expect(memory.limit).toBeLessThan(memory.total);
  expect(devices).toContain(auto);
  expect(examination.devices.map(({ device }) => device)).toEqual(devices);
  for (const report of examination.devices)
    if (report.usable) {
      expect(report.golden.passed).toBe(true);
      expect(report.golden.milliseconds).toBeGreaterThan(0);
      // Blocks are the processor's, and are as wide as its vectors.
      if (report.device !== 'cpu') expect(report.channelBlock).toBeNull();
    } else expect(Object.keys(report).sort()).toEqual(['device', 'help', 'usable', 'why']);
});

const golden = { passed: true, worst: 3.7e-5, where: 'step of left.scale' };
const examination: Examination = {
  node: { version: '22.1.0', needs: '>=20.19', supported: true },
  system: 'linux x64',
  processor: {
    model: 'Processor of a name so long that a line ends',
    cores: 96,
    available: 4,
    vectors: 'AVX-512',
  },
  memory: { total: 128 * 2 ** 30, limit: 2 ** 32 },
  onnxruntime: '1.30.0',
  devices: [
    { device: 'cpu', usable: true, golden: { ...golden, milliseconds: 1.26 }, channelBlock: 16 },
    {
      device: 'webgpu',
      usable: true,
      golden: { ...golden, milliseconds: 232.2 },
      channelBlock: null,
    },
    { device: 'cuda', usable: false, why: 'libraries are missing', help: 'Install them.' },
  ],
  auto: 'cpu',
  usable: true,
};

test('as text: 80 columns, what is so, and what to do', () => {
  const text = describeExamination(examination);
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  for (const said of [
    'Node          22.1.0, supported (needs 20.19 or newer)',
    'Memory        128.0 GiB, limited to 4.0 GiB here',
    'ONNX Runtime  1.30.0; convolutions in blocks of 16 channels',
    '  cpu         right, to 4e-5; 1.3 ms a step.',
    '  cuda        not usable: libraries are missing.\n              Install them.',
    '--device auto passes it over: it took 232 ms',
    '4 of 96 logical',
  ])
    expect(text).toContain(said);
  expect(text).not.toContain('\x1b');
  expect(text.endsWith('--device; --device auto takes cpu.\n')).toBe(true);
});

test('a machine on which nothing computes right', () => {
  const why = 'it computes wrong numbers';
  const text = describeExamination({
    ...examination,
    node: { ...examination.node, version: '18.0.0', supported: false },
    processor: { ...examination.processor, vectors: null },
    devices: devices.map((device) => ({ device, usable: false, why, help: 'Say so.' })),
    usable: false,
  });
  expect(text).toContain('18.0.0, too old (needs 20.19 or newer)');
  expect(text).toContain('convolutions without blocks');
  expect(text).toContain('Vascula cannot compute on this machine.');
});
