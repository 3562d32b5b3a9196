/**
 * @file A run on BCISC -> a model that ships: 8 bits, score and doubt chosen on the slides that chose the weights, measured once
 * on those that did neither, with its card.
 *
 * `node --conditions=@leukoscope/source experiments/ship.ts RUN NAME BCISC [--title TEXT] [--about FILE.md]
 * [--exclude LAYERS ...] [--count 24]` writes weights/NAME.json, .onnx and .md; LAYERS stay in float, COUNT fields tell the ranges of
 * the others. The file's text stands in front of what the run's own card says.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { mean } from '@leukoscope/metrics';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    title: { type: 'string' },
    about: { type: 'string' },
    exclude: { type: 'string', multiple: true, default: [] },
    count: { type: 'string', default: '24' },
  },
});
const [run, name, root] = positionals;
if (run === undefined || name === undefined || root === undefined) {
  console.error(
    'usage: ship.ts RUN NAME BCISC [--title TEXT] [--about FILE.md] [--exclude LAYERS ...]',
  );
  process.exit(2);
}
/** As in the experiments' recipes: slides 4 choose, 7 and 8 test, the others train. */
const sides = {
  teaches: /^(?!.*_[478]-)/,
  chooses: /_4-/,
  tests: /_[78]-/,
} as const;
const home = mkdtempSync(path.join(tmpdir(), 'leukoscope-ship-'));
const weights = path.resolve(import.meta.dirname, '../weights');
try {
  for (const side of Object.keys(sides) as (keyof typeof sides)[]) take(side);
  leukoscope(
    'model',
    'export',
    run,
    '--to',
    'int8',
    '--images',
    at('teaches'),
    '--count',
    values.count,
    ...values.exclude.flatMap((layers) => ['--exclude', layers]),
    '--name',
    name,
    '--out',
    at('int8'),
  );
  leukoscope(
    'model',
    'calibrate',
    at('int8'),
    at('chooses'),
    '--name',
    name,
    '--out',
    at('calibrated'),
  );
  const network = readFileSync(at('calibrated/model.onnx'));
  const description = JSON.parse(readFileSync(at('calibrated/model.json'), 'utf8'));
  // A model without types is measured without them.
  const tells = description.classes.length > 1 ? [] : ['--taxonomy', 'leukocyte'];
  const evaluate = (found: string, ...more: string[]): Section[] =>
    JSON.parse(leukoscope('evaluate', at(found), at('tests'), ...tells, ...more, '--json'))
      .sections;
  leukoscope('predict', at('calibrated'), at('tests'), '--score', '0.01', '--out', at('found'));
  const sections = evaluate('found/detections.json');
  leukoscope('predict', at('calibrated'), at('tests'), '--out', at('shown'));
  const own = evaluate('shown/detections.json', '--score', '0');
  const parent = parentOf(description);
  const sha256 = createHash('sha256').update(network).digest('hex');
  const shipped = {
    ...description,
    networks: { network: { onnx: `${name}.onnx`, sha256 } },
    ...(parent === undefined ? {} : { parent }),
  };
  copyFileSync(at('calibrated/model.onnx'), path.join(weights, `${name}.onnx`));
  const file = path.join(weights, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(shipped, null, 2)}\n`);
  execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' });
  writeFileSync(
    path.join(weights, `${name}.md`),
    card({
      sections,
      own,
      hasTypes: tells.length === 0,
      bytes: network.length,
      calibration: description.calibration,
      parent,
    }),
  );
} finally {
  rmSync(home, { recursive: true });
}

function at(name: string): string {
  return path.join(home, name);
}

/** The fields of a side as a data set of their own. */
function take(side: keyof typeof sides): void {
  const { images, annotations, ...rest } = JSON.parse(
    readFileSync(path.join(root!, 'annotations.json'), 'utf8'),
  );
  const own = images.filter(({ file_name }: { file_name: string }) => sides[side].test(file_name));
  const ids = new Set(own.map(({ id }: { id: number }) => id));
  mkdirSync(at(path.join(side, 'images')), { recursive: true });
  for (const { file_name } of own) {
    copyFileSync(path.join(root!, 'fields', file_name), at(path.join(side, 'images', file_name)));
  }
  const ofOwn = annotations.filter(({ image_id }: { image_id: number }) => ids.has(image_id));
  const moved = own.map((image: { file_name: string }) => ({
    ...image,
    file_name: `images/${image.file_name}`,
  }));
  writeFileSync(
    at(path.join(side, 'annotations.json')),
    JSON.stringify({ ...rest, images: moved, annotations: ofOwn }),
  );
}

function leukoscope(...args: string[]): string {
  const program = path.resolve('node_modules/@leukoscope/cli/bin/leukoscope.mjs');
  return execFileSync(process.execPath, ['--conditions=@leukoscope/source', program, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

interface Parent {
  readonly name: string;
  readonly hash: string;
}

/** What it began with, by its variant and experiment: a place among the runs says nothing to whoever uses the model. */
function parentOf({ parent }: { readonly parent?: Parent }): Parent | undefined {
  if (parent === undefined) return undefined;
  const [, experiment, variant] = /([^/]+)\/runs\/([^/]+)$/.exec(parent.name) ?? [];
  if (experiment === undefined) return parent;
  return { ...parent, name: `${variant} of experiments/${experiment}` };
}

interface Section {
  readonly kind: string;
  readonly overlap?: string;
  readonly coco?: Readonly<Record<string, number | null>>;
  readonly intervals?: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
  readonly groundTruthCells: number;
  readonly typing: { readonly right: number; readonly found: number };
  readonly confusion: { readonly spurious: readonly number[] };
  /** Of pixels, field by field. */
  readonly images?: readonly { readonly dice: number }[];
}

interface Shipped {
  /** At all scores. */
  readonly sections: readonly Section[];
  /** At its own score. */
  readonly own: readonly Section[];
  readonly hasTypes: boolean;
  readonly bytes: number;
  readonly calibration: Calibration;
  readonly parent: Parent | undefined;
}

function optionsText(): string {
  const layers = values.exclude.map((name) => ` --exclude ${name}`).join('');
  return ` with \`--count ${values.count}${layers}\``;
}

