/** Who has not seen a cell's picture cannot confirm it: while pictures do not come, nothing becomes seen. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Blob } from './draw-blobs.ts';
import { makeCase } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 180_000;
const patience = { timeout: 30_000 };
const blobs: readonly Blob[] = Array(8).fill('lymphocyte');
const pictures = /\/api\/(cells\/[^/]+\/crop|fields\/[^/]+\/tiles)/;

let bench: Workbench;
let browser: Browser;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

test('with pictures blocked nothing becomes seen, in the gallery or in the field', {
  timeout: limitMs,
}, async () => {
  const { page } = await openPage(browser, bench.address);
  const { id } = await makeCase(bench.client, 'B-1', [blobs]);
  const unseen = async () => (await bench.client.getCase({ params: { id } })).counts.unseen;
  await page.route(pictures, (route) => route.abort());
  await page.goto(`/cases/${id}`);
  const tiles = page.locator('[role="gridcell"]');
  await tiles.nth(7).waitFor(patience);
  await page.getByRole('grid', { name: 'Cells by bin' }).focus();
  for (const key of ['Enter', 'Shift+Enter', 'Control+Enter', 'f', 'Control+a', 'Enter', 'f']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(400);
  }
  await page.getByText('8 of 8 pictures not on the screen yet: look, repeat.').first().waitFor();

  await page.goto(`/cases/${id}/field`);
  const list = page.getByRole('listbox', { name: /^Cells of this field/ });
  await list.getByRole('option').first().click();
  await page.keyboard.press('f');
  await page.getByText('The image is not there yet where the cell lies.').first().waitFor();
  await page.waitForTimeout(500);
  expect(await unseen()).toBe(8);

  await page.unroute(pictures);
  await page.goto(`/cases/${id}/field`);
  await list.getByRole('option').first().click();
  await expect
    .poll(
      async () => {
        await page.keyboard.press('f');
        return unseen();
      },
      { timeout: 30_000, interval: 1000 },
    )
    .toBe(7);
  await page.goto(`/cases/${id}`);
  const haveCome = () =>
    tiles
      .locator('img')
      .evaluateAll((all) =>
        all.every((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0),
      );
  await tiles.nth(7).waitFor(patience);
  await expect.poll(haveCome, patience).toBe(true);
  await page.getByRole('grid', { name: 'Cells by bin' }).focus();
  await page.keyboard.press('Shift+Enter');
  await expect.poll(unseen, patience).toBe(0);
});
