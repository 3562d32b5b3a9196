/** @file What processes have used, read from /proc (Linux). */
import { readFileSync } from 'node:fs';

/** Read what a process has used (100 clock ticks a second). */
export function usageOf(pid: number): { cpuSeconds: number; megabytes: number } {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const ticks = rest.split(' ');
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return {
    cpuSeconds: (Number(ticks[11]) + Number(ticks[12])) / 100,
    megabytes: Math.round((pages * 4096) / 2 ** 20),
  };
}

/** List the children of a process. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}
