/**
 * @file Fields a second of the synthesiser at 640 x 480, one thread, per look.
 * Run: `node --conditions=@leukoscope/source bench/synthesis.ts`.
 *
 * The peer is our own aim: more than 5 fields a second on two cores.
 */
import { availableParallelism, cpus } from 'node:os';
import {
  type SmearLookName,
  smearLooks,
  synthesiseCell,
  synthesiseField,
} from '@leukoscope/datasets';

const fields = 20;
const aim = 5;

console.log(`machine: ${cpus()[0]?.model}, ${availableParallelism()} threads available, 1 used`);
synthesiseField({ seed: 0 });
for (const look of Object.keys(smearLooks) as SmearLookName[]) {
  const { wall, cpu } = rate(fields, (seed) => synthesiseField({ seed, look }));
  console.log(
    `${look.padEnd(11)} ${wall.toFixed(1)} fields/s at 640 x 480 (${cpu.toFixed(1)} a CPU second), ratio to the aim of ${aim}: ${(wall / aim).toFixed(2)}`,
  );
}
const cells = rate(200, (seed) => synthesiseCell('neutrophil', { seed, side: 64 }));
console.log(`single cells ${cells.wall.toFixed(0)} crops/s at 64 x 64`);

function rate(count: number, work: (seed: number) => unknown): { wall: number; cpu: number } {
  const before = process.cpuUsage();
  const start = performance.now();
  for (let seed = 1; seed <= count; seed++) work(seed);
  const wall = count / ((performance.now() - start) / 1000);
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: count / ((user + system) / 1e6) };
}
