/**
 * A signature binds what the signer read. While one person reads, another moves six cells: before the dialog opens,
 * while it is open, and where the page hears of nothing. Each time the signer is shown what changed and confirms anew.
 */
import { type Client, createClient } from '@leukoscope/client';
import type { Cell } from '@leukoscope/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Blob } from './draw-blobs.ts';
import { decideAll, makeCase } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { pointAt } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 120_000;
const patience = { timeout: 30_000 };
const password = 'a long enough phrase';
const blobs: readonly Blob[] = Array(8).fill('lymphocyte');

let bench: Workbench;
let browser: Browser;
let ann: Page;
let annClient: Client;
let benClient: Client;
let count = 0;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench({ mode: 'accounts' }), openBrowser()]);
  ann = (await openPage(browser, bench.address)).page;
  const setup = new URL(bench.setupLink!).hash.slice(1);
  const headers = { origin: bench.address };
  const first = { token: setup, name: 'ann', displayName: 'Ann Miller', password };
  expect((await ann.request.post('/api/setup', { data: first, headers })).status()).toBe(201);
  annClient = await clientOf(ann);
  const second = { name: 'ben', displayName: 'Ben Ito', role: 'reviewer' as const, password };
  await annClient.createUser({ body: second });
  const ben = (await openPage(browser, bench.address)).page;
  const data = { name: 'ben', password };
  expect((await ben.request.post('/api/session', { data, headers })).status()).toBe(200);
  benClient = await clientOf(ben);
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

/** Act as the one whose session a page has. */
async function clientOf(page: Page): Promise<Client> {
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return createClient({
    baseUrl: bench.address,
    fetch: (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set('cookie', cookie);
      headers.set('origin', bench.address);
      return fetch(url, { ...init, headers });
    },
  });
}

/** A case that can be signed, on Ann's page. */
async function readCase(): Promise<{ params: { id: string }; cells: readonly Cell[] }> {
  count++;
  const { id } = await makeCase(annClient, `R-${count}`, [blobs], count);
  await decideAll(annClient, id);
  await ann.goto(`/cases/${id}`);
  await ann.getByText('Nothing stands in the way of signing.').first().waitFor(patience);
  const { items } = await annClient.listCells({ params: { id } });
  return { params: { id }, cells: items };
}

async function moveSix(params: { id: string }, cells: readonly Cell[]): Promise<void> {
  const six = cells.slice(0, 6).map(({ id, revision }) => ({ id, revision }));
  await benClient.createReview({
    params,
    body: { action: { kind: 'reclassify', cells: six, bin: 'blast' } },
  });
}

const dialog = () => ann.getByRole('dialog', { name: /Sign version 1/ });
const signButton = () => dialog().getByRole('button', { name: 'Sign', exact: true });

async function openDialog(): Promise<void> {
  await ann.getByRole('button', { name: 'Sign version 1 ...' }).first().click();
  await dialog().getByText('You sign SHA-256').waitFor();
}

async function fill(): Promise<void> {
  await dialog().getByRole('checkbox', { name: 'Yes, 8 of 200 are enough here' }).check();
  await dialog().getByLabel('Password of Ann Miller (ann)').fill(password);
}

/** The signer is told who moved what, cannot sign, reads it, and signs what is there now. */
async function readAndSign(params: { id: string }): Promise<void> {
  await dialog().getByText('The case has changed since you read it.').waitFor(patience);
  await dialog().getByText('Ben Ito moved 6 cells from Lymphocyte to Blast').waitFor();
  await dialog()
    .getByRole('row', { name: /^Blast 6 75/ })
    .waitFor();
  expect(await signButton().isDisabled()).toBe(true);
  expect((await annClient.getCase({ params })).state).toBe('open');
  expect((await annClient.getSignOff({ params })).signatures).toEqual([]);
  await dialog().getByRole('button', { name: 'I have read what changed' }).click();
  // The password was given for something else.
  await dialog().getByLabel('Password of Ann Miller (ann)').fill(password);
  await signButton().click();
  await ann.getByText('Version 1 is signed and locked.').first().waitFor(patience);
  const [version] = (await annClient.listVersions({ params })).items;
  expect(version!.differential.rows.find((row) => row.cellClass === 'blast')?.count).toBe(6);
  expect(version!.signatures[0]).toMatchObject({ account: 'ann', sha256: version!.sha256 });
}

test('six cells that are moved while the dialog is open are shown before anything is signed', {
  timeout: limitMs,
}, async () => {
  const { params, cells } = await readCase();
  await openDialog();
  await fill();
  await moveSix(params, cells);
  await dialog().getByText('The case has changed since you read it.').waitFor(patience);
  await readAndSign(params);
});

test('six cells moved in the last moment, unknown to the page, refuse the signature', {
  timeout: limitMs,
}, async () => {
  // Nothing is told of: the page stays as it is, as on a line that hangs.
  await ann.route('**/api/events**', (route) => route.abort());
  const { params, cells } = await readCase();
  await openDialog();
  await dialog()
    .getByRole('row', { name: /^Lymphocyte 8 100/ })
    .waitFor();
  await fill();
  await moveSix(params, cells);
  expect(await signButton().isEnabled()).toBe(true);
  const [answer] = await Promise.all([
    ann.waitForResponse((response) => response.url().endsWith('/signatures')),
    signButton().click(),
  ]);
  expect([answer.status(), (await answer.json()).error.code]).toEqual([409, 'SIGN_CHANGED']);
  await readAndSign(params);
});

test('six cells moved between the page and the dialog are shown when it opens', {
  timeout: limitMs,
}, async () => {
  const { params, cells } = await readCase();
  await moveSix(params, cells);
  await openDialog();
  await dialog().getByRole('checkbox', { name: 'Yes, 8 of 200 are enough here' }).check();
  await readAndSign(params);
  await ann.unroute('**/api/events**');
});

test('own work in this window is no news, and a meaning and a reason go with the signature', {
  timeout: limitMs,
}, async () => {
  const { params } = await readCase();
  await pointAt(ann.locator('[role="gridcell"]').first());
  await ann.keyboard.press('f');
  await ann.getByRole('textbox', { name: 'Conclusion' }).first().fill('One monocyte.');
  await openDialog();
  await dialog().getByText('One monocyte.').waitFor();
  await dialog()
    .getByRole('row', { name: /^Monocyte 1/ })
    .waitFor();
  expect(await dialog().getByText('The case has changed').count()).toBe(0);
  await fill();
  await dialog().getByLabel('My signature means').selectOption('reviewed');
  await dialog().getByLabel('Reason, if there is one').fill('Asked for by the ward');
  await signButton().click();
  await ann.getByText('Version 1 is signed and locked.').first().waitFor(patience);
  await ann.getByText('Reason: Asked for by the ward').first().waitFor();
  const [version] = (await annClient.listVersions({ params })).items;
  expect(version!.signatures).toMatchObject([
    { meaning: 'reviewed', reason: 'Asked for by the ward', account: 'ann' },
  ]);
});
