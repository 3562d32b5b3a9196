/**
 * @file The page of a run: how far it is, its curves, what was chosen, what to do with it. One file that needs
 * nothing else; while the run goes on it loads itself anew.
 */
import {
  escapeXml,
  type Figure,
  figureGrid,
  keyFigures,
  type LearningCurve,
  learningCurveFigure,
  pageStyle,
  pageTheme,
  researchNotice,
  table,
} from '@leukoscope/metrics';
import type { LogLine, LoopEnd } from '../train-loop.ts';
import type { RunProgress } from '../run-progress.ts';
import type { RunFacts } from './run-folder-node.ts';

/** What the page shows. */
export interface RunView {
  readonly facts: RunFacts;
  readonly lines: readonly LogLine[];
  readonly progress: RunProgress;
  /** Undefined while it runs. */
  readonly end: LoopEnd | undefined;
}

const reloadSeconds = 20;
const notCurves = new Set(['stepSeconds', 'waitSeconds', 'learningRate', 'gradient_norm']);

/** Draw loss and measures over steps. */
export function runFigures(lines: readonly LogLine[]): Figure[] {
  const options = { theme: pageTheme, xTitle: 'Step' };
  const losses = curvesOf(lines, 'steps');
  const measures = curvesOf(lines, 'validation');
  const figures = [
    learningCurveFigure(losses, { ...options, name: 'loss', title: 'Training', yTitle: 'Loss' }),
  ];
  if (measures.length > 0) {
    const about = { name: 'measures', title: 'Validation', yTitle: 'Measure' };
    figures.push(learningCurveFigure(measures, { ...options, ...about }));
  }
  return figures;
}

/** Stand figures below each other in one SVG. */
export function stackFigures(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map((figure) => figure.width));
  let y = 0;
  const parts = figures.map(({ svg, height }) => {
    const part = svg.replace('<svg ', `<svg y="${y}" `);
    y += height;
    return part;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">${parts.join('')}</svg>`;
}

/** Write the page. */
export function runPage({ facts, lines, progress, end }: RunView): string {
  const { recipe, counts, words, failed } = facts;
  const last = lines.at(-1);
  const validation = lines.findLast(({ kind }) => kind === 'validation');
  const step = last?.step ?? 0;
  const state =
    end === undefined
      ? 'running'
      : { finished: 'finished', early: 'ended early', interrupted: 'interrupted' }[end];
  const title = `Training ${recipe.name}`;
  const best = progress.best;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${end === undefined ? `<meta http-equiv="refresh" content="${reloadSeconds}">\n` : ''}<title>${escapeXml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escapeXml(title)}</h1>
<p class="warning">${researchNotice}</p>
</header>
${keyFigures([
  {
    label: 'State',
    value: state,
    ...(end === undefined ? { note: 'this page loads itself anew' } : {}),
  },
  { label: 'Step', value: `${step} of ${recipe.steps}` },
  {
    label: `Best ${recipe.validation.best}`,
    value: best === undefined ? '–' : best.value.toFixed(4),
    ...(best === undefined ? {} : { note: `at step ${best.step}` }),
  },
  {
    label: 'Examples',
    value: String(counts.train),
    note: `${counts.validation} choose the weights, ${counts.test} test them`,
  },
])}
<section><h2>Curves</h2>${figureGrid(runFigures(lines))}</section>
${
  validation === undefined
    ? ''
    : `<section><h2>Last measured</h2>${table(
        `At step ${validation.step}, on pictures that do not train.`,
        ['Measure', 'Value'],
        Object.entries(validation.values).map(([name, value]) => [name, shown(value)]),
      )}</section>`
}
<section><h2>Chosen and found</h2><ul>${words.map((word) => `<li>${escapeXml(word)}</li>`).join('')}</ul>${
    failed.length === 0
      ? ''
      : `<details><summary>${failed.length} pictures or records could not be read</summary><ul>${failed.map((text) => `<li>${escapeXml(text)}</li>`).join('')}</ul></details>`
  }</section>
<section><h2>What lies here</h2><dl class="facts">${[
    ['best/', 'the best model so far: analyze, serve and predict open this folder'],
    ['recipe.json', 'all that decides the weights; leukoscope train recipe.json makes them again'],
    ['log.jsonl', 'every number of the curves'],
    ['data/', 'which picture trained, which chose the weights and which tested them'],
    ['test.json', 'what the best model is worth on the pictures that test, once it is trained'],
    ['checkpoint.safetensors', 'the same command goes on from here'],
  ]
    .map(([name = '', text = '']) => `<dt>${name}</dt><dd>${text}</dd>`)
    .join('')}</dl></section>
<section><h2>Recipe</h2><pre>${escapeXml(JSON.stringify(recipe, null, 2))}</pre></section>
<footer><p>Made by Leukoscope. ${researchNotice}</p></footer>
</main>
</body>
</html>
`;
}

function curvesOf(lines: readonly LogLine[], kind: LogLine['kind']): LearningCurve[] {
  const chosen = lines.filter((line) => line.kind === kind);
  const names = [...new Set(chosen.flatMap(({ values }) => Object.keys(values)))];
  return names
    .filter((name) => !notCurves.has(name))
    .map((label) => ({
      label,
      points: chosen.flatMap(({ step, values }) => {
        const y = values[label];
        return typeof y === 'number' ? [{ x: step, y }] : [];
      }),
    }));
}

const shown = (value: number | null) =>
  value === null || !Number.isFinite(value) ? '–' : value.toFixed(4);
