/**
 * @file Figures of a stretch of frames, out of the page's own animation frames and Chromium's trace (Trace Event
 * Format: times in microseconds), and their table.
 *
 * A frame counts as dropped when the compositor wanted one and had to do without (`PipelineReporter`). The main
 * thread is busy while a `RunTask` of the page's process runs; the parts of it are the events of DevTools.
 */
import { z } from 'zod';

/** Parts of the main thread's work, by the names of trace events. */
const parts: Readonly<Record<string, readonly string[]>> = {
  scripting: ['FunctionCall', 'EvaluateScript', 'FireAnimationFrame', 'TimerFire', 'RunMicrotasks'],
  style: ['UpdateLayoutTree'],
  layout: ['Layout'],
  paint: ['PrePaint', 'Paint', 'Layerize', 'Commit'],
  decoding: ['Decode Image'],
  garbage: ['MinorGC', 'MajorGC'],
};

/** Figures of one gesture; times in milliseconds. */
export interface FrameFigures {
  readonly name: string;
  readonly seconds: number;
  /** Between animation frames, as the page counts them. */
  readonly intervals: {
    readonly count: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly longest: number;
  };
  readonly framesPerSecond: number;
  /** Of the frames that the compositor wanted. */
  readonly dropped: {
    readonly wanted: number;
    readonly dropped: number;
    readonly share: number;
  };
  readonly mainThread: {
    /** Share of the time that it was busy, waits for a core included. */
    readonly busyShare: number;
    readonly perFrame: number;
    /** Time on a core, the only figure here that other programs on the machine change little. */
    readonly cpuPerFrame: number;
    readonly cpuPerSecond: number;
    readonly longestTask: number;
    /** Tasks of 50 ms and more, which people feel. */
    readonly longTasks: number;
    /** A frame; what one part calls of another counts for both. */
    readonly parts: Readonly<Record<string, number>>;
  };
}

const eventSchema = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number().default(0),
  dur: z.number().default(0),
  /** Time on a core. */
  tdur: z.number().default(0),
  args: z.unknown(),
});
type TraceEvent = z.infer<typeof eventSchema>;
const traceSchema = z.object({ traceEvents: z.array(eventSchema) });
const reporterSchema = z.object({
  chrome_frame_reporter: z.object({ state: z.string() }).optional(),
  frame_reporter: z.object({ state: z.string() }).optional(),
});

/** Reckon the figures of what happened between two marks. */
export function figuresOf(
  name: string,
  frameTimes: readonly number[],
  trace: Uint8Array,
  marks: { readonly begin: string; readonly end: string },
): FrameFigures {
  const { traceEvents } = traceSchema.parse(JSON.parse(new TextDecoder().decode(trace)));
  const begin = traceEvents.find((event) => event.name === marks.begin);
  const end = traceEvents.find((event) => event.name === marks.end);
  if (begin === undefined || end === undefined) throw new Error('trace must have both marks.');
  const seconds = (end.ts - begin.ts) / 1e6;
  const inside = traceEvents.filter(({ ts, dur }) => ts + dur > begin.ts && ts < end.ts);
  const onMain = inside.filter(({ pid, tid }) => pid === begin.pid && tid === begin.tid);
  const gaps = frameTimes.slice(1).map((at, i) => at - frameTimes[i]!);
  const sorted = gaps.toSorted((a, b) => a - b);
  const tasks = onMain.filter((event) => event.name === 'RunTask');
  const busyMs = totalMs(tasks);
  const cpuMs = tasks.reduce((sum, { tdur }) => sum + tdur / 1000, 0);
  const perFrame = (ms: number) => ms / Math.max(1, gaps.length);
  return {
    name,
    seconds,
    intervals: {
      count: gaps.length,
      p50: quantile(sorted, 0.5),
      p95: quantile(sorted, 0.95),
      p99: quantile(sorted, 0.99),
      longest: quantile(sorted, 1),
    },
    framesPerSecond: gaps.length / seconds,
    dropped: droppedIn(inside.filter(({ pid }) => pid === begin.pid)),
    mainThread: {
      busyShare: busyMs / 1000 / seconds,
      perFrame: perFrame(busyMs),
      cpuPerFrame: perFrame(cpuMs),
      cpuPerSecond: cpuMs / seconds,
      longestTask: Math.max(0, ...tasks.map(({ dur }) => dur / 1000)),
      longTasks: tasks.filter(({ dur }) => dur >= 50_000).length,
      parts: Object.fromEntries(
        Object.entries(parts).map(([part, names]) => [
          part,
          perFrame(totalMs(onMain.filter((event) => names.includes(event.name)))),
        ]),
      ),
    },
  };
}

/** Write figures as a table for reading: a line a gesture, the median of its rounds. */
export function tableOf(
  all: readonly FrameFigures[],
  aim: { readonly intervalMs: number; readonly dropped: number },
): string {
  const head =
    '| gesture | frames a second | interval p50, ms | p95 | p99 | longest | dropped, % | main thread a frame, ms | on a core a frame | on a core a second | longest task | of it scripting | style | layout | paint | aim |';
  const rows = [...Map.groupBy(all, ({ name }) => name)].map(([name, rounds]) => {
    const of = (read: (one: FrameFigures) => number) => median(rounds.map(read));
    const isMet =
      of((one) => one.intervals.p95) <= aim.intervalMs &&
      of((one) => one.dropped.share) <= aim.dropped;
    const figures = [
      of((one) => one.framesPerSecond),
      of((one) => one.intervals.p50),
      of((one) => one.intervals.p95),
      of((one) => one.intervals.p99),
      of((one) => one.intervals.longest),
      of((one) => 100 * one.dropped.share),
      of((one) => one.mainThread.perFrame),
      of((one) => one.mainThread.cpuPerFrame),
      of((one) => one.mainThread.cpuPerSecond),
      of((one) => one.mainThread.longestTask),
      ...['scripting', 'style', 'layout', 'paint'].map((part) =>
        of((one) => one.mainThread.parts[part] ?? 0),
      ),
    ];
    return `| ${name} | ${figures.map((figure) => figure.toFixed(1)).join(' | ')} | ${isMet ? 'met' : 'MISSED'} |`;
  });
  return [head, head.replaceAll(/[^|]+/g, '---'), ...rows].join('\n');
}

/** Each frame is reported when it begins and when it ends; only one of both tells its state. */
function droppedIn(events: readonly TraceEvent[]): FrameFigures['dropped'] {
  let wanted = 0;
  let dropped = 0;
  for (const { name, args } of events) {
    if (name !== 'PipelineReporter') continue;
    const parsed = reporterSchema.safeParse(args).data;
    const state = (parsed?.chrome_frame_reporter ?? parsed?.frame_reporter)?.state;
    if (state === undefined || state === 'STATE_NO_UPDATE_DESIRED') continue;
    wanted++;
    if (state === 'STATE_DROPPED') dropped++;
  }
  return { wanted, dropped, share: wanted === 0 ? 0 : dropped / wanted };
}

/** Time that events take together; what lies inside another one counts once. */
function totalMs(events: readonly TraceEvent[]): number {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { ts, dur } of events.toSorted((a, b) => a.ts - b.ts)) {
    total += Math.max(0, ts + dur - Math.max(ts, until));
    until = Math.max(until, ts + dur);
  }
  return total / 1000;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
