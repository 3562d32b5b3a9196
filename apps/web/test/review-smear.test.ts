/**
 * A whole smear in a real browser against a real server: upload, analysis, corrections by key and drag,
 * undo, sign-off, report, exports. The tests stand in the order of the work and share one case.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Blob, drawBlobs } from './draw-blobs.ts';
import { untilAnalysed } from './make-case.ts';
import { openBrowser, openPage, type TestPage } from './open-browser.ts';
import { pointAt } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 120_000;
/** 20 of these: 200 cells, of which 20 unidentified. */
const blobs: readonly Blob[] = [
  ...Array.from({ length: 7 }, () => 'neutrophil' as const),
  'lymphocyte',
  'lymphocyte',
  'unsure',
];

let bench: Workbench;
let browser: Browser;
let ann: TestPage;
let page: Page;
let caseId: string;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench(), openBrowser()]);
  ann = await openPage(browser, bench.address);
  page = ann.page;
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

/** Cells by bin as the server has them. */
async function countBins(): Promise<Record<string, number>> {
  const { items } = await bench.client.listCells({ params: { id: caseId } });
  return Object.fromEntries(
    [...Map.groupBy(items, (cell) => cell.bin)].map(([bin, cells]) => [bin, cells.length]),
  );
}

const tiles = (bin: string) => page.locator(`[role="row"][data-bin="${bin}"] [role="gridcell"]`);
const goToBin = (bin: string) =>
  page.locator(`nav[aria-label="Bins"] li[data-bin="${bin}"] button`);

test('20 fields are uploaded with progress and analysed', { timeout: limitMs }, async () => {
  await page.goto('/');
  await page.getByRole('heading', { name: 'No open case' }).waitFor();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'New case' });
  await dialog.getByLabel('Case number').fill('E-1');
  await dialog.getByLabel('Patient reference').fill('P-7');
  await dialog.getByLabel('Leukocytes, 10⁹ per litre').fill('6,5');
  const files = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => ({
      name: `field ${i + 1}.png`,
      mimeType: 'image/png',
      buffer: Buffer.from(await drawBlobs(blobs, i)),
    })),
  );
  await dialog
    .getByLabel('Images', { exact: true })
    .setInputFiles([
      ...files,
      { name: 'twice.png', mimeType: 'image/png', buffer: files[0]!.buffer },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') },
    ]);
  await dialog.getByText('21 images').waitFor();
  await dialog.getByText('Left out, as they cannot').waitFor();
  await dialog.getByRole('button', { name: 'Make the case and analyse' }).click();
  const dock = page.getByRole('region', { name: 'Uploads' });
  await dock.getByText('20 of 21 files stored, 1 not taken').waitFor({ timeout: 60_000 });
  await dock.getByText(/image must be new to the case/).waitFor();
  await dock.getByRole('button', { name: 'Close' }).click();
  caseId = new URL(page.url()).pathname.split('/')[2]!;
  const made = await untilAnalysed(bench.client, caseId);
  expect(made).toMatchObject({
    number: 'E-1',
    patientReference: 'P-7',
    leukocytesE9PerLitre: 6.5,
    counts: { fields: 20, cells: 200, unidentified: 20, unseen: 200 },
  });
  // The page heard of all of it by itself.
  await goToBin('unidentified').getByText('20', { exact: true }).waitFor();
  await goToBin('segmented-neutrophil').getByText('140', { exact: true }).waitFor();
});

test('the worklist shows what is left to do, and finds the case', {
  timeout: limitMs,
}, async () => {
  await page.getByRole('link', { name: 'Worklist', exact: true }).click();
  const row = page.getByRole('row', { name: /E-1/ });
  await row.getByText('20 fields').waitFor();
  await row.getByText('180 of 200 leukocytes').waitFor();
  await row.getByText('20 unidentified').waitFor();
  await row.getByText('200 unseen').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('p-7');
  await expect.poll(() => page.url()).toContain('search=p-7');
  await row.waitFor();
  await page.keyboard.type('7');
  await page.getByText('No case is like this').waitFor();
  await page.getByRole('searchbox').fill('');
  await row.getByRole('link', { name: 'E-1' }).click();
  await tiles('unidentified').first().waitFor();
});

test('30 cells are corrected by pointing and pressing a key', { timeout: limitMs }, async () => {
  for (let i = 0; i < 20; i++) {
    await pointAt(tiles('unidentified').first());
    await page.keyboard.press(i < 10 ? 'f' : 'z');
  }
  await expect.poll(countBins, { timeout: 30_000 }).toMatchObject({ monocyte: 10, eosinophil: 10 });
  await goToBin('lymphocyte').click();
  for (let i = 0; i < 10; i++) {
    await pointAt(tiles('lymphocyte').first());
    await page.keyboard.press('x');
  }
  await expect.poll(countBins, { timeout: 30_000 }).toEqual({
    'segmented-neutrophil': 140,
    lymphocyte: 30,
    monocyte: 10,
    eosinophil: 10,
    basophil: 10,
  });
});

