/** @file Times one workload in a process of its own and prints the milliseconds of every run as JSON. */
import { workloads } from './workloads.ts';

const [name, warmUps, runs] = process.argv.slice(2);
const open = workloads[name ?? ''];
if (open === undefined)
  throw new Error(`workload must be one of ${Object.keys(workloads).join(', ')}.`);
const workload = await open();
const timesMs: number[] = [];
for (let i = 0; i < Number(warmUps) + Number(runs); i++) {
  const startMs = performance.now();
  await workload.run();
  timesMs.push(performance.now() - startMs);
}
await workload.close();
console.log(JSON.stringify(timesMs.slice(Number(warmUps))));
