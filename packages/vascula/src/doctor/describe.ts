import { type DeviceReport, worthwhile } from '@vascula/autograd/node';
import type { Examination } from './examine.js';

const width = 80;
const indent = 14;

/** An examination as text of at most 80 columns. */
export function describeExamination(examination: Examination): string {
  const { node, system, processor, memory, onnxruntime, devices, auto, usable } = examination;
  const needs = `needs ${node.needs.replace('>=', '')} or newer`;
  const { cores, available, vectors } = processor;
  const count = available === cores ? `${cores}` : `${available} of ${cores}`;
  const limit = memory.limit === null ? '' : `, limited to ${gibibytes(memory.limit)} here`;
  const [cpu] = devices;
  const block = cpu?.usable ? cpu.channelBlock : null;
  return [
    ...entry('Node', `${node.version}, ${node.supported ? 'supported' : 'too old'} (${needs})`),
    ...entry('System', system),
    ...entry('Processor', `${processor.model}; ${count} logical; ${vectors ?? 'vectors unknown'}`),
    ...entry('Memory', `${gibibytes(memory.total)}${limit}`),
    ...entry(
      'ONNX Runtime',
      `${onnxruntime}; convolutions ${block === null ? 'without blocks' : `in blocks of ${block} channels`}`,
    ),
    '',
    'Devices, each tried with a small training step that PyTorch computed before:',
    ...devices.flatMap((report) => entry(`  ${report.device}`, ...sentences(report))),
    '',
    ...wrapped(
      usable
        ? `Commands run on cpu unless told otherwise by --device; --device auto takes ${auto}.`
        : 'Vascula cannot compute on this machine.',
      width,
    ),
    '',
  ].join('\n');
}

/** What is so, and what to do about it. */
function sentences(report: DeviceReport): string[] {
  if (!report.usable) return [`not usable: ${report.why}.`, report.help];
  const { milliseconds, worst } = report.golden;
  const found = `right, to ${worst.toExponential(0)}; ${milliseconds.toPrecision(2)} ms a step.`;
  const asked = worthwhile(report);
  return asked.usable ? [found] : [found, `--device auto passes it over: ${asked.why}.`];
}

function entry(label: string, ...paragraphs: readonly string[]): string[] {
  return paragraphs
    .flatMap((text) => wrapped(text, width - indent))
    .map((line, i) => `${(i === 0 ? label : '').padEnd(indent)}${line}`);
}

/** Lines of at most `columns` characters; a longer word has a line of its own. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
