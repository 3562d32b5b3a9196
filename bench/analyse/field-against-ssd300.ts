/**
 * @file A whole 1024x768 field, decode to result, against the network of torchvision's SSD300 alone.
 *
 * `node --conditions=@leukoscope/source bench/analyse/field-against-ssd300.ts [--rounds 5] [--runs 9]`
 * in fresh processes in turns; the field is a synthetic one of 1024x768 pixels with a few leukocytes.
 * PyTorch: Debian's python3-torch and python3-torchvision. The aim is a ratio of at most 0.2.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeField } from './write-field.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '9' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-bench-'));
const file = path.join(folder, 'field.jpg');
const cells = await writeField(file, { width: 1024, height: 768 }, 3);
const ours: number[] = [];
const peers: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const timer = path.join(import.meta.dirname, 'time-field.ts');
  ours.push(median(run(process.execPath, [...process.execArgv, timer, file, '3', values.runs])));
  const peer = path.join(import.meta.dirname, 'ssd300_peer.py');
  peers.push(median(run(values.python, [peer, '3', values.runs])));
}
rmSync(folder, { recursive: true });
const show = (ms: readonly number[]) =>
  `${median(ms).toFixed(1)} [${Math.min(...ms).toFixed(1)} .. ${Math.max(...ms).toFixed(1)}] ms`;
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`);
console.log(`field with ${cells} leukocytes: ${show(ours)}   SSD300 network alone: ${show(peers)}`);
console.log(`ratio ${(median(ours) / median(peers)).toFixed(3)} (aim 0.200)`);

function run(program: string, args: readonly string[]): number[] {
  const lines = execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n');
  return JSON.parse(lines.at(-1)!) as number[];
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (
    (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2
  );
}
