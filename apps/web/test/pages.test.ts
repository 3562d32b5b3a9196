/**
 * Every page of the application in light and dark without a serious or critical fault of accessibility,
 * reached as people reach it: first start, signing in, a case from its gallery to its report.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '@leukoscope/client';
import { middleModel } from '../../../scripts/test-models/middle-model.ts';
import { bringAxe, findFaults } from './find-faults.ts';
import { decideAll, makeCase } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { pointAt } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 180_000;
const password = 'a long enough phrase';

let bench: Workbench;
let browser: Browser;
let page: Page;
let faults: readonly string[];
let open: string;
let signed: string;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench({ mode: 'accounts' }), openBrowser()]);
  ({ page, faults } = await openPage(browser, bench.address));
  await bringAxe(page.context());
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

test('the first start: without the link, with it, and signing in', {
  timeout: limitMs,
}, async () => {
  await page.goto('/');
  await page.getByText('No administrator has been made yet.').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.goto(bench.setupLink!);
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Name to sign in with').fill('ada');
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('New password again').fill('another phrase');
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByText('Both passwords must be the same.').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel('New password again').fill(password);
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: /account of Ada/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Name', { exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('not this one at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('name and password must belong to an account').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
});

test('accounts and keys are made', { timeout: limitMs }, async () => {
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByRole('button', { name: 'New account' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Grace Hopper');
  await dialog.getByLabel('Name to sign in with').fill('grace');
  await dialog.getByLabel('Role').selectOption('viewer');
  await dialog.getByLabel('New password', { exact: true }).fill(password);
  await dialog.getByLabel('New password again').fill(password);
  expect(await findFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Make the account' }).click();
  await page.getByLabel('Role of Grace Hopper').waitFor();
  await page.getByRole('button', { name: 'New key' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('Scanner');
  await dialog.getByLabel('Role').selectOption('reviewer');
  // A second press while the first one is on its way makes no second key.
  await page.route('**/api/keys', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await route.continue();
  });
  await dialog.getByRole('button', { name: 'Make the key' }).dblclick();
  const apiKey = await dialog.locator('code').innerText();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Scanner', { exact: true }).waitFor();
  expect(await page.getByText('Scanner', { exact: true }).count()).toBe(1);
  await page.unroute('**/api/keys');
  expect(await findFaults(page)).toEqual([]);
  // The key works: it makes the cases of the next tests.
  const client = createClient({ baseUrl: bench.address, apiKey });
  const blobs = ['neutrophil', 'neutrophil', 'lymphocyte', 'unsure', 'neutrophil'] as const;
  open = (await makeCase(client, 'A-1', [blobs, [...blobs].reverse()])).id;
  signed = (await makeCase(client, 'A-2', [blobs, [...blobs].reverse()], 10)).id;
  await decideAll(client, signed);
});

test('settings refuse a key that is taken, and keep what is saved', {
  timeout: limitMs,
}, async () => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Basophil: Key').fill('f');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page
    .getByText(/Key must be free. Received "f"/)
    .first()
    .waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel('Basophil: Key').fill('k');
  await page.getByLabel('Name', { exact: true }).fill('North Laboratory');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText('Everything is saved.').waitFor();
  await page.reload();
  await expect
    .poll(() => page.getByLabel('Basophil: Key').inputValue(), { timeout: 30_000 })
    .toBe('k');
});

