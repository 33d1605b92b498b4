import {
  InputError,
  type InstanceRule,
  notebookRule,
  type Objective,
  objectives,
  type TestTimeAugmentation,
} from '@vascula/core';
import { faultOfPath } from '../files/index.js';
import {
  type Postprocessing,
  type PostprocessingChoice,
  type Run,
  readPostprocessing,
  readRuleFile,
  runFiles,
} from '../run/index.js';
import { objectiveNames } from './objective-names.js';
import { confidenceFlag, givenFlags, type RuleOverrides, withOverrides } from './rule-overrides.js';

/** Which rules vessels are to be made by, as flags say it. */
export interface RuleRequest extends RuleOverrides {
  /** `run`, `run:iou`, `run:ap`, `notebook`, or files of rules; at least one. */
  readonly rule: readonly string[];
  /** Confidences are to be shares of true positives. */
  readonly calibrated?: true;
  /** File of glomeruli, whose insides are no vessels. */
  readonly glomeruli?: string;
  /** Share of a vessel that may lie inside them. */
  readonly maxInside?: number;
  /** IoU above which two vessels of several rules are one. */
  readonly maxIou?: number;
}

/** A rule that vessels are made by, and where it is from. Plain JSON. */
export interface UsedRule {
  readonly origin: 'calibrated' | 'notebook' | 'file';
  /** The file it is from. */
  readonly path?: string;
  /**
   * Where it was chosen: what by, on how many validation tiles, on maps of which epoch's weights, averaged
   * over which symmetries.
   */
  readonly chosen?: {
    readonly by: Objective;
    readonly tiles: number;
    readonly epoch: number;
    readonly tta: TestTimeAugmentation;
  };
  /** Flags that replaced single values of it. */
  readonly replaced: Readonly<Record<string, number | 'none'>>;
  readonly rule: InstanceRule;
  /** Rules for tiles of a dataset and slide, where they gained by one of their own. */
  readonly bySlide: readonly {
    readonly dataset: number;
    readonly source: number;
    readonly rule: InstanceRule;
  }[];
}

/** All that vessels are made by. Plain JSON. */
export interface UsedRules {
  /** At least one; what any of them finds is a vessel. */
  readonly rules: readonly UsedRule[];
  /** Of vessels of several rules that overlap by a greater IoU, the most confident one stays; null for one rule. */
  readonly maximumIou: number | null;
  /** The file of glomeruli. */
  readonly glomeruli: string | null;
}

/** Share of a vessel that may lie inside glomeruli, and IoU of vessels that are one, unless told. */
const MAX_INSIDE = 0.5;
const MAX_IOU = 0.5;

/**
 * The rules that flags ask for. `run` is the rule that `vascula calibrate` stored with the run, of two
 * the one chosen by `use`; where it stored none, the notebook's at the run's cutoff. `run:iou` and `run:ap`
 * are the stored ones by name.
 *
 * @throws InputError where a file is at fault, or flags do not go together.
 */
export async function usedRules(
  run: Run,
  request: RuleRequest,
  use: Objective,
): Promise<UsedRules> {
  const { glomeruli, maxInside, maxIou } = request;
  if (maxInside !== undefined && glomeruli === undefined)
    throw new InputError({ path: '--max-inside', problem: 'is for --glomeruli' });
  if (maxIou !== undefined && request.rule.length === 1)
    throw new InputError({ path: '--max-iou', problem: 'is for several rules of --rule' });
  const rules: UsedRule[] = [];
  for (const name of request.rule)
    rules.push(withFlags(await namedRule(run, name, request.calibrated === true, use), request));
  return {
    rules,
    maximumIou: rules.length === 1 ? null : (maxIou ?? MAX_IOU),
    glomeruli: glomeruli ?? null,
  };
}

type NamedRule = Omit<UsedRule, 'replaced'>;

