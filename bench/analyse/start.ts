/**
 * @file How long the library takes from the start of its import to a model that is ready, and to the first result:
 * `node --conditions=@leukoscope/source bench/analyse/start.ts [--runs 7]`. Each run is a process of its own. The aim is
 * 400 ms until ready.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeField } from './write-field.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-bench-'));
const file = path.join(folder, 'field.jpg');
await writeField(file, { width: 1024, height: 768 }, 3);
const program = `
const { analyseImage } = await import('@leukoscope/pipeline');
const { openModel } = await import('@leukoscope/pipeline/node');
const model = await openModel('compact');
const readyMs = performance.now();
await analyseImage({ file: process.argv[1] }, model);
console.log(JSON.stringify([readyMs, performance.now()]));
await model.close();`;
const times: [number, number][] = [];
for (let run = 0; run < Number(values.runs); run++) {
  const args = [...process.execArgv, '--input-type=module', '--eval', program, file];
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' });
  times.push(JSON.parse(output) as [number, number]);
}
rmSync(folder, { recursive: true });
const medianOf = (i: 0 | 1) =>
  times.map((time) => time[i]).sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`);
console.log(
  `from the start of the process: ready after ${medianOf(0).toFixed(0)} ms (aim 400), first result of a 1024x768 field after ${medianOf(1).toFixed(0)} ms; medians of ${times.length}`,
);