interface Calibration {
  readonly temperature: number;
  readonly scoreThreshold: number;
  readonly unsureBelow?: number;
}

function choicesOf({ temperature, scoreThreshold, unsureBelow }: Calibration): string {
  const doubt =
    unsureBelow === undefined ? '' : `; types below ${unsureBelow} are flagged as not sure`;
  return `cells count from score ${scoreThreshold}${doubt}; temperature ${temperature}`;
}

/** What it is, what it is worth as it ships, and the run's own card without its title. */
function card({
  sections,
  own: atItsScore,
  hasTypes,
  bytes,
  calibration,
  parent,
}: Shipped): string {
  const shown = atItsScore[0]!;
  const pixels = atItsScore.find(({ kind }) => kind === 'segmentation');
  const about = values.about === undefined ? '' : readFileSync(values.about, 'utf8').trim();
  const [, ...own] = readFileSync(at('calibrated/model.md'), 'utf8').split('\n');
  const share = (value: number | null | undefined) => (value ?? 0).toFixed(3);
  const rows = sections.flatMap(({ kind, overlap, coco, intervals }) => {
    if (kind !== 'detection' || coco === undefined) return [];
    return ['AP', 'AP50', 'AP75', 'AR100'].map((measure) => {
      const limits = intervals?.[measure];
      const range = limits === undefined ? '–' : `${share(limits.low)} to ${share(limits.high)}`;
      return `| ${overlap === 'mask' ? 'outlines' : 'boxes'}, ${measure} | ${share(coco[measure])} | ${range} |`;
    });
  });
  return [
    `# ${values.title ?? name}`,
    ...own.slice(0, 2),
    '',
    ...(about === '' ? [] : [about, '']),
    `## As it ships: 8 bits, ${(bytes / 1e6).toFixed(1)} MB`,
    '',
    'On the 50 fields of ten slides that neither trained nor chose anything; 95 % limits from drawing fields again.',
    '',
    '| measure | value | 95 % limits |',
    '|---|---|---|',
    ...rows,
    '',
    `At its own score it finds ${shown.typing.found} of the ${shown.groundTruthCells} cells, ${shown.confusion.spurious.reduce((sum, n) => sum + n, 0)} that are none${hasTypes ? `, and names ${shown.typing.right} rightly` : ''}.${pixels?.images === undefined ? '' : ` Mean Dice over fields, all that it outlines there against all cells: ${share(mean(pixels.images.map(({ dice }) => dice)))}.`}`,
    '',
    `Chosen on the 25 fields of slides 4: ${choicesOf(calibration)}.`,
    '',
    'Data: BCISC (Third People’s Hospital of Fujian), Apache-2.0.',
    ...(parent === undefined
      ? []
      : [
          `It began with ${parent.name}, which learnt from BCISC and from pictures of PBC (Acevedo et al. 2020), CC BY 4.0.`,
        ]),
    '',
    `Written by \`experiments/ship.ts\`${optionsText()}. What follows is of the run in float.`,
    ...own.slice(2, own.indexOf('## Not known') + 3),
    '',
  ].join('\n');
}
