/**
 * @file Writes docs/images/workbench-*.png: the main pages of the real application with the
 * demonstration case, light and dark, at 1440 and 390 pixels; and, of drawn cells, those of learning.
 *
 *     node --conditions=@leukoscope/source scripts/take-screenshots.ts [learning]
 *
 * Needs Chromium (`CHROMIUM`, or /usr/bin/chromium). Times and names in the pictures are those of the run.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@leukoscope/client';
import type { Page, Request } from 'playwright-core';
import sharp from 'sharp';
import { decideAll, untilAnalysed } from '../apps/web/test/make-case.ts';
import { openBrowser, openPage } from '../apps/web/test/open-browser.ts';
import { startWorkbench } from '../apps/web/test/start-workbench.ts';
import {
  correctCase,
  makeTaughtCases,
  signTaught,
  untilLearnt,
} from '../apps/web/test/teach-site.ts';

const images = fileURLToPath(new URL('../docs/images', import.meta.url));
/** Pictures in a repository are cloned by everybody. */
const mostBytes = 300_000;
const sizes = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'narrow', width: 390, height: 844 },
] as const;
const quietMs = 1500;
const themes = ['light', 'dark'] as const;

/** Take the pictures of learning: a site of drawn cells, what there is to learn from, and what came out. */
async function takeLearning(): Promise<void> {
  const bench = await startWorkbench();
  const browser = await openBrowser();
  try {
    const { page } = await openPage(browser, bench.address);
    await page.addInitScript("localStorage.setItem('leukoscope.tour', 'done')");
    const { client } = bench;
    for (const id of await makeTaughtCases(client, 4)) {
      await correctCase(client, id);
      await signTaught(client, id);
    }
    await takePage(page, 'learn', '/models', '#learn-heading', 'table');
    const { id } = await client.startLearning({ body: {} });
    await untilLearnt(client, id);
    const shown = '[data-learning]';
    await takePage(page, 'learnt', `/models?learning=${id}`, shown, `${shown} img`);
  } finally {
    await browser.close();
    await bench.close();
  }
}

/** Take the pictures of the demonstration case. */
async function takeDemo(): Promise<void> {
  const bench = await startWorkbench({ hasDemo: true, isReal: true });
  const browser = await openBrowser();
  try {
    const { page } = await openPage(browser, bench.address);
    // Who has left the tour once does not meet it again.
    await page.addInitScript("localStorage.setItem('leukoscope.tour', 'done')");
    const { client } = bench;
    const demo = await untilDemo(client);
    await takePage(page, 'gallery', `/cases/${demo}`, '[role="gridcell"] img');
    const { items } = await client.listFields({ params: { id: demo } });
    await takePage(page, 'field', `/cases/${demo}/field/${items[1]!.id}`, 'canvas');
    await takePage(page, 'worklist', '/', '[href^="/cases/"]');
    await takePage(page, 'models', '/models', 'main h2');
    await decideAll(client, demo);
    await takePage(page, 'differential', `/cases/${demo}/differential`, 'main table');
    await takePage(page, 'report', `/cases/${demo}/report`, 'main table');
  } finally {
    await browser.close();
    await bench.close();
  }
}

/** Wait for the demonstration case, analysed by the model that ships. */
async function untilDemo(client: Client): Promise<string> {
  for (;;) {
    const { items } = await client.listCases({ query: {} });
    const demo = items[0];
    if (demo !== undefined && demo.counts.fields > 0) {
      await untilAnalysed(client, demo.id, 600_000);
      return demo.id;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** `sign` is scrolled to; the picture waits for it and for `content`. */
async function takePage(
  page: Page,
  name: string,
  address: string,
  sign: string,
  content = sign,
): Promise<void> {
  for (const { name: size, width, height } of sizes) {
    await page.setViewportSize({ width, height });
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      const isQuiet = watchRequests(page);
      await page.goto(address);
      await page.locator(content).first().waitFor({ state: 'attached' });
      await page.locator(sign).first().waitFor();
      if (content !== sign) {
        await page.evaluate(`(${scrollToTop})(document.querySelector(${JSON.stringify(sign)}))`);
      }
      // Pictures of cells and tiles come after the page.
      await isQuiet();
      const png = await toSmallPng(await page.screenshot());
      const file = `workbench-${name}-${size}-${theme}.png`;
      if (png.length > mostBytes) {
        throw new Error(`${file} must have at most ${mostBytes} bytes. Received ${png.length}.`);
      }
      writeFileSync(path.join(images, file), png);
      console.log(`${file} ${Math.round(png.length / 1000)} kB`);
    }
  }
}

/** In the page, of which only the middle scrolls. */
const scrollToTop = `(element) => {
  const middle = element.closest('main');
  middle.scrollTop += element.getBoundingClientRect().top - middle.getBoundingClientRect().top - 24;
}`;

/** Write with as many colours as fit: 256 are enough for everything but pictures of whole fields. */
async function toSmallPng(screenshot: Uint8Array): Promise<Uint8Array> {
  let png: Uint8Array = screenshot;
  for (const colours of [256, 160, 96]) {
    png = await sharp(screenshot).png({ palette: true, colours, effort: 10 }).toBuffer();
    if (png.length <= mostBytes) break;
  }
  return png;
}

/** Returns how to wait until nothing has been on its way for a while; the stream of events always is. */
function watchRequests(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  let changedMs = performance.now();
  const note = (change: () => void) => {
    change();
    changedMs = performance.now();
  };
  const begin = (request: Request) => {
    if (!request.url().endsWith('/api/events')) note(() => open.add(request));
  };
  const end = (request: Request) => note(() => open.delete(request));
  page.on('request', begin);
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  return async () => {
    while (open.size > 0 || performance.now() - changedMs < quietMs) await page.waitForTimeout(100);
    page.off('request', begin);
    page.off('requestfinished', end);
    page.off('requestfailed', end);
  };
}

if (process.argv[2] !== 'learning') await takeDemo();
await takeLearning();