async function namedRule(
  run: Run,
  name: string,
  calibrated: boolean,
  use: Objective,
): Promise<NamedRule> {
  const stored = await storedChoice(run, name, use);
  if (stored !== undefined) return storedRule(run, stored, calibrated);
  if (name === 'run' || name === 'notebook') {
    if (calibrated)
      throw new InputError({
        path: '--calibrated',
        problem: `the rule ${name} of ${run.folder} has no calibration`,
        hint: `Make one with: vascula calibrate ${run.folder}`,
      });
    const { cutoff } = run.config.recipe;
    const rule = { ...notebookRule, low: cutoff, high: cutoff };
    return { origin: 'notebook', rule, bySlide: [] };
  }
  const absent = await faultOfPath(name, 'file');
  if (absent !== undefined)
    throw new InputError({
      ...absent,
      expected: 'run, run:iou, run:ap, notebook, or the JSON file of a rule',
    });
  const rule = await readRuleFile(name);
  if (calibrated && rule.calibration === null)
    throw new InputError({ path: '--calibrated', problem: `the rule ${name} has no calibration` });
  return { origin: 'file', path: name, rule, bySlide: [] };
}

interface StoredChoice extends Pick<Postprocessing, 'tiles' | 'epoch' | 'tta'> {
  readonly choice: PostprocessingChoice;
}

/** The stored choice that a name means; undefined where it may be something else. */
async function storedChoice(
  run: Run,
  name: string,
  use: Objective,
): Promise<StoredChoice | undefined> {
  const by = objectives.find((objective) => name === `run:${objective}`);
  if (by === undefined && name !== 'run') return undefined;
  const stored = await readPostprocessing(run.folder);
  const choices = stored?.choices ?? [];
  const choice = choices.find((one) => one.by === (by ?? use)) ?? (by ? undefined : choices[0]);
  if (stored !== undefined && choice !== undefined) return { ...stored, choice };
  if (by === undefined) return undefined;
  throw new InputError({
    path: `--rule ${name}`,
    problem: `${run.folder} has no rule chosen by ${objectiveNames[by]}`,
    hint: `Choose one with: vascula calibrate ${run.folder}`,
  });
}

function storedRule(
  run: Run,
  { tiles, epoch, tta, choice }: StoredChoice,
  calibrated: boolean,
): NamedRule {
  const path = runFiles(run.folder).postprocessing;
  const ruleOf = ({ rule, calibration }: Pick<PostprocessingChoice, 'rule' | 'calibration'>) => {
    if (calibrated && calibration === null)
      throw new InputError({
        path: '--calibrated',
        problem: `${path} has no calibration: nothing was found on the validation tiles`,
      });
    return calibrated ? { ...rule, calibration } : rule;
  };
  return {
    origin: 'calibrated',
    path,
    chosen: { by: choice.by, tiles: tiles.length, epoch, tta },
    rule: ruleOf(choice),
    bySlide: choice.bySlide.map((own) => ({
      dataset: own.dataset,
      source: own.source,
      rule: ruleOf(own),
    })),
  };
}

/** The rule with what flags replace of it. */
function withFlags(named: NamedRule, request: RuleRequest): UsedRule {
  const { glomeruli, maxInside, calibrated } = request;
  const flag = confidenceFlag(request);
  if (calibrated && flag !== undefined)
    throw new InputError({
      path: '--calibrated',
      problem: `the calibration is not for the confidences that ${flag} makes`,
      expected: 'one of them',
    });
  const changed = (rule: InstanceRule): InstanceRule => {
    const replaced = withOverrides(rule, request);
    const { maximumGlomerulusShare: share } = replaced;
    if (glomeruli !== undefined)
      return {
        ...replaced,
        maximumGlomerulusShare: maxInside ?? (share < 1 ? share : MAX_INSIDE),
      };
    if (share < 1)
      throw new InputError({
        path: named.path ?? '--rule',
        field: 'maximumGlomerulusShare',
        problem: 'the rule removes what lies in glomeruli, and none are given',
        hint: 'Name their file with --glomeruli',
      });
    return replaced;
  };
  return {
    ...named,
    replaced: givenFlags(request),
    rule: changed(named.rule),
    bySlide: named.bySlide.map((own) => ({ ...own, rule: changed(own.rule) })),
  };
}
