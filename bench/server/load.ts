/**
 * @file Fifty reviewers at once on the embedded database, while an analysis runs: how long a correction takes.
 * Run: `node --conditions=@leukoscope/source bench/server/load.ts [--reviewers 50] [--seconds 60] [--cells 200] [--learning]`.
 *
 * The server is a process of its own, as users start it, with the model that ships. Each reviewer has a case,
 * an API key and an open event stream; corrects a cell every two seconds on average; asks after each
 * correction what the web application asks then; looks at five crops after every fifth. One more case gets
 * new fields all the time, so that the model is never idle. Our aim: p95 of corrections below 100 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '@leukoscope/core';
import { keepAnalysing, keepLearning, openReviewers } from './reviewers.ts';
import { startProcess } from './start-process.ts';
import { createTimes } from './times.ts';
import { usageOf } from './usage-of.ts';

const { values } = parseArgs({
  options: {
    reviewers: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    cells: { type: 'string', default: '200' },
    /** Learn from the reviewers' cases meanwhile, beside the analysis. */
    learning: { type: 'boolean', default: false },
    /** Profile the server: writes a .cpuprofile into this folder. */
    profile: { type: 'string' },
  },
});
const aimMs = 100;
const warmUpSeconds = 10;
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-load-'));
const server = await startProcess(folder, values.profile);
try {
  console.log(
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}`,
  );
  const startedAt = performance.now();
  const random = createRandom(1);
  const reviewers = await openReviewers(server, {
    count: Number(values.reviewers),
    cells: Number(values.cells),
    random,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`cases and cells made in ${seconds} s`);
  // More than the model can do meanwhile.
  const analysing = await keepAnalysing(server, 4 * Number(values.seconds));
  const learning = values.learning ? await keepLearning(server) : undefined;
  const times = createTimes();
  const until = performance.now() + 1000 * (warmUpSeconds + Number(values.seconds));
  const running = reviewers.map((reviewer) => reviewer.work(times, until));
  await new Promise((resolve) => setTimeout(resolve, warmUpSeconds * 1000));
  times.clear();
  const before = usageOf(server.pid);
  await Promise.all(running);
  const after = usageOf(server.pid);
  const fields = await analysing.stop();
  const learnt = await learning?.stop();
  for (const reviewer of reviewers) reviewer.close();

  console.log(
    `${reviewers.length} reviewers with ${values.cells} cells each, ${values.seconds} s after ${warmUpSeconds} s to warm up; ${fields} fields analysed meanwhile${learnt === undefined ? '' : `, ${learnt} runs of learning ended and one went on`}\n`,
  );
  console.log(times.table());
  const cpu = (after.cpuSeconds - before.cpuSeconds) / Number(values.seconds);
  console.log(
    `\nserver process: ${(cpu * 100).toFixed(0)} % of a core, ${before.megabytes} MB resident at the start, ${after.megabytes} MB at the end`,
  );
  const p95 = times.p95('correction');
  console.log(
    `p95 of corrections: ${p95.toFixed(1)} ms, aim ${aimMs} ms: ${p95 < aimMs ? 'met' : 'MISSED'}`,
  );
  if (p95 >= aimMs) process.exitCode = 1;
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
