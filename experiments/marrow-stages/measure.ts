/**
 * @file How the shipped model tells the stages of marrow on patches that taught neither it nor the head, as `analyze` does:
 * `node --conditions=@leukoscope/source experiments/marrow-stages/measure.ts DATA RESULTS.json`
 *
 * A patch whose cell is not found counts as wrong. Limits are Wilson's; neighbours by number may show one cell shifted.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import type { Expectation, Finding } from '@leukoscope/core';
import { analyseImage, cellInTheMiddle } from '@leukoscope/pipeline';
import { describeModel, openModel } from '@leukoscope/pipeline/node';
import { wilson } from '../other-laboratories/wilson.ts';
import { isWithinOne, listPatches, stages } from './stage-cells.ts';

const [data, out] = process.argv.slice(2);
if (data === undefined || out === undefined) {
  console.error('usage: measure.ts DATA RESULTS.json');
  process.exit(2);
}
const marrow = path.join(data, 'marrow');
const patches = await listPatches(marrow, 'measures');
const { description, hash } = await describeModel('compact');
const facts = { model: description.name, hash, processor: cpus()[0]?.model };
const results = { open: await measure(undefined), marrow: await measure('marrow') };
writeFileSync(out, `${JSON.stringify({ ...facts, results }, null, 2)}\n`);

async function measure(expectation: Expectation | undefined) {
  const model = await openModel('compact', { threads: 1 });
  const told: (Finding | undefined)[] = [];
  for (const { file } of patches) {
    const bytes = readFileSync(path.join(marrow, file));
    const { size, findings } = await analyseImage(bytes, model, { expectation });
    told.push(cellInTheMiddle(findings, size));
  }
  await model.close();
  const stageOf = (finding: Finding | undefined) =>
    (stages as readonly unknown[]).indexOf(finding?.cellClass);
  const right = patches.map(({ stage }, n) => stageOf(told[n]) === stage);
  const near = patches.map(
    ({ stage }, n) => stageOf(told[n]) >= 0 && isWithinOne(stageOf(told[n]), stage),
  );
  const flagged = told.map((finding) => finding?.isUnsure === true);
  const figures = {
    patches: patches.length,
    found: shareOf(told.map((finding) => finding !== undefined)),
    right: shareOf(right),
    withinOneStage: shareOf(near),
    wrongFlagged: shareOf(flagged.filter((_, n) => told[n] !== undefined && !right[n])),
    rightFlagged: shareOf(flagged.filter((_, n) => right[n])),
    /** By stage: how often each answer was given. */
    answers: Object.fromEntries(stages.map((name, stage) => [name, answersTo(stage)])),
  };
  const { answers: _, ...shown } = figures;
  console.log(expectation ?? 'nothing expected', JSON.stringify(shown));
  return figures;

  function answersTo(stage: number) {
    const counts: Record<string, number> = {};
    for (const [n, patch] of patches.entries()) {
      if (patch.stage !== stage) continue;
      const answer = told[n]?.cellClass ?? 'not found';
      counts[answer] = (counts[answer] ?? 0) + 1;
    }
    return counts;
  }
}

function shareOf(is: readonly boolean[]) {
  const count = is.filter(Boolean).length;
  const [low, high] = wilson(count, is.length).map((limit) => Number(limit.toFixed(3)));
  return { of: is.length, share: Number((count / is.length).toFixed(3)), low, high };
}
