import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as autograd from '@vascula/autograd';
import * as autogradOnNode from '@vascula/autograd/node';
import * as autogradOnWeb from '@vascula/autograd/web';
import * as core from '@vascula/core';
import { describe, expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

/** Files that must run in a browser and a worker as they do on Node. */
const portable = ['autograd', 'core'].flatMap((name) => {
  const source = join(packages, name, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => path.endsWith('.ts') && !(name === 'autograd' && /^(?:node|web)[\\/]/.test(path)),
    )
    .map((path) => join(source, path));
});

/** Comments may speak of Buffers and processes; code may not. */
const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

const forbidden: Record<string, RegExp> = {
  "a module of Node's": /['"]node:|from ['"](?:fs|path|os|url|util|buffer|worker_threads)['"]/,
  'the runtime of one device': /['"]onnxruntime-(?:node|web)['"]/,
  process: /\bprocess\s*[.[]/,
  Buffer: /\bBuffer\s*[.(]|:\s*Buffer\b/,
  require: /\brequire\s*\(/,
  'a global of Node or the DOM':
    /\b(?:__dirname|__filename|setImmediate|globalThis|document|navigator|self)\s*[.[(]/,
};

test('there are files to look at', () => {
  expect(portable.length).toBeGreaterThan(150);
});

test.each(Object.entries(forbidden))('no file of autograd and core uses %s', (_, pattern) => {
  const found = portable
    .filter((path) => pattern.test(withoutComments(readFileSync(path, 'utf8'))))
    .map((path) => relative(packages, path));
  expect(found).toEqual([]);
});

test('the patterns find what they are for', () => {
  const samples: Record<string, string> = {
    "a module of Node's": "import { cpus } from 'node:os';",
    'the runtime of one device': "import { Tensor } from 'onnxruntime-node';",
    process: 'process.exit(1)',
    Buffer: 'const b = Buffer.from(a)',
    require: "require('fs')",
    'a global of Node or the DOM': 'document.body',
  };
  for (const [name, pattern] of Object.entries(forbidden)) {
    expect(pattern.test(withoutComments(samples[name] as string))).toBe(true);
    expect(pattern.test(withoutComments(`// ${samples[name]}`))).toBe(false);
  }
});

describe('the public surface', () => {
  test.each(
    Object.entries({
      autograd,
      'autograd/node': autogradOnNode,
      'autograd/web': autogradOnWeb,
      core,
    }),
  )('@vascula/%s exports these values', (_, module) => {
    expect(Object.keys(module).sort()).toMatchSnapshot();
  });
});
