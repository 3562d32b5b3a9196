/** The label audit by keys in a real browser: ask two more models, change, take back, keep, take out; the history says why. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bringAxe, findFaults } from './find-faults.ts';
import { decideAll, makeCase } from './make-case.ts';
import { openBrowser, openPage, type TestPage } from './open-browser.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 120_000;
// Both take lymphocytes for monocytes.
const other = { behaviour: 'work', says: { lymphocyte: 'monocyte' } };

let bench: Workbench;
let browser: Browser;
let ann: TestPage;
let page: Page;
let caseId: string;

beforeAll(async () => {
  const models = { second: other, third: other };
  [bench, browser] = await Promise.all([startWorkbench({ models }), openBrowser()]);
  ann = await openPage(browser, bench.address);
  page = ann.page;
  await bringAxe(page.context());
  const made = await makeCase(bench.client, 'A-1', [
    ['neutrophil', 'lymphocyte', 'neutrophil'],
    ['lymphocyte', 'neutrophil'],
  ]);
  caseId = made.id;
  await decideAll(bench.client, caseId);
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

const params = () => ({ params: { id: caseId } });
const bins = async () => {
  const { items } = await bench.client.listCells(params());
  return items.map(({ bin }) => bin).filter((bin) => bin !== 'segmented-neutrophil');
};

test('models are asked, and what they contradict is listed', { timeout: limitMs }, async () => {
  await page.goto('/models');
  await page.getByRole('link', { name: 'the label audit' }).click();
  await page.getByLabel('Case', { exact: true }).selectOption({ label: 'A-1 (5 cells)' });
  await page.getByText("Ask at least one model beside the case's own.").waitFor();
  await page.getByRole('button', { name: 'Ask second' }).click();
  // One against one is no majority.
  await page.getByText('The models contradict nothing in this case.').waitFor();
  await page.getByRole('button', { name: 'Ask third' }).click();
  await page.getByText('2 of 3 models say Monocyte').waitFor();
  await page.getByText('Doubt 1 of 2, 0 decided').waitFor();
  await page.getByText('Lymphocyte, seen by Local user.').waitFor();
  expect(await findFaults(page)).toEqual([]);
  expect(new URL(page.url()).searchParams.get('case')).toBe(caseId);
});

test('verdicts are given and taken back by keys', { timeout: limitMs }, async () => {
  await page.keyboard.press('c');
  await page.getByText('Doubt 2 of 2, 1 decided').waitFor();
  await expect.poll(bins).toEqual(['monocyte', 'lymphocyte']);
  await page.keyboard.press('ArrowLeft');
  await page.getByText('You have changed it.').waitFor();
  expect(await page.getByRole('button', { name: 'Keep as it is' }).isDisabled()).toBe(true);
  await page.keyboard.press('u');
  await expect.poll(bins).toEqual(['lymphocyte', 'lymphocyte']);
  await page.keyboard.press('k');
  await page.getByText('Doubt 2 of 2, 1 decided').waitFor();
  await page.keyboard.press('t');
  await page.getByText('Doubt 2 of 2, 2 decided').waitFor();
  await expect.poll(bins).toEqual(['lymphocyte']);
  expect(await findFaults(page)).toEqual([]);
  const { items } = await bench.client.listHistory(params());
  expect(items.slice(-4).map(({ action, reason }) => [action, reason])).toEqual([
    ['cells.reclassified', 'Label audit: 2 of 3 models say Monocyte'],
    ['cells.undone', null],
    ['cells.reclassified', 'Label audit: 2 of 3 models say Monocyte'],
    ['cells.deleted', 'Label audit: 2 of 3 models say Monocyte'],
  ]);
});

test('a signed case says that it must be opened first', { timeout: limitMs }, async () => {
  const made = await makeCase(bench.client, 'A-2', [['lymphocyte', 'neutrophil']], 7);
  await decideAll(bench.client, made.id);
  const { sha256 } = await bench.client.getSigning({ params: { id: made.id } });
  const body = { sha256, meaning: 'approved' as const, acceptsFewer: true };
  await bench.client.signCase({ params: { id: made.id }, body });
  for (const modelId of ['second', 'third'])
    await bench.client.createComparison({ params: { id: made.id }, body: { modelId } });
  await page.goto(`/audit?case=${made.id}`);
  await page.getByText('2 of 3 models say Monocyte').waitFor();
  await page.keyboard.press('c');
  await page
    .getByText(/signed/)
    .first()
    .waitFor();
  await page.getByText('Doubt 1 of 1, 0 decided').waitFor();
});

test('no page said an error', () => {
  // The refused verdict about the signed case.
  expect(ann.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
});
