/**
 * Nothing that was done is lost: not by reloading the page in the middle, not when the server dies, not
 * by a second person on the same case, not by an upload that breaks off.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom, createRgbRaster } from '@leukoscope/core';
import { encodePng } from '@leukoscope/image';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCase, untilAnalysed } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { pointAt, untilPicturesCame } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

const limitMs = 120_000;
const patience = { timeout: 30_000 };

let bench: Workbench;
let browser: Browser;
let caseId: string;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench(), openBrowser()]);
  const fields = [1, 2].map(() => Array.from({ length: 20 }, () => 'neutrophil' as const));
  caseId = (await makeCase(bench.client, 'K-1', fields)).id;
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

const tiles = (page: Page, bin: string) =>
  page.locator(`[role="row"][data-bin="${bin}"] [role="gridcell"]`);
const countOf = (page: Page, bin: string) =>
  page.locator(`nav[aria-label="Bins"] li[data-bin="${bin}"]`);

async function cellsIn(bin: string): Promise<number> {
  const { items } = await bench.client.listCells({ params: { id: caseId } });
  return items.filter((cell) => cell.bin === bin).length;
}

test('a correction survives a reload at any moment after the key', {
  timeout: limitMs,
}, async () => {
  const { page } = await openPage(browser, bench.address);
  await page.goto(`/cases/${caseId}`);
  const waits = [0, 3, 10, 30, 100];
  for (const [i, waitMs] of waits.entries()) {
    await pointAt(tiles(page, 'segmented-neutrophil').first());
    await page.keyboard.press('f');
    await page.waitForTimeout(waitMs);
    await page.reload();
    await countOf(page, 'monocyte')
      .getByText(String(i + 1), { exact: true })
      .waitFor(patience);
  }
  await expect.poll(() => cellsIn('monocyte'), patience).toBe(waits.length);
  await page.context().close();
});

test('corrections made while the server is dead arrive when it is back', {
  timeout: limitMs,
}, async () => {
  const { page } = await openPage(browser, bench.address);
  await page.goto(`/cases/${caseId}`);
  await untilPicturesCame(tiles(page, 'segmented-neutrophil'));
  const { folder, address } = bench;
  await bench.kill();
  for (let i = 0; i < 3; i++) {
    await pointAt(tiles(page, 'segmented-neutrophil').first());
    await page.keyboard.press('z');
  }
  await countOf(page, 'eosinophil').getByText('3', { exact: true }).waitFor();
  await page.getByText('The server does not answer.').waitFor(patience);
  bench = await startWorkbench({ folder, port: Number(new URL(address).port) });
  await expect.poll(() => cellsIn('eosinophil'), { timeout: 60_000 }).toBe(3);
  await page.getByText('The server does not answer.').waitFor({ state: 'hidden', timeout: 60_000 });
  await page.context().close();
});

test('two people on one case see what the other does', { timeout: limitMs }, async () => {
  const [{ page: ann }, { page: ben }] = await Promise.all([
    openPage(browser, bench.address),
    openPage(browser, bench.address),
  ]);
  await Promise.all([ann.goto(`/cases/${caseId}`), ben.goto(`/cases/${caseId}`)]);
  await pointAt(tiles(ann, 'segmented-neutrophil').first());
  await ann.keyboard.press('x');
  await countOf(ben, 'basophil').getByText('1', { exact: true }).waitFor(patience);
  await pointAt(tiles(ben, 'segmented-neutrophil').last());
  await ben.keyboard.press('x');
  await countOf(ann, 'basophil').getByText('2', { exact: true }).waitFor(patience);
  expect(await cellsIn('basophil')).toBe(2);
  await Promise.all([ann, ben].map((page) => page.context().close()));
});

test('an upload that broke off goes on where it stopped, after a reload too', {
  timeout: limitMs,
}, async () => {
  const { page } = await openPage(browser, bench.address);
  const file = path.join(bench.folder, 'large field.png');
  const bytes = await largeField();
  expect(bytes.length).toBeGreaterThan(4 * 2 ** 20);
  writeFileSync(file, bytes);
  // The second chunk never gets through, as on a line that is cut.
  const cut = '**/api/uploads/*?offset=4194304';
  const secondChunk = page.waitForRequest(cut);
  await page.route(cut, () => {}, { times: 1 });
  await page.goto('/');
  await page.getByRole('button', { name: 'New case' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New case' });
  await dialog.getByLabel('Case number').fill('K-2');
  await dialog.getByLabel('Images', { exact: true }).setInputFiles(file);
  await dialog.getByRole('button', { name: 'Make the case and analyse' }).click();
  await secondChunk;
  const uploaded = new URL(page.url()).pathname.split('/')[2]!;
  await page.goto('/');
  await page.getByText(/One upload to K-2 is unfinished \(large field.png\)/).waitFor();
  await page.getByRole('button', { name: 'New case' }).first().click();
  await dialog.getByLabel('Images', { exact: true }).setInputFiles(file);
  const chunks: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') chunks.push(new URL(request.url()).search);
  });
  await dialog.getByRole('button', { name: 'Go on with K-2' }).click();
  const dock = page.getByRole('region', { name: 'Uploads' });
  await expect.poll(() => dock.innerText(), patience).toMatch(/stored, went on at 4.2 MB/);
  expect(chunks).toEqual(['?offset=4194304']);
  const made = await untilAnalysed(bench.client, uploaded);
  expect(made.counts.fields).toBe(1);
  await page.context().close();
});

/** A field that does not compress: grains brighter than any cell. */
async function largeField(): Promise<Uint8Array> {
  const random = createRandom(1);
  const raster = createRgbRaster({ width: 1500, height: 1200 });
  for (let i = 0; i < raster.data.length; i++)
    raster.data[i] = 140 + Math.floor(random.next() * 116);
  return encodePng(raster);
}
