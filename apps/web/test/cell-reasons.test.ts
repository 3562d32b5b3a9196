/** What the model saw of a cell, in a real browser: on its card, in its panel, as an order and as a search. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCase } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 240_000;
let bench: Workbench;
let browser: Browser;
let page: Page;
let faults: readonly string[];
let caseId: string;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench(), openBrowser()]);
  ({ page, faults } = await openPage(browser, bench.address));
  ({ id: caseId } = await makeCase(bench.client, 'R-1', [
    ['neutrophil', 'neutrophil', 'lymphocyte', 'unsure'],
  ]));
}, limitMs);
afterAll(async () => {
  await browser.close();
  await bench.close();
});

const tiles = () => page.locator('[role="gridcell"]');
const binsShown = () =>
  tiles().evaluateAll((found) =>
    found.map((tile) => tile.closest('[role="row"]')?.getAttribute('data-bin')),
  );

test(
  'the panel says nucleus, granules and N:C, and lists each attribute',
  async () => {
    await page.goto(`/cases/${caseId}`);
    await page.locator('[data-bin="segmented-neutrophil"] [role="gridcell"]').first().hover();
    const panel = page.getByRole('region', { name: 'Cell', exact: true });
    await panel.getByText(/^Nucleus segmented; fine granules; (N:C|no cytoplasm)/).waitFor();
    await panel.getByText('2 attributes').click();
    await panel.getByText('nucleus shape').waitFor();
    await panel.getByText('0.90', { exact: true }).waitFor();
  },
  limitMs,
);

test(
  'a search by keyboard leaves the cells of which its words are said',
  async () => {
    const search = page.getByRole('searchbox', { name: 'Search by what is seen' });
    await search.focus();
    await page.keyboard.type('fine gran');
    await expect.poll(binsShown).toEqual(['segmented-neutrophil', 'segmented-neutrophil']);
    await page.getByText('2 shown').waitFor();
    await search.fill('nucleus round');
    await expect.poll(binsShown).toEqual(['lymphocyte']);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(async () => (await binsShown()).length).toBe(4);
    expect(await search.inputValue()).toBe('');
  },
  limitMs,
);

test(
  'the order by N:C puts cells without a nucleus last',
  async () => {
    await page.getByRole('button', { name: 'Unsure first' }).click();
    await page.getByRole('combobox', { name: 'Order' }).selectOption('Highest N:C first');
    const last = tiles().last();
    await expect.poll(() => last.innerText()).toContain('?');
  },
  limitMs,
);

test(
  'the card beside the field says it too',
  async () => {
    const { items } = await bench.client.listCells({ params: { id: caseId } });
    const cell = items.find(({ bin }) => bin === 'lymphocyte')!;
    await page.goto(`/cases/${caseId}/field/${cell.fieldId}?cell=${cell.id}`);
    const card = page.getByRole('region', { name: 'Selected cell' });
    await card.getByText(/^Nucleus round; no granules; (N:C|no cytoplasm)/).waitFor();
    expect(faults).toEqual([]);
  },
  limitMs,
);
