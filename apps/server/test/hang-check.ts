/**
 * @file Whether a process hangs, on a machine that may be busy: not when time has passed, but when it has had its
 * time on a core, or neither works nor waits for a core.
 */
import { type CoreTime, coreTimeOf } from './process-tree.ts';

/** Between two looks; a process that waits for an answer spends less on its timers. */
const busyMs = 50;

/** When a process counts as hanging. */
export interface HangLimits {
  /** On a core. A start takes 3 to 7 s. @default 60,000 */
  readonly coreMs?: number;
  /** At a stretch, neither on a core nor waiting for one. @default 60,000 */
  readonly idleMs?: number;
}

/** Make what tells, asked every half a second or so, how a process hangs; undefined while it does not. */
export function hangCheck(
  pid: number | undefined,
  limits: HangLimits = {},
): () => string | undefined {
  const { coreMs = 60_000, idleMs = 60_000 } = limits;
  let last: CoreTime = { ran: 0, waited: 0 };
  let busyAt = performance.now();
  return () => {
    const now = performance.now();
    // Where the system does not tell, time that passes counts as idle.
    const time = (pid === undefined ? undefined : coreTimeOf(pid)) ?? last;
    if (time.ran + time.waited > last.ran + last.waited + busyMs) busyAt = now;
    last = time;
    const had = `${seconds(time.ran)} on a core, ${seconds(time.waited)} waiting for one`;
    if (time.ran > coreMs) return `no end of work (${had})`;
    if (now - busyAt > idleMs) return `nothing done for ${seconds(now - busyAt)} (${had})`;
    return undefined;
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
