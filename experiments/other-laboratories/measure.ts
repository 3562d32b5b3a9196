/**
 * @file The report set: how the shipped model types the cells of every laboratory, by each expectation that it has a
 * prior for, with 95 % limits (Wilson). Run once a release:
 * `node --conditions=@leukoscope/source experiments/other-laboratories/measure.ts DATA CACHE [RESULTS.json]`
 */
import type { Expectation, TypeDepth } from '@leukoscope/core';
import { describeModel } from '@leukoscope/pipeline/node';
import { cpus } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { collectCells, readCollected } from './collected-cells.ts';
import { areaUnderCurve, distanceBy, drawCases, plainMeasures } from './familiar-table.ts';
import { type Judgement, judgeCells } from './judge-cells.ts';
import { laboratories } from './laboratories.ts';
import { wilson } from './wilson.ts';

const [data, cache, out] = process.argv.slice(2);
if (data === undefined || cache === undefined) {
  console.error('usage: measure.ts DATA CACHE [RESULTS.json]');
  process.exit(2);
}
await collectCells(data, cache, 'compact');
const { description, hash } = await describeModel('compact');
const { classes, calibration, priors = {} } = description;
const { unsureBelow = 0, scoreThreshold } = calibration;

const results: Record<string, Record<string, object>> = {};
const settings = ['unspecified', ...Object.keys(priors)] as ('unspecified' | Expectation)[];
for (const setting of settings) {
  const prior = setting === 'unspecified' ? undefined : priors[setting];
  results[setting] = {};
  console.log(`\n| ${setting} | cells | found | right | wrong flagged | right flagged |`);
  console.log('|---|---|---|---|---|---|');
  for (const { name, seen } of laboratories) {
    if (seen === 'trained') continue;
    const cells = await readCollected(cache, name);
    const depths: readonly TypeDepth[] = name.startsWith('pbc') ? ['five', 'fine'] : ['five'];
    for (const depth of depths) {
      const judged = judgeCells(cells, { classes, unsureBelow, prior, depth }, scoreThreshold);
      const figures = figuresOf(judged);
      const title = depth === 'five' ? name : `${name}, ten types`;
      results[setting][title] = { seen, ...figures, mistakes: judged.mistakes };
      const { found, right, wrongFlagged, rightFlagged } = figures;
      console.log(
        `| ${title} | ${judged.typed} | ${text(found)} | ${text(right)} | ${text(wrongFlagged)} | ${text(rightFlagged)} |`,
      );
    }
  }
  console.log(
    `\n| ${setting} | blasts | called blast | or unidentified | lymphocytes called blast |`,
  );
  console.log('|---|---|---|---|---|');
  for (const name of ['aml-lmu', 'apl-aml', 'all-idb2', 'marrow', 'raabin', 'dataset1']) {
    const cells = await readCollected(cache, name);
    const judged = judgeCells(
      cells,
      { classes, unsureBelow, prior, depth: 'five' },
      scoreThreshold,
    );
    const { calledBlast, blastOrUnidentified, lymphocytesCalledBlast } = figuresOf(judged);
    console.log(
      `| ${name} | ${judged.blasts} | ${text(calledBlast)} | ${text(blastOrUnidentified)} | ${text(lymphocytesCalledBlast)} |`,
    );
  }
}
const sign = await measureSign();
if (out !== undefined) {
  const facts = { model: description.name, hash, processor: cpus()[0]?.model, data };
  await writeFile(out, `${JSON.stringify({ ...facts, results, sign }, null, 2)}\n`);
}

/** Cases of 20 cells: how well known laboratories are told from each other one, and how many cases have the sign. */
async function measureSign() {
  const { familiar } = description;
  if (familiar === undefined) return undefined;
  const model = { classes, temperature: calibration.temperature };
  const measures = { distance: distanceBy(familiar, model), ...plainMeasures(model) };
  const rows: Record<string, string | number | null>[] = [];
  console.log(
    '\n| cases of 20 | mixture | measure | median | area against known | with the sign |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const [measure, measureCase] of Object.entries(measures)) {
    for (const mixture of ['random', 'uneven'] as const) {
      const known: number[] = [];
      for (const { name, seen } of laboratories) {
        if (seen === 'trained') continue;
        const cells = (await readCollected(cache!, name)).flatMap(({ found }) =>
          found !== null && found.score >= scoreThreshold ? [found] : [],
        );
        const values = drawCases(cells, measureCase, mixture).sort((a, b) => a - b);
        if (seen === 'apart') known.push(...values);
        const area = seen === 'never' ? areaUnderCurve(known, values) : null;
        const above = values.filter((value) => value > familiar.limit).length;
        const row = {
          laboratory: name,
          mixture,
          measure,
          median: Number(values[values.length >> 1]!.toFixed(3)),
          area: area === null ? null : Number(area.toFixed(3)),
          signs: measure === 'distance' ? Number((above / values.length).toFixed(3)) : null,
        };
        rows.push(row);
        console.log(
          `| ${name} | ${mixture} | ${measure} | ${row.median} | ${row.area ?? '-'} | ${row.signs ?? '-'} |`,
        );
      }
    }
  }
  return rows;
}

/** A share with its limits; null of nothing. */
interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly of: number;
}

function figuresOf(judged: Judgement) {
  const { cells, found, typed, right, wrongFlagged, rightFlagged } = judged;
  return {
    found: shareOf(found, cells),
    right: shareOf(right, typed),
    wrongFlagged: shareOf(wrongFlagged, typed - right),
    rightFlagged: shareOf(rightFlagged, right),
    calledBlast: shareOf(judged.calledBlast, judged.blasts),
    blastOrUnidentified: shareOf(judged.blastOrUnidentified, judged.blasts),
    lymphocytesCalledBlast: shareOf(judged.lymphocytesCalledBlast, judged.lymphocytes),
  };
}

function shareOf(count: number, of: number): Share | null {
  if (of === 0) return null;
  const [low, high] = wilson(count, of);
  const short = (value: number) => Number(value.toFixed(4));
  return { share: short(count / of), low: short(low), high: short(high), of };
}

function text(share: Share | null): string {
  if (share === null) return '-';
  const two = (value: number) => value.toFixed(2).replace(/^0\./, '.');
  return `${two(share.share)} (${two(share.low)}-${two(share.high)})`;
}
