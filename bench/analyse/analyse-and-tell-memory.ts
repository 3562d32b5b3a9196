/** @file Analyses images like `leukoscope analyze PATH... --json` and prints leukocytes and peak memory as JSON. */
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isLeukocyte } from '@leukoscope/core';
import { analyseImages } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';

const files: string[] = [];
for (const given of process.argv.slice(2)) {
  if (!(await stat(given)).isDirectory()) files.push(given);
  else for (const name of (await readdir(given)).sort()) files.push(path.join(given, name));
}
const model = await openModel('compact', { threads: 2 });
let cells = 0;
for await (const outcome of analyseImages(
  files.map((file) => ({ file })),
  model,
)) {
  if (outcome.kind === 'failed') throw new Error(outcome.reason);
  cells += outcome.result.findings.filter(({ cellClass }) => isLeukocyte(cellClass)).length;
}
await model.close();
const status = readFileSync('/proc/self/status', 'utf8');
const peakMb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
console.log(JSON.stringify({ cells, peakMb }));
