/**
 * @file docs/reproduction.md: every system of the five papers, what they report, what ours gives and why it differs. Figures of
 * ours are read from `experiments/NAME/results.json`, which `leukoscope experiment report` writes; nothing is typed twice.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Measured, papers, type System } from './published-systems.ts';

const root = path.resolve(import.meta.dirname, '..');
const untrained = 'not trained yet';

/** Write the page. */
export function reproductionPage(): string {
  return [
    '# What was reproduced, how near, and why it differs',
    '',
    'Written by `npm run docs` from `experiments/*/results.json`; a test fails when this page is out of date. For research use only, not for',
    'diagnosis.',
    '',
    'Each network is that of its paper in the preset `paper`, checked against another implementation with the same weights (column',
    '"checked"). Training at that size takes days on two cores; what was trained are the presets `slim`, some smaller still, and each',
    'experiment says which. Figures are of pictures that neither trained nor chose the weights, measured once, with 95 % limits from drawing',
    'their slides or pictures again; `±` is the standard deviation over runs.',
    '',
    'Common to all that differs from the papers: their own pictures are not public (interference, recognition) or may not be copied (LISC), so ours',
    'are the public sets that the experiment names, a tenth to a hundredth as many; division is by slide or by blocks of neighbours,',
    'never by single pictures, which is harder; no weights of ImageNet, but of types of single cells or none.',
    '',
    ...papers.flatMap(({ title, systems }) => [
      `## ${title}`,
      '',
      '| system | here | the paper | ours | checked by |',
      '|---|---|---|---|---|',
      ...systems.map(rowOf),
      '',
    ]),
    '## What differs, experiment by experiment',
    '',
    ...experimentsOf().flatMap((name) => [
      `[${name}](../experiments/${name}/README.md):`,
      '',
      ...differsOf(name).map((text) => `- ${text}`),
      '',
    ]),
  ].join('\n');
}

function rowOf({ name, ours, theirs, checked, measured = [], said, page }: System): string {
  const told = measured.flatMap((one) => {
    const text = figureOf(one);
    return text === undefined ? [] : [text];
  });
  const linked =
    page === undefined || !existsSync(path.join(root, page)) ? undefined : `[measured](../${page})`;
  const result = told.length > 0 ? told.join(', ') : (said ?? linked ?? untrained);
  return `| ${[name, ours, theirs, result, checked].join(' | ')} |`;
}

/** Undefined until a run is finished. */
function figureOf({ experiment, variant, measure }: Measured): string | undefined {
  const file = path.join(root, 'experiments', experiment, 'results.json');
  if (!existsSync(file)) return undefined;
  const { runs, variants } = JSON.parse(readFileSync(file, 'utf8'));
  const found = variants.find(
    (one: { variant: string; measure: string }) =>
      one.variant === variant && one.measure === measure,
  );
  if (found === undefined) return undefined;
  const done = runs.filter(
    (run: { variant: string; state: string }) => run.variant === variant && run.state === 'done',
  );
  const limits = done.length === 1 ? done[0].tested?.limits?.[measure] : undefined;
  const range =
    limits === undefined
      ? found.values.length > 1
        ? ` ± ${short(found.deviation)}`
        : ''
      : ` (${short(limits.low)} to ${short(limits.high)})`;
  return `${measure} ${short(found.mean)}${range}`;
}

function experimentsOf(): string[] {
  const named = papers.flatMap(({ systems }) =>
    systems.flatMap(({ measured = [] }) => measured.map(({ experiment }) => experiment)),
  );
  return [...new Set(named)].filter((name) =>
    existsSync(path.join(root, 'experiments', name, 'results.json')),
  );
}

function differsOf(name: string): string[] {
  const file = path.join(root, 'experiments', name, 'experiment.json');
  return JSON.parse(readFileSync(file, 'utf8')).paper?.differs ?? [];
}

/** .957 rather than 0.9570, as papers write shares. */
function short(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}
