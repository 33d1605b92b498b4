import type { RuleChoice } from '@vascula/core';
import type { Dataset } from '../dataset/index.js';
import type { Block, Page, Section } from '../pages/index.js';
import { counted } from '../report/index.js';
import { objectiveNames } from '../rules/index.js';
import type { RunCalibration } from './calibrate-run.js';
import { choiceSection } from './choice-section.js';
import { gainWords, scoreNames } from './choice-words.js';
import { calibrationNotices } from './notices.js';
import { pictureBlocks } from './picture-blocks.js';
import type { ProbabilityMaps } from './probability-maps.js';
import type { StageHooks } from './validation-tiles.js';

/** All there is to say of the rules chosen on a run, as a page. */
export async function calibrationPage(
  calibration: RunCalibration,
  dataset: Dataset,
  maps: ProbabilityMaps,
  hooks: StageHooks,
): Promise<Page> {
  const { name, epoch, seed, tiles, choices } = calibration;
  const sections: Section[] = [
    { id: 'summary', title: 'Summary', blocks: summaryBlocks(calibration) },
  ];
  for (const choice of choices)
    sections.push(
      choiceSection(choice, await pictureBlocks(choice, calibration, dataset, maps, hooks)),
    );
  return {
    title: `Calibration: ${name}`,
    subtitle: `Rules for vessels, chosen on ${counted(tiles.length, 'validation tile')}`,
    sections,
    data: {
      format: 'vascula calibration 1',
      run: name,
      epoch,
      seed,
      tiles: tiles.map(({ tile }) => tile.id),
      notices: calibrationNotices(calibration),
      choices,
    },
  };
}

function summaryBlocks(calibration: RunCalibration): Block[] {
  const { epoch, tiles, choices } = calibration;
  const vessels = tiles.reduce((sum, { truth }) => sum + truth.vessels.length, 0);
  return [
    ...calibrationNotices(calibration).map(
      (text): Block => ({ kind: 'notice', level: 'warning', text }),
    ),
    {
      kind: 'facts',
      items: [
        { label: 'validation tiles', value: tiles.length },
        { label: 'vessels in them', value: vessels },
        { label: 'epoch of the weights', value: epoch },
        ...choices.map(gainFact),
      ],
    },
    {
      kind: 'text',
      paragraphs: [
        'The command predict uses the rule chosen by IoU, submit the one chosen by AP; where only one was chosen, both use it. ' +
          'The training side had no part in the choice, and neither had any other tile.',
      ],
    },
  ];
}

function gainFact({ by, outOfFold }: RuleChoice): { label: string; value: string | null } {
  return {
    label: `${objectiveNames[by]}: gain in ${scoreNames[by]}, out of fold`,
    value: outOfFold === null ? null : gainWords(outOfFold),
  };
}
