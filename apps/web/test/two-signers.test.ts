/**
 * A folder of images is dropped and becomes a case, and two people sign it: the first signature is not the
 * last, nobody gives both, the second one completes the version. The tests stand in the order of the work.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Blob, drawBlobs } from './draw-blobs.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { untilPicturesCame } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 120_000;
const patience = { timeout: 30_000 };
const password = 'a long enough phrase';
const blobs: readonly Blob[] = ['neutrophil', 'neutrophil', 'lymphocyte'];

let bench: Workbench;
let browser: Browser;
let ann: Page;
let ben: Page;
let annFaults: readonly string[];
let caseId: string;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench({ mode: 'accounts' }), openBrowser()]);
  const opened = await openPage(browser, bench.address);
  ann = opened.page;
  annFaults = opened.faults;
  await ann.goto(bench.setupLink!);
  await ann.getByLabel('Your name').fill('Ann');
  await ann.getByLabel('Name to sign in with').fill('ann');
  await ann.getByLabel('New password', { exact: true }).fill(password);
  await ann.getByLabel('New password again').fill(password);
  await ann.getByRole('button', { name: 'Make the administrator' }).click();
  await ann.getByRole('heading', { name: 'No open case' }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

/** Drag files and folders of this machine over a page and let them go, as a file manager does. */
async function drop(page: Page, files: readonly string[]): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await debug.send('Input.dispatchDragEvent', { type, x: 700, y: 500, data });
  }
  await debug.detach();
}

/** A folder with images in two folders below it, and what else lies in such folders. */
async function makeFolder(name: string): Promise<string> {
  const folder = path.join(bench.folder, name);
  for (const [i, place] of ['area 1', 'area 10', 'area 2'].entries()) {
    mkdirSync(path.join(folder, place, 'deeper'), { recursive: true });
    writeFileSync(path.join(folder, place, 'deeper', `${place}.png`), await drawBlobs(blobs, i));
  }
  writeFileSync(path.join(folder, 'slide.xml'), '<slide/>');
  writeFileSync(path.join(folder, 'Thumbs.db'), '');
  return folder;
}

test('settings ask two signatures of new cases, and a second signer gets an account', {
  timeout: limitMs,
}, async () => {
  await ann.getByRole('link', { name: 'Settings' }).click();
  await ann.getByLabel('Signatures needed').selectOption('2');
  await ann.getByRole('button', { name: 'Save settings' }).click();
  await ann.getByText('Everything is saved.').waitFor();
  await ann.getByRole('link', { name: 'Accounts' }).click();
  await ann.getByRole('button', { name: 'New account' }).click();
  const dialog = ann.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Ben');
  await dialog.getByLabel('Name to sign in with').fill('ben');
  await dialog.getByLabel('Role').selectOption('signer');
  await dialog.getByLabel('New password', { exact: true }).fill(password);
  await dialog.getByLabel('New password again').fill(password);
  await dialog.getByRole('button', { name: 'Make the account' }).click();
  await ann.getByLabel('Role of Ben').waitFor();
});

test('a folder that is dropped names the case and brings the images in it, however deep', {
  timeout: limitMs,
}, async () => {
  await ann.getByRole('link', { name: 'Worklist', exact: true }).click();
  await ann.getByRole('heading', { name: 'No open case' }).waitFor();
  await drop(ann, [await makeFolder('S-2026')]);
  const dialog = ann.getByRole('dialog', { name: 'New case' });
  await dialog.getByText('3 images').waitFor();
  await dialog.getByText(/Left out.*slide\.xml/).waitFor();
  expect(await dialog.getByText('Thumbs.db').count()).toBe(0);
  expect(await dialog.getByLabel('Case number').inputValue()).toBe('S-2026');
  // What is dropped on the dialog is added to it.
  const more = path.join(bench.folder, 'one more.png');
  writeFileSync(more, await drawBlobs(blobs, 9));
  await drop(ann, [more]);
  await dialog.getByText('4 images').waitFor();
  await dialog.getByRole('button', { name: 'Make the case and analyse' }).click();
  await ann
    .getByRole('region', { name: 'Uploads' })
    .getByText('4 of 4 files stored')
    .waitFor(patience);
  caseId = new URL(ann.url()).pathname.split('/')[2]!;
  // Two are sent at a time, so they arrive in nearly this order.
  const names = ['area 1.png', 'area 10.png', 'area 2.png', 'one more.png'];
  await expect.poll(analysedFields, { timeout: 60_000 }).toEqual(names);
});

test('a folder that is dropped on the page of a case adds its images', {
  timeout: limitMs,
}, async () => {
  const folder = path.join(bench.folder, 'more');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'late.png'), await drawBlobs(['lymphocyte'], 20));
  // Fields can be analysed before the page of the case has come.
  await ann.locator('[role="gridcell"]').first().waitFor(patience);
  await drop(ann, [folder]);
  await expect.poll(async () => (await analysedFields()).length, patience).toBe(5);
  await ann.locator('[role="gridcell"]').nth(12).waitFor(patience);
});