test('the worklist, its dialogs, keys and help', { timeout: limitMs }, async () => {
  await page.getByRole('link', { name: 'Worklist', exact: true }).click();
  await page.getByRole('link', { name: 'A-1' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'New case' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Basophil').waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Help' }).click();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('menuitem', { name: 'What the marks mean' }).click();
  await page.getByRole('heading', { name: 'What the marks mean' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
});

test('a case is discarded with a reason, and restored', { timeout: limitMs }, async () => {
  await page.getByRole('link', { name: 'Worklist', exact: true }).click();
  await page.getByRole('button', { name: 'Actions for A-1' }).click();
  await page.getByRole('menuitem', { name: 'Discard ...' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Reason/).fill('wrong slide');
  expect(await findFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('link', { name: 'A-1' }).waitFor({ state: 'hidden' });
  await page.getByRole('radio', { name: 'Discarded' }).check();
  await page.getByRole('button', { name: 'Actions for A-1' }).click();
  await page.getByRole('menuitem', { name: 'Restore ...' }).click();
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('No case is like this').waitFor();
  await page.getByRole('radio', { name: 'Open' }).check();
  await page.getByRole('link', { name: 'A-1' }).waitFor();
});

const views = [
  { name: 'gallery', address: '', sign: '[role="gridcell"]' },
  { name: 'field', address: '/field', sign: 'canvas' },
  { name: 'differential', address: '/differential', sign: 'table' },
  { name: 'report', address: '/report', sign: 'table' },
  { name: 'history', address: '/history', sign: 'li' },
];

test.each(views)('the $name of a case', { timeout: limitMs }, async ({ address, sign }) => {
  for (const id of [open, signed]) {
    await page.goto(`/cases/${id}${address}`);
    await page.locator(`main ${sign}`).first().waitFor();
    expect(await findFaults(page)).toEqual([]);
  }
});

test('a tile is read out in words, not as what is written on it', {
  timeout: limitMs,
}, async () => {
  await page.goto(`/cases/${open}`);
  const name = /^[A-Z].+, score \d.*, (not seen|seen by .+)$/;
  await page.getByRole('gridcell', { name }).first().waitFor();
});

test('on a phone the tabs of a case all fit; on a desk the differential stands alone', {
  timeout: limitMs,
}, async () => {
  await page.goto(`/cases/${open}/history`);
  const tabs = page.getByRole('navigation', { name: 'Views of the case' }).getByRole('link');
  const aside = page.getByRole('complementary', { name: 'Cell and differential' });
  await aside.waitFor();
  await tabs.filter({ hasText: 'Differential' }).click();
  await aside.waitFor({ state: 'hidden' });
  await page.setViewportSize({ width: 390, height: 844 });
  for (const tab of await tabs.all()) {
    const { x, width } = (await tab.boundingBox())!;
    expect([await tab.innerText(), x >= 0 && x + width <= 390]).toEqual([
      await tab.innerText(),
      true,
    ]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('filters that open over the cells are closed by Escape and by a press elsewhere', {
  timeout: limitMs,
}, async () => {
  await page.goto(`/cases/${open}`);
  await page.getByRole('gridcell').first().waitFor();
  const summary = page.locator('summary', { hasText: 'Marks' });
  const box = page.getByLabel('Not seen');
  await summary.click();
  await box.focus();
  await page.keyboard.press('Escape');
  expect(await box.isVisible()).toBe(false);
  expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true);
  await summary.click();
  await box.waitFor();
  // Beside the filter, which lies over the first tiles.
  await page.mouse.click(1400, 860);
  expect(await box.isVisible()).toBe(false);
});

test('signing asks for the password', { timeout: limitMs }, async () => {
  await page.goto(`/cases/${signed}`);
  await page.getByRole('button', { name: 'Sign version 1 ...' }).first().click();
  const dialog = page.getByRole('dialog', { name: /Sign version 1/ });
  expect(await findFaults(page)).toEqual([]);
  const accept = dialog.getByRole('checkbox', { name: /^Yes, \d+ of 200 are enough here$/ });
  await accept.waitFor();
  expect(await findFaults(page)).toEqual([]);
  await dialog.getByLabel('Password of Ada Lovelace (ada)').fill('not this one at all');
  const sign = dialog.getByRole('button', { name: 'Sign', exact: true });
  expect(await sign.isDisabled()).toBe(true);
  await accept.check();
  await sign.click();
  await dialog.getByText('That is not your password. Type it again.').waitFor();
  await dialog.getByLabel('Password of Ada Lovelace').fill(password);
  await dialog.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText('Version 1 is signed and locked.').first().waitFor();
  expect(await findFaults(page)).toEqual([]);
});

test('the agreement of model and people over what was signed', { timeout: limitMs }, async () => {
  await page.goto('/agreement');
  await page.getByRole('heading', { name: 'By type' }).waitFor();
  await page.getByRole('row', { name: /Abnormal kinds together/ }).waitFor();
  await page.getByRole('link', { name: 'PDF' }).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByLabel('Signed from').fill('2099-01-01');
  await page.getByText('No case was signed in this period.').waitFor();
  expect(new URL(page.url()).searchParams.get('from')).toBe('2099-01-01');
});

test('teaching: a round by keys, with its result', { timeout: limitMs }, async () => {
  await page.getByRole('button', { name: 'Help' }).click();
  await page.getByRole('menuitem', { name: 'Teaching' }).click();
  await page.getByLabel('Cells', { exact: true }).selectOption('10');
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Begin a round' }).click();
  for (let i = 1; i <= 10; i++) {
    await page.getByText(`Cell ${i} of 10`, { exact: true }).waitFor();
    if (i === 5) expect(await findFaults(page)).toEqual([]);
    // Every cell a lymphocyte.
    await page.keyboard.press('s');
  }
  await page.getByRole('heading', { name: 'Answered otherwise' }).waitFor();
  await page.getByText(/of 10 as signed: /).waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'All rounds' }).click();
  await page.getByRole('row', { name: /Ada Lovelace/ }).waitFor();
});

test('the models', { timeout: limitMs }, async () => {
  await page.goto('/models');
  await page.getByText('Blobs').first().waitFor();
  expect(await findFaults(page)).toEqual([]);
  await page.getByText('Add a model').click();
  const buffer = Buffer.from(middleModel());
  const file = { name: 'Middle.onnx', mimeType: 'application/octet-stream', buffer };
  await page.getByLabel('ONNX file').setInputFiles(file);
  const card = { name: 'card.md', mimeType: 'text/markdown', buffer: Buffer.from('# In short') };
  await page.getByLabel('Card (optional)').setInputFiles(card);
  expect(await findFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Check and add' }).click();
  const added = page.getByRole('region', { name: 'Model Middle' });
  await added.getByText('its parent').waitFor();
  expect(await added.getByText('detector: cells with boxes').count()).toBe(1);
  await added.getByRole('button', { name: 'Remove ...' }).click();
  await page.getByRole('button', { name: 'Remove model' }).click();
  await added.waitFor({ state: 'detached' });
});

test('a viewer sees and cannot change', { timeout: limitMs }, async () => {
  const { page: grace } = await openPage(browser, bench.address);
  await grace.goto(`/cases/${open}`);
  await grace.getByLabel('Name', { exact: true }).fill('grace');
  await grace.getByLabel('Password', { exact: true }).fill(password);
  await grace.getByRole('button', { name: 'Sign in' }).click();
  await pointAt(grace.locator('[role="gridcell"]').first());
  await grace.keyboard.press('f');
  await grace.getByRole('link', { name: 'Worklist', exact: true }).click();
  await grace.getByRole('link', { name: 'A-1' }).waitFor();
  expect(await grace.getByRole('button', { name: 'New case' }).count()).toBe(0);
  expect(await grace.getByRole('link', { name: 'Settings' }).count()).toBe(0);
  await grace.context().close();
  // Nothing moved.
  const answer = await page.request.get(`/api/cases/${open}/history`);
  const { items } = await answer.json();
  expect(items.filter(({ action }: { action: string }) => action.startsWith('cells.'))).toEqual([]);
});

test('no page said an error but the refusals that were asked for', () => {
  expect(faults.filter((fault) => !/status of (401|403)/.test(fault))).toEqual([]);
});
