import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeviceError, openDevice, probeDevice, worthwhile } from '@vascula/autograd/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askChild, ChildDied } from '../dist/node/ask-child.js';

describe('a device asked for by name', () => {
  test('the processor is there, and passes the golden check', async () => {
    const report = await probeDevice('cpu', { threads: 1 });
    expect(report).toMatchObject({ device: 'cpu', usable: true, golden: { passed: true } });
    const { runtime, device, passedOver } = await openDevice('cpu', { threads: 1 });
    await runtime.close();
    expect([device, passedOver]).toEqual(['cpu', []]);
  });

  test('one that is not there is an error that says what to do', async () => {
    const report = await probeDevice('cuda');
    if (report.usable) return;
    const error = await openDevice('cuda').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DeviceError);
    expect((error as Error).message).toBe(`cuda: ${report.why}. ${report.help}`);
  });
});

test('auto says why it passed over what it passed over', async () => {
  const { runtime, device, passedOver } = await openDevice('auto', { threads: 1 });
  await runtime.close();
  const order = ['cuda', 'webgpu', 'cpu'];
  expect(passedOver.map((report) => report.device)).toEqual(order.slice(0, order.indexOf(device)));
  for (const { why, help } of passedOver) {
    expect(why).toMatch(/\w$/);
    expect(help).toMatch(/^[A-Z].*\S$/);
  }
});

test('auto does not take a device as slow as a software rasteriser', () => {
  const golden = { passed: true, worst: 1e-5, where: 'loss' };
  const report = (milliseconds: number) => ({
    device: 'webgpu' as const,
    usable: true as const,
    golden: { ...golden, milliseconds },
    channelBlock: null,
  });
  expect(worthwhile(report(9))).toEqual(report(9));
  const slow = worthwhile(report(232.2));
  expect(slow.usable).toBe(false);
  expect(slow).toMatchObject({ why: expect.stringContaining('232 ms') });
});

describe('a process of its own', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devices-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function ask(code: string, timeout = 20_000): Promise<unknown> {
    const path = join(folder, `${Math.random()}.mjs`);
    await writeFile(path, code);
    return askChild(pathToFileURL(path), ['given'], timeout).catch((error: unknown) => error);
  }

  test('its first message is the answer, numbers that are none included', async () => {
    expect(await ask('process.send({ argument: process.argv[2], worst: NaN })')).toEqual({
      argument: 'given',
      worst: Number.NaN,
    });
  });

  test('native code that ends it ends nothing else', async () => {
    const error = await ask("console.error('driver: device lost'); process.abort();");
    expect(error).toBeInstanceOf(ChildDied);
    expect((error as Error).message).toMatch(/^SIGABRT/);
  });

  test('what it printed last is told; what it prints on stdout is not', async () => {
    const error = await ask("console.log('x'); console.error('first\\nlast'); process.exit(3);");
    expect((error as Error).message).toBe('exit code 3: last');
  });

  test('it is not waited for without end', async () => {
    const error = await ask('setInterval(() => {}, 1000)', 300);
    expect((error as Error).message).toBe('SIGKILL: no answer within 0.3 s');
  });
});