test('20 cells are corrected by dragging, five of them at once', { timeout: limitMs }, async () => {
  await goToBin('segmented-neutrophil').click();
  const target = page.locator('nav[aria-label="Bins"] li[data-bin="band-neutrophil"]');
  for (let i = 0; i < 15; i++) {
    await tiles('segmented-neutrophil').first().dragTo(target);
    await target.getByText(String(i + 1), { exact: true }).waitFor();
  }
  for (let i = 0; i < 5; i++) {
    await tiles('segmented-neutrophil')
      .nth(i)
      .click({ modifiers: ['Control'] });
  }
  await page.getByText('5 cells selected').first().waitFor();
  await tiles('segmented-neutrophil').first().dragTo(target);
  await expect
    .poll(countBins, { timeout: 30_000 })
    .toMatchObject({ 'segmented-neutrophil': 120, 'band-neutrophil': 20 });
});

test('corrections are undone and redone', { timeout: limitMs }, async () => {
  await page.keyboard.press('Control+z');
  await expect.poll(countBins, { timeout: 20_000 }).toMatchObject({ 'band-neutrophil': 15 });
  await page.keyboard.press('Control+z');
  await expect.poll(countBins, { timeout: 20_000 }).toMatchObject({ 'band-neutrophil': 14 });
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(countBins, { timeout: 20_000 }).toMatchObject({ 'band-neutrophil': 15 });
  await page.keyboard.press('Control+y');
  await expect.poll(countBins, { timeout: 20_000 }).toMatchObject({ 'band-neutrophil': 20 });
});

test('signing is refused while cells are unseen, and accepted afterwards', {
  timeout: limitMs,
}, async () => {
  const sign = page.getByRole('button', { name: 'Sign version 1 ...' });
  await page
    .getByText(/150 cells are not seen yet/)
    .first()
    .waitFor();
  expect(await sign.first().isDisabled()).toBe(true);
  // Only what was on the screen is confirmed; the rest of the bin, then the next bin, comes there.
  const nothingLeft = page.getByText('Nothing stands in the way of signing.').first();
  await goToBin('segmented-neutrophil').click();
  await page.getByRole('grid', { name: 'Cells by bin' }).focus();
  for (let screens = 0; screens < 30 && !(await nothingLeft.isVisible()); screens++) {
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(400);
  }
  await nothingLeft.waitFor();
  await sign.first().click();
  const dialog = page.getByRole('dialog', { name: /Sign version 1/ });
  await dialog.getByText('200 leukocytes').waitFor();
  await dialog.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText('Version 1 is signed and locked.').first().waitFor();
  expect(await bench.client.getCase({ params: { id: caseId } })).toMatchObject({ state: 'signed' });
});

test('the report shows the signed counts', { timeout: limitMs }, async () => {
  await page.getByRole('link', { name: 'Report' }).click();
  const report = page.getByRole('main');
  await report.getByText('Segmented neutrophil').first().waitFor();
  const text = await report.innerText();
  expect(text).toContain('E-1');
  expect(text).toMatch(/research use only/i);
  const table = report.getByRole('region', { name: 'Table of the differential' });
  await table.getByRole('row', { name: /^Segmented neutrophil 120 60/ }).waitFor();
  await table.getByRole('row', { name: /^Band neutrophil 20 10/ }).waitFor();
});

test('every export is the signed case', { timeout: limitMs }, async () => {
  const links = page.getByRole('navigation', { name: 'Downloads' }).getByRole('link');
  const texts = new Map<string, string>();
  for (const link of await links.all()) {
    const address = (await link.getAttribute('href'))!;
    const answer = await page.request.get(address);
    expect(answer.status(), address).toBe(200);
    const format = /exports\/(\w+)/.exec(address)![1]!;
    texts.set(format, (await answer.body()).toString('latin1'));
  }
  expect([...texts.keys()].sort()).toEqual(
    expect.arrayContaining(['coco', 'csv', 'fhir', 'hl7', 'html', 'json']),
  );
  const [names, ...lines] = texts.get('csv')!.trim().split(/\r?\n/);
  const typeColumn = names!.split(',').indexOf('type');
  expect(lines).toHaveLength(200);
  expect(
    lines.filter((line) => line.split(',')[typeColumn] === 'segmented-neutrophil'),
  ).toHaveLength(120);
  const coco = JSON.parse(texts.get('coco')!);
  expect(coco.annotations).toHaveLength(200);
  expect(coco.images).toHaveLength(20);
  const fhir = JSON.parse(texts.get('fhir')!);
  expect(JSON.stringify(fhir)).toContain('"26505-8"');
  expect(JSON.stringify(fhir)).toContain('"final"');
  expect(texts.get('hl7')).toMatch(/^MSH\|/);
  expect(texts.get('hl7')).toContain('26505-8');
  expect(texts.get('html')).toContain('E-1');
  if (texts.has('pdf')) expect(texts.get('pdf')).toMatch(/^%PDF-1/);
});

test('no page said an error', () => {
  // The refused twin of a field is a refusal that the page shows.
  const others = ann.faults.filter((fault) => !fault.includes('409'));
  expect(others).toEqual([]);
});
