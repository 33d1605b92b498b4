import { gibibytes } from '../training/index.js';
import type { Plan } from './plan-schema.js';

/** A plan for people: what was measured, then each choice with its reason. */
export function planText(plan: Plan): string {
  return [
    'Measured:',
    ...columns(fingerprintRows(plan)),
    '',
    'Chosen:',
    ...columns(choiceRows(plan)),
    '',
  ].join('\n');
}

type Lines = readonly (readonly string[])[];

function fingerprintRows({ fingerprint, machine }: Plan): Lines {
  const { smallest, largest, groupSizes, vesselArea, vesselWidth, colour } = fingerprint;
  const size = ({ width, height }: typeof smallest) => `${width} x ${height}`;
  const isOneSize = size(smallest) === size(largest);
  const spread = ({ low, median, high }: typeof vesselArea) =>
    `median ${number(median)}, four of five from ${number(low)} to ${number(high)}`;
  const { least, most } = groupSizes;
  return [
    ['images', `${fingerprint.images} labelled, ${fingerprint.duplicates} of them repeat another`],
    ['size', isOneSize ? size(largest) : `${size(smallest)} to ${size(largest)}`],
    [
      'slides',
      `${fingerprint.slides}; images of each in a dataset: ${least === most ? least : `${least} to ${most}`}`,
    ],
    ['ignored', `${percent(fingerprint.ignoredShare)} of the pixels`],
    [
      'vessel',
      `${percent(fingerprint.vesselShare)} of the others; ${fingerprint.imagesWithoutVessel} images have none`,
    ],
    ['vessels', `${fingerprint.vessels}; area in pixels: ${spread(vesselArea)}`],
    [
      'width',
      `in pixels along the centre lines: ${spread(vesselWidth)}; nine tenths of the vessel area are in vessels nowhere above ${number(fingerprint.widest)}`,
    ],
    [
      'colour',
      `optical density red ${colour.densityRed.toFixed(2)}, green ${colour.densityGreen.toFixed(2)}, blue ${colour.densityBlue.toFixed(2)}, between images ±${colour.variation.toFixed(3)}; clear ${percent(colour.clearShare)}`,
    ],
    [
      'machine',
      `${machine.device}, ${machine.cores} cores, ${gibibytes(machine.availableBytes)} of memory available`,
    ],
  ];
}

function choiceRows({ choices }: Plan): Lines {
  return Object.entries(choices).map(([name, { value, reason }]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    typeof value === 'object'
      ? Object.entries(value)
          .map(([part, probability]) => `${part} ${probability}`)
          .join(', ')
      : String(value),
    reason,
  ]);
}

/** Columns aligned to the left; a cell wider than its neighbours' usual width moves on a line of its own. */
function columns(rows: Lines): string[] {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => fitting(row[k]).length)));
  return rows.map((row) =>
    `  ${row
      .map((cell, k) => {
        const last = k === row.length - 1;
        if (last) return cell;
        const overlong = cell.length > widths[k];
        const indent = widths.slice(0, k + 1).reduce((sum, width) => sum + width + 2, 2);
        return overlong ? `${cell}\n${' '.repeat(indent)}` : `${cell.padEnd(widths[k])}  `;
      })
      .join('')}`.trimEnd(),
  );
}

const widest = 16;

function fitting(cell: string): string {
  return cell.length > widest ? '' : cell;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
