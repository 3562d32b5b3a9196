/**
 * @file `npm run bench`: times ours against PyTorch, in fresh processes, one after the other in turns.
 *
 * `npm run bench -- NAME...` for some of them; `--rounds N` (5), `--runs N` (9), `--warm-ups N` (6: until then both
 * still ask the system for memory). Each round starts both programs anew, because about one process in
 * eight runs two or three times slower as a whole; the ratio is that of the medians over the rounds of
 * each process's median run. PyTorch: Debian's python3-torch.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { workloads } from './engine/workloads.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '9' },
    'warm-ups': { type: 'string', default: '6' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});
const rounds = Number(values.rounds);
const names = positionals.length > 0 ? positionals : Object.keys(workloads);
const here = import.meta.dirname;

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
const timeOurs = (name: string) =>
  run(process.execPath, [
    ...process.execArgv,
    `${here}/engine/time-workload.ts`,
    name,
    values['warm-ups'],
    values.runs,
  ]);
const timePeer = (name: string) =>
  run(values.python, [`${here}/engine/pytorch_peer.py`, name, values['warm-ups'], values.runs]);

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`);
console.log('ours and PyTorch: median [least .. most] ms of the rounds; ratio = ours / PyTorch\n');
for (const name of names) {
  const ours: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(median(timeOurs(name)));
    peers.push(median(timePeer(name)));
  }
  const ratio = median(ours) / median(peers);
  const best = Math.min(...ours) / Math.min(...peers);
  console.log(
    `${name.padEnd(24)} ours ${show(ours)}  PyTorch ${show(peers)}  ratio ${ratio.toFixed(3)} (of the least ${best.toFixed(3)})`,
  );
}

function run(program: string, args: readonly string[]): number[] {
  const output = execFileSync(program, args, { encoding: 'utf8' });
  return JSON.parse(output.trim().split('\n').at(-1)!) as number[];
}

function show(times: readonly number[]): string {
  const range = `[${Math.min(...times).toFixed(0)} .. ${Math.max(...times).toFixed(0)}]`;
  return `${median(times).toFixed(1)} ${range}`.padEnd(22);
}