test('the first of two signatures locks the case, and is not repeated by the same person', {
  timeout: limitMs,
}, async () => {
  const grid = ann.getByRole('grid', { name: 'Cells by bin' });
  await grid.focus();
  await untilPicturesCame(grid);
  await ann.keyboard.press('Shift+Enter');
  await ann.getByText('Nothing stands in the way of signing.').first().waitFor(patience);
  await sign(ann, 'Ann', 'Yours is the first of two signatures');
  await ann.getByText('Version 1 waits for the second signature and is locked.').first().waitFor();
  const again = ann.getByRole('button', { name: 'Sign version 1 ...' }).first();
  expect(await again.isDisabled()).toBe(true);
  await ann.getByText('The second signature must be of somebody else.').first().waitFor();
  // Nor past the page, nor with a correction in between.
  const signing = await ann.request.get(`/api/cases/${caseId}/signing`);
  const { sha256 } = await signing.json();
  const words = { sha256, meaning: 'approved', acceptsFewer: true, password };
  expect(await refusal('signatures', words)).toBe('SIGN_BLOCKED');
  const [cell] = await read('cells');
  const action = { kind: 'reclassify', cells: [{ id: cell.id, revision: cell.revision }] };
  expect(await refusal('reviews', { action: { ...action, bin: 'monocyte' } })).toBe(
    'CASE_NOT_OPEN',
  );
  expect(await read('versions')).toEqual([]);
});

test('a second signer completes the version; the first one sees it at once', {
  timeout: limitMs,
}, async () => {
  ben = (await openPage(browser, bench.address)).page;
  await ben.goto(`/cases/${caseId}`);
  await ben.getByLabel('Name', { exact: true }).fill('ben');
  await ben.getByLabel('Password', { exact: true }).fill(password);
  await ben.getByRole('button', { name: 'Sign in' }).click();
  await ben.getByText('Version 1 waits for the second signature').first().waitFor();
  await sign(ben, 'Ben', 'Your signature completes this version');
  for (const page of [ben, ann]) {
    await page.getByText('Version 1 is signed and locked.').first().waitFor(patience);
  }
  const [version] = await read('versions');
  expect(version.signatures.map((one: { by: { name: string } }) => one.by.name)).toEqual([
    'Ann',
    'Ben',
  ]);
  expect(
    version.signatures.map((one: { account: string; meaning: string; sha256: string }) => [
      one.account,
      one.meaning,
      one.sha256,
    ]),
  ).toEqual([
    ['ann', 'reviewed', version.sha256],
    ['ben', 'approved', version.sha256],
  ]);
  await ben.getByRole('link', { name: 'Report' }).click();
  const report = ben.getByRole('article', { name: 'Report' });
  await report.getByText('Segmented neutrophil').first().waitFor();
  const signed = await report.innerText();
  // Time with its zone; the hash stands at each signature.
  for (const words of [/Reviewed by Ann \(ann\), .* UTC/, /Approved by Ben \(ben\), .* UTC/]) {
    expect(signed).toMatch(words);
  }
  expect(signed.split(`SHA-256 of everything that was signed: ${version.sha256}`)).toHaveLength(3);
});

test('a first signature is withdrawn with a reason, and both are needed anew', {
  timeout: limitMs,
}, async () => {
  await ben.getByRole('link', { name: 'Gallery' }).click();
  await ben.getByRole('button', { name: 'Amend ...' }).first().click();
  await ben.getByLabel('Reason').fill('one more look');
  await ben.getByLabel('Password of Ben (ben)').fill('not this one at all');
  await ben.getByRole('button', { name: 'Begin the amendment' }).click();
  await ben.getByText('That is not your password. Type it again.').waitFor();
  await ben.getByLabel('Password of Ben (ben)').fill(password);
  await ben.getByRole('button', { name: 'Begin the amendment' }).click();
  await ben.getByText('Version 2 is open. Two signatures are needed.').first().waitFor();
  await sign(ben, 'Ben', 'Yours is the first of two signatures', 2);
  await ann.getByText('Version 2 waits for the second signature').first().waitFor(patience);
  await ann.getByRole('button', { name: 'Withdraw the signature ...' }).first().click();
  // An administrator may take back another's signature, and is told whose it is.
  await ann.getByRole('dialog').getByText('Reviewed by Ben (ben)').waitFor();
  await ann.getByLabel('Reason').fill('wrong slide');
  await ann.getByLabel('Password of Ann (ann)').fill(password);
  await ann.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await ann.getByText('Version 2 is open. Two signatures are needed.').first().waitFor();
  await ben.getByText('Version 2 is open. Two signatures are needed.').first().waitFor(patience);
  expect(annFaults.filter((fault) => !/status of (403|409)/.test(fault))).toEqual([]);
});

async function sign(page: Page, name: string, words: string, version = 1): Promise<void> {
  await page
    .getByRole('button', { name: `Sign version ${version} ...` })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: new RegExp(`Sign version ${version}`) });
  await dialog.getByText(words).waitFor();
  await dialog.getByRole('checkbox', { name: /of 200 are enough here/ }).check();
  await dialog.getByLabel(`Password of ${name}`).fill(password);
  await dialog.getByRole('button', { name: 'Sign', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Ask the server itself, with Ann's session. */
async function read(what: 'fields' | 'cells' | 'versions') {
  const answer = await ann.request.get(`/api/cases/${caseId}/${what}`);
  return (await answer.json()).items;
}

/** Names of the fields that are analysed, sorted. */
async function analysedFields(): Promise<string[]> {
  const fields: { fileName: string; state: string }[] = await read('fields');
  return fields
    .filter(({ state }) => state === 'analysed')
    .map(({ fileName }) => fileName)
    .sort();
}

async function refusal(what: 'signatures' | 'reviews', data: object): Promise<string> {
  const headers = { origin: bench.address };
  const answer = await ann.request.post(`/api/cases/${caseId}/${what}`, { data, headers });
  return (await answer.json()).error?.code;
}
