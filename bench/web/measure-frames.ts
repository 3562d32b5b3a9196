/** @file Measures the frames of a page while something moves in it: by the page itself, and by Chromium's trace. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import { type FrameFigures, figuresOf } from './frame-figures.ts';

const categories = [
  'benchmark',
  'blink.user_timing',
  'cc',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'toplevel',
  'v8',
];
/** What begins and ends the stretch of the trace that counts. */
const marks = { begin: 'bench:begin', end: 'bench:end' } as const;

/** Measure a page while it moves. */
export async function measure(
  browser: Browser,
  page: Page,
  given: {
    readonly name: string;
    readonly prepare: () => Promise<void>;
    readonly move: (debug: CDPSession) => Promise<void>;
  },
): Promise<{ readonly figures: FrameFigures; readonly trace: Uint8Array }> {
  await given.prepare();
  const debug = await page.context().newCDPSession(page);
  await browser.startTracing(page, { categories });
  await page.evaluate(`
    window.benchFrames = [];
    performance.mark('${marks.begin}');
    (function next(at) {
      window.benchFrames.push(at);
      window.benchNext = requestAnimationFrame(next);
    })(performance.now());
  `);
  await given.move(debug);
  const times = z.array(z.number()).parse(
    await page.evaluate(`
      cancelAnimationFrame(window.benchNext);
      performance.mark('${marks.end}');
      window.benchFrames
    `),
  );
  const trace = new Uint8Array(await browser.stopTracing());
  await debug.detach();
  return { figures: figuresOf(given.name, times, trace, marks), trace };
}
