/**
 * @file How fluid a case with 1,000 cells is in real Chromium: the gallery while it is scrolled, the field
 * while it is panned and zoomed, and corrections by key.
 *
 * Run on an idle machine:
 *
 *     node --conditions=@leukoscope/source bench/web/fluid.ts [--cells 1000] [--seconds 6] [--rounds 3]
 *       [--only scroll,fling,floor,pan,zoom,correct] [--json FILE] [--profile FOLDER]
 *
 * The whole application as users start it, in a window of 1440 x 900, moved by input events at 60 a second. Told
 * of each: intervals between animation frames as the page counts them (requestAnimationFrame), frames that
 * Chromium's compositor wanted and dropped, and how long the main thread was busy per frame (both from
 * Chromium's trace). Our aim: 60 frames a second, so p95 of intervals within 17.5 ms and at most 1 % dropped.
 * Chromium draws in software here unless the machine has a graphics card it may use: that counts against us.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeCase } from '../../apps/web/test/make-case.ts';
import { openBrowser, openPage } from '../../apps/web/test/open-browser.ts';
import { startWorkbench } from '../../apps/web/test/start-workbench.ts';
import { type FrameFigures, tableOf } from './frame-figures.ts';
import { gestures } from './gestures.ts';
import { measure } from './measure-frames.ts';

const aim = { intervalMs: 17.5, dropped: 0.01 };
const { values } = parseArgs({
  options: {
    cells: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: Object.keys(gestures).join(',') },
    /** Write all figures here. */
    json: { type: 'string' },
    /** Write traces of the last round (chrome://tracing, DevTools' Performance) into this folder. */
    profile: { type: 'string' },
  },
});
const bench = await startWorkbench();
const browser = await openBrowser();
try {
  const blobs = Array.from(
    { length: Number(values.cells) },
    (_, i) => (['neutrophil', 'lymphocyte', 'neutrophil', 'unsure'] as const)[i % 4]!,
  );
  const { id, counts } = await makeCase(bench.client, 'FLUID', [blobs]);
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, Chromium ${browser.version()}`;
  console.log(`${machine}; load average ${loadavg()[0]?.toFixed(1)}; ${counts.cells} cells`);
  const found: FrameFigures[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of values.only.split(',')) {
      const gesture = gestures[name];
      if (gesture === undefined) throw new Error(`no gesture is called "${name}".`);
      const { page, faults } = await openPage(browser, bench.address, {
        reducedMotion: 'no-preference',
      });
      // The page of squares has no address, and so may store nothing.
      await page.addInitScript(
        "if (location.protocol !== 'about:') localStorage.setItem('leukoscope.tour', 'done')",
      );
      await page.goto(`/cases/${id}${gesture.place}`);
      const { figures, trace } = await measure(browser, page, {
        name,
        prepare: () => gesture.prepare(page),
        move: (debug) => gesture.move(debug, page, 1000 * Number(values.seconds)),
      });
      found.push(figures);
      if (values.profile !== undefined) {
        mkdirSync(values.profile, { recursive: true });
        writeFileSync(path.join(values.profile, `${name}.json`), trace);
      }
      if (faults.length > 0) throw new Error(`the page said: ${faults.join('; ')}`);
      await page.context().close();
    }
  }
  console.log(tableOf(found, aim));
  if (values.json !== undefined) {
    const result = { machine, load: loadavg(), cells: counts.cells, aim, rounds: found };
    writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
  }
} finally {
  await browser.close();
  await bench.close();
}
