/**
 * A site teaches its model in a real browser against a real server: correct cells by key, sign, learn, look, accept, analyse
 * with the new model, go back. The tests stand in the order of the work.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bringAxe, findFaults } from './find-faults.ts';
import { makeCase } from './make-case.ts';
import { openBrowser, openPage, type TestPage } from './open-browser.ts';
import { pointAt } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';
import { correctCase, makeTaughtCases, signTaught, taughtBlobs } from './teach-site.ts';

const limitMs = 180_000;

let bench: Workbench;
let browser: Browser;
let ann: TestPage;
let page: Page;
let caseIds: readonly string[];

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench(), openBrowser()]);
  ann = await openPage(browser, bench.address);
  page = ann.page;
  await bringAxe(page.context());
  caseIds = await makeTaughtCases(bench.client, 4);
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

const section = () => page.getByRole('region', { name: 'Learn from this site' });
const tiles = (bin: string) => page.locator(`[role="row"][data-bin="${bin}"] [role="gridcell"]`);

async function typesOfNewCase(number: string, salt: number): Promise<Set<string>> {
  const { id } = await makeCase(bench.client, number, [taughtBlobs], salt);
  const { items } = await bench.client.listCells({ params: { id } });
  return new Set(items.map(({ model }) => `${model!.modelId} ${model!.cellClass}`));
}

test('cells of four cases are corrected, those of the first by keys, and signed', {
  timeout: limitMs,
}, async () => {
  const [first, ...others] = caseIds;
  await page.goto(`/cases/${first}`);
  // All eight are on the screen: nothing scrolls under the pointer.
  await expect.poll(() => tiles('lymphocyte').count(), { timeout: 30_000 }).toBe(4);
  for (let left = 4; left > 0; left--) {
    await pointAt(tiles('lymphocyte').first());
    await page.keyboard.press('f');
    await expect.poll(() => tiles('lymphocyte').count(), { timeout: 30_000 }).toBe(left - 1);
  }
  for (const id of others) await correctCase(bench.client, id);
  for (const id of caseIds) await signTaught(bench.client, id);
});

test('the model learns from them, and the page shows what came out', {
  timeout: limitMs,
}, async () => {
  await page.goto('/models');
  await section().getByText('32 cells to learn from, of which the model had called 16').waitFor();
  await section().getByRole('row', { name: 'Monocyte 16 16' }).waitFor();
  await section()
    .getByRole('row', { name: /Local user 32 16/ })
    .waitFor();
  await section().getByRole('button', { name: 'Learn from these cells' }).press('Enter');
  await section().getByText('Offered: it is better here').waitFor({ timeout: 120_000 });
  await section().getByText('Of 32 cells the parent calls 16 right (50.0 %)').waitFor();
  await section().getByText('Lymphocyte becomes Monocyte; people say Monocyte').first().waitFor();
  expect(await findFaults(page)).toEqual([]);
  // Nothing uses it yet.
  expect(await typesOfNewCase('L-before', 60)).toContain('blobs lymphocyte');
});

test('it is accepted with a name and a reason, by keys alone', { timeout: limitMs }, async () => {
  await section().getByRole('button', { name: 'Accept ...' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Accept this model?' });
  await dialog.getByLabel('Name').waitFor();
  await page.keyboard.type('Our stain');
  await dialog.getByLabel('Why').fill('Looked at every cell that changes');
  expect(await dialog.getByLabel('Id').inputValue()).toBe('our-stain');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  const card = page.getByRole('region', { name: 'Model Our stain' });
  await card.getByText('analyses new fields').waitFor();
  await section().getByText('Accepted as our-stain by Local user').waitFor();
  expect(await typesOfNewCase('L-after', 70)).toEqual(
    new Set(['our-stain segmented-neutrophil', 'our-stain monocyte']),
  );
});

test('one goes back to the parent at any time', { timeout: limitMs }, async () => {
  await section()
    .getByRole('button', { name: /^Go back to Blobs/ })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Analyse new fields with Blobs?' });
  await dialog.getByLabel('Why').fill('To compare');
  await dialog.getByRole('button', { name: 'Analyse new fields with it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const card = page.getByRole('region', { name: 'Model Blobs' });
  await card.getByText('analyses new fields').waitFor();
  expect(await typesOfNewCase('L-back', 80)).toContain('blobs lymphocyte');
  const { items } = await bench.client.listTrail({ query: { limit: 5 } });
  expect(items.slice(0, 4).map(({ action }) => action)).toEqual([
    'model.chosen',
    'learning.accepted',
    'model.chosen',
    'learning.started',
  ]);
});

test('no page said an error', () => {
  expect(ann.faults).toEqual([]);
});
