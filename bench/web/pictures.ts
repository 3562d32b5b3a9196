/**
 * @file What it costs the gallery that no browser stores a picture: how many pictures of cells are fetched while a
 * case is opened, scrolled to its end and back, left and opened again, and while the page is loaded anew.
 *
 *     node --conditions=@leukoscope/source bench/web/pictures.ts [--cells 400]
 *
 * The real application in real Chromium, behind a proxy that counts. "stored" is as it was before: the proxy says in
 * the server's place that pictures may be kept for a year.
 */
import { createServer, request } from 'node:http';
import { parseArgs } from 'node:util';
import { makeCase } from '../../apps/web/test/make-case.ts';
import { openBrowser, openPage } from '../../apps/web/test/open-browser.ts';
import { startWorkbench } from '../../apps/web/test/start-workbench.ts';

const restMs = 1500;
const { values } = parseArgs({ options: { cells: { type: 'string', default: '400' } } });
const bench = await startWorkbench();
const browser = await openBrowser();
try {
  const blobs = Array.from(
    { length: Number(values.cells) },
    (_, i) => (['neutrophil', 'lymphocyte', 'neutrophil', 'unsure'] as const)[i % 4]!,
  );
  const { id } = await makeCase(bench.client, 'PICTURES', [blobs]);
  for (const isStored of [true, false]) {
    const proxy = await startProxy(bench.address, isStored);
    const { page } = await openPage(browser, proxy.address, { bypassCSP: true });
    await page.addInitScript(
      "if (location.protocol !== 'about:') localStorage.setItem('leukoscope.tour', 'done')",
    );
    const told: string[] = [];
    const step = async (name: string, act: () => Promise<unknown>) => {
      const before = { ...proxy.counted };
      await act();
      await page.waitForTimeout(restMs);
      const { pictures, bytes } = proxy.counted;
      const kilobytes = Math.round((bytes - before.bytes) / 1000);
      told.push(`${name}: ${pictures - before.pictures} (${kilobytes} kB)`);
    };
    const scroll = async (direction: 1 | -1) => {
      await page.getByRole('grid').hover();
      for (let i = 0; i < 60; i++) {
        await page.mouse.wheel(0, direction * 600);
        // As somebody does who looks at them: on when they are there.
        await page.waitForTimeout(120);
        await page.waitForFunction(
          `[...document.querySelectorAll('[role=grid] img')].every((image) => {
            const { top, bottom } = image.getBoundingClientRect();
            return image.complete || bottom < 0 || top > innerHeight;
          })`,
        );
      }
    };
    const open = async (address: string) => {
      await page.goto(address);
      await page.getByRole('gridcell').first().waitFor();
    };
    await step('opened', () => open(`/cases/${id}`));
    await step('to the end', () => scroll(1));
    await step('and back', () => scroll(-1));
    await step('left and opened again', async () => {
      await page.getByRole('link', { name: 'Worklist', exact: true }).click();
      await page.getByRole('link', { name: 'PICTURES' }).click();
      await page.getByRole('gridcell').first().waitFor();
    });
    await step('loaded anew', () => open(`/cases/${id}`));
    console.log(`${isStored ? 'stored' : 'no-store'}, ${values.cells} cells: ${told.join('; ')}`);
    await page.context().close();
    proxy.close();
  }
} finally {
  await browser.close();
  await bench.close();
}

/** Stand between page and server, and count what pictures of cells are fetched. */
async function startProxy(target: string, isStored: boolean) {
  const counted = { pictures: 0, bytes: 0 };
  const server = createServer((asked, answer) => {
    const isPicture = /^\/api\/cells\/[^/]+\/crop/.test(asked.url ?? '');
    const { method, headers } = asked;
    const onward = request(new URL(asked.url ?? '/', target), { method, headers }, (came) => {
      const changed =
        isPicture && isStored ? { 'cache-control': 'private, max-age=31536000, immutable' } : {};
      answer.writeHead(came.statusCode ?? 502, { ...came.headers, ...changed });
      if (isPicture) {
        counted.pictures++;
        came.on('data', (bytes: Buffer) => {
          counted.bytes += bytes.length;
        });
      }
      came.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('the proxy must listen.');
  return {
    counted,
    address: `http://127.0.0.1:${place.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
