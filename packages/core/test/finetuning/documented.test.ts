import { readFileSync } from 'node:fs';
import { operators } from '@vascula/autograd';
import { channelOrders, metadataKeys, normalisationNames, outputKinds } from '@vascula/core';
import { expect, test } from 'vitest';

const text = readFileSync(new URL('../../../../docs/finetuning.md', import.meta.url), 'utf8');
const [, listed = ''] = /<!-- operators:begin -->(.*)<!-- operators:end -->/s.exec(text) ?? [];
const [differentiated = '', others = ''] = listed.split('\n\n');
const words = (part: string) => new Set(part.match(/\b[A-Z]\w+/g));
const standard = [...operators.values()].filter(({ domain }) => domain === undefined);

test('docs/finetuning.md lists the operators that are differentiated, and the others', () => {
  for (const { name, gradient } of standard) {
    expect(words(differentiated).has(name), name).toBe(gradient !== undefined);
    if (gradient === undefined) expect(words(others).has(name), name).toBe(true);
  }
});

test('it names every metadata key, and every value of those that are chosen', () => {
  for (const key of Object.values(metadataKeys)) expect(text).toContain(`| \`${key}\` |`);
  for (const name of normalisationNames) expect(text).toContain(`\`${name}\``);
  expect(text).toContain(`\`--channel-order ${channelOrders.join('\\|')}\``);
  expect(text).toContain(`\`--output-kind ${outputKinds.join('\\|')}\``);
});
