/** @file Whether the model drifts: shares of corrected and of unsure cells week by week, with control limits. */
import type { Agreement } from '@leukoscope/contract';
import { controlChart } from '@leukoscope/metrics';
import { type CountedCells, countCells, type SignedCase } from './signed-cells.ts';

const dayMs = 86_400_000;

/** Tell whether people changed what the model said: type, place, or that there is a cell at all. */
export function isCorrected({ people, model }: CountedCells): boolean {
  return people !== model;
}

/** Count by week of signing, oldest first, and draw the limits. Weeks without cases are left out. */
export function driftOf(cases: readonly SignedCase[]): Pick<Agreement, 'weeks' | 'drift'> {
  const byWeek = new Map<string, Agreement['weeks'][number]>();
  for (const { signedAt, groups } of cases) {
    const start = mondayOf(signedAt);
    const week = byWeek.get(start) ?? { start, cases: 0, cells: 0, corrected: 0, unsure: 0 };
    byWeek.set(start, {
      start,
      cases: week.cases + 1,
      cells: week.cells + countCells(groups, () => true),
      corrected: week.corrected + countCells(groups, isCorrected),
      unsure: week.unsure + countCells(groups, isUnsure),
    });
  }
  const weeks = [...byWeek.values()].sort((a, b) => a.start.localeCompare(b.start));
  if (weeks.length === 0) return { weeks, drift: [] };
  const chart = (what: 'corrected' | 'unsure'): Agreement['drift'][number] => {
    const { centre, spread, points } = controlChart(
      weeks.map((week) => ({ hits: week[what], count: week.cells })),
    );
    return {
      what,
      centre,
      spread,
      points: points.flatMap((point) =>
        point === null ? [] : [{ share: point.share, ...point.limits, isOut: point.isOut }],
      ),
    };
  };
  return { weeks, drift: [chart('corrected'), chart('unsure')] };
}

function isUnsure({ isUnsure: doubts, model }: CountedCells): boolean {
  return doubts || model === 'unidentified';
}

function mondayOf(time: Date): string {
  const sinceMonday = (time.getUTCDay() + 6) % 7;
  return new Date(time.getTime() - sinceMonday * dayMs).toISOString().slice(0, 10);
}
