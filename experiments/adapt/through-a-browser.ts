/**
 * @file The same as through-a-server.ts, as a technologist does it in Chromium: Raabin's slides become cases, fifty cells are
 * corrected or confirmed by keys, the cases signed, learnt from, what came out accepted, other slides analysed, and back to the parent.
 *
 * `node --conditions=@leukoscope/source experiments/adapt/through-a-browser.ts ../shared/data/raabin OUT.json [--cells 10]
 * [--measured 30] [--seed 16] [--pictures FOLDER]` (cells a type). Needs Chromium (`CHROMIUM`, or /usr/bin/chromium). What a cell is stands in
 * the name of its picture's folder: that is the eye of who corrects, and what the models' answers are measured by.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Cell } from '@leukoscope/contract';
import { type CellClass, clopperPearson, coarsen, taxonomies } from '@leukoscope/core';
import type { Locator, Page } from 'playwright-core';
import { openBrowser, openPage } from '../../apps/web/test/open-browser.ts';
import { startWorkbench } from '../../apps/web/test/start-workbench.ts';
import { chooseSides, type SitePicture } from './raabin-site.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cells: { type: 'string', default: '10' },
    measured: { type: 'string', default: '30' },
    seed: { type: 'string', default: '16' },
    pictures: { type: 'string' },
  },
});
const [root, out] = positionals;
if (root === undefined || out === undefined) {
  console.error(
    'usage: through-a-browser.ts RAABIN OUT.json [--cells N] [--measured N] [--seed N] [--pictures FOLDER]',
  );
  process.exit(2);
}
const types = taxonomies.five.classes;
type FiveType = (typeof types)[number];
/** The site's keys as they come (docs/guide-workbench.md). */
const keys: Readonly<Record<FiveType, string>> = {
  neutrophil: 'q',
  lymphocyte: 's',
  monocyte: 'f',
  eosinophil: 'z',
  basophil: 'x',
};
/** Both sides of each picture of Raabin, in pixels. */
const side = 256;
const seed = Number(values.seed);
const sides = chooseSides(root, seed, {
  learnt: Number(values.cells),
  measured: Number(values.measured),
});
const typeOf = new Map(
  [...sides.learnt, ...sides.measured].map(({ file, type }) => [path.basename(file), type]),
);
const [bench, browser] = await Promise.all([startWorkbench({ isReal: true }), openBrowser()]);
const { client } = bench;
try {
  const { page, faults } = await openPage(browser, bench.address);
  await page.addInitScript("localStorage.setItem('leukoscope.tour', 'done')");
  const before = await importSlides(page, sides.measured, 'before');
  const learnt = await importSlides(page, sides.learnt, 'L');
  const strokes = { corrected: 0, taken: 0, confirmed: 0 };
  for (const id of learnt) await reviewAndSign(page, id, strokes);
  const learning = await learn(page);
  await takePicture(page, 'learnt');
  await accept(page);
  const after = await importSlides(page, sides.measured, 'after');
  await takePicture(page, 'case');
  await goBack(page);
  await takePicture(page, 'back');
  const back = await importSlides(page, sides.measured, 'back');
  const told = {
    seed,
    learnt: { cases: learnt.length, ...strokes, ...learning },
    otherSlides: {
      parent: await measure(before),
      candidate: await measure(after),
      parentAgain: await measure(back),
    },
    trail: await acts(),
    faults,
  };
  writeFileSync(out, `${JSON.stringify(told, null, 2)}\n`);
  console.log(JSON.stringify(told, null, 2));
} finally {
  await browser.close();
  await bench.close();
}

/** A case for each slide, by the dialog of the worklist; their ids once everything is analysed. */
async function importSlides(
  page: Page,
  pictures: readonly SitePicture[],
  prefix: string,
): Promise<string[]> {
  const ids: string[] = [];
  const bySlide = Map.groupBy(pictures, (picture) => picture.slide);
  for (const [slide, own] of bySlide) {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Worklist' }).first().waitFor();
    await page.getByRole('button', { name: 'New case' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New case' });
    await dialog.getByLabel('Case number').fill(`${prefix}-${slide}`);
    await dialog
      .getByLabel('Images', { exact: true })
      .setInputFiles(own.map(({ file }) => path.join(root!, file)));
    await dialog.getByRole('button', { name: 'Make the case and analyse' }).click();
    await page.waitForURL(/\/cases\/.+/);
    const id = new URL(page.url()).pathname.split('/')[2]!;
    ids.push(id);
    // Uploads are the page's own: it stays until all are stored.
    await untilCounted(id, 'fields', own.length);
  }
  for (const [i, own] of [...bySlide.values()].entries())
    await untilCounted(ids[i]!, 'fieldsAnalysed', own.length);
  return ids;
}

async function untilCounted(
  id: string,
  what: 'fields' | 'fieldsAnalysed',
  wanted: number,
): Promise<void> {
  for (;;) {
    const { counts } = await client.getCase({ params: { id } });
    if (counts.fieldsFailed > 0) throw new Error(`a field of case ${id} failed`);
    if (counts[what] === wanted) return;
    await pause(200);
  }
}

/** What the label says of each cell: a type, or nothing of one beside the labelled cell. */
async function truthsOf(id: string): Promise<{ cell: Cell; type: FiveType | undefined }[]> {
  const params = { id };
  const [{ items: fields }, { items: cells }] = await Promise.all([
    client.listFields({ params }),
    client.listCells({ params }),
  ]);
  const nameOf = new Map(fields.map((field) => [field.id, field.fileName]));
  return [...Map.groupBy(cells, ({ fieldId }) => fieldId)].flatMap(([fieldId, own]) => {
    const labelled = own
      .filter(({ box }) => Math.max(offMiddle(box.x1, box.x2), offMiddle(box.y1, box.y2)) < 0)
      .sort((a, b) => (b.model?.score ?? 0) - (a.model?.score ?? 0))[0];
    return own.map((cell) => ({
      cell,
      type: cell === labelled ? typeOf.get(nameOf.get(fieldId)!) : undefined,
    }));
  });
}

/** Below zero where the middle of the picture lies between both. */
function offMiddle(from: number, to: number): number {
  return Math.abs((from + to) / 2 - side / 2) - (to - from) / 2;
}

/**
 * Point at each labelled cell and press Enter, or the key of its type where it is called wrongly; take other leukocytes out, since no
 * label says what they are; sign.
 */
async function reviewAndSign(
  page: Page,
  id: string,
  strokes: { corrected: number; taken: number; confirmed: number },
): Promise<void> {
  await page.goto(`/cases/${id}`);
  await page.getByRole('gridcell').first().waitFor();
  for (const { cell, type } of await truthsOf(id)) {
    if (type === undefined && (cell.bin === 'erythrocyte' || cell.bin === 'platelet')) continue;
    const act = type === undefined ? 'taken' : isCalled(cell.bin, type) ? 'confirmed' : 'corrected';
    await pointAt(page.locator(`#cell-${cell.id}`));
    await page.keyboard.press(
      act === 'taken' ? 'Delete' : act === 'confirmed' ? 'Enter' : keys[type!],
    );
    strokes[act]++;
    await pause(300);
  }
  await page.getByText('Nothing stands in the way of signing.').first().waitFor();
  await page
    .getByRole('button', { name: /^Sign version 1/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /Sign version 1/ });
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByText('Version 1 is signed and locked.').first().waitFor();
}

function isCalled(bin: string, type: FiveType): boolean {
  return (
    bin !== 'unidentified' && bin !== 'not-classed' && coarsen(bin as CellClass, types) === type
  );
}

/** What a browser knows of a picture's own size: none before it has come. */
interface Drawn {
  readonly naturalWidth: number;
}

/** The pointer on a cell whose picture has come: no key means a cell that nobody can have seen. */
async function pointAt(tile: Locator): Promise<void> {
  await tile.hover();
  const picture = tile.locator('img').first();
  await picture.waitFor();
  while (!(await picture.evaluate((one) => (one as unknown as Drawn).naturalWidth > 0)))
    await pause(50);
}

function section(page: Page): Locator {
  return page.getByRole('region', { name: 'Learn from this site' });
}

/** Press the button; seconds until the page shows what came out, and what it shows. */
async function learn(page: Page) {
  await page.goto('/models');
  const button = section(page).getByRole('button', { name: 'Learn from these cells' });
  await button.waitFor();
  await pause(500);
  const pressed = performance.now();
  await button.press('Enter');
  const outcome = section(page)
    .getByText(/^(Offered|Refused)/)
    .first();
  await outcome.waitFor({ timeout: 300_000 });
  const seconds = (performance.now() - pressed) / 1000;
  const verdict = await outcome.innerText();
  if (!verdict.startsWith('Offered')) throw new Error(`nothing was offered: ${verdict}`);
  const said = await section(page)
    .getByText(/^Of \d+ cells the parent calls/)
    .first()
    .innerText();
  return { seconds, outcome: verdict, said };
}

async function accept(page: Page): Promise<void> {
  await section(page).getByRole('button', { name: 'Accept ...' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Accept this model?' });
  await dialog.getByLabel('Name').fill('Our stain');
  await dialog.getByLabel('Why').fill('Better on our slides');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
}

async function goBack(page: Page): Promise<void> {
  await page.goto('/models');
  await section(page)
    .getByRole('button', { name: /^Go back to/ })
    .click();
  const dialog = page.getByRole('dialog', { name: /^Analyse new fields with/ });
  await dialog.getByLabel('Why').fill('To compare');
  await dialog.getByRole('button', { name: 'Analyse new fields with it' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** What the model had called each labelled cell. */
async function measure(ids: readonly string[]) {
  const labelled = (await Promise.all(ids.map(truthsOf)))
    .flat()
    .filter(({ cell, type }) => type !== undefined && cell.model !== null);
  const right = labelled.filter(({ cell, type }) => isCalled(cell.model!.cellClass, type!)).length;
  const models = [...new Set(labelled.map(({ cell }) => cell.model!.modelId))];
  const cells = labelled.length;
  return { models, right, cells, share: right / cells, limits: clopperPearson(right, cells) };
}

/** What the trail of the site tells of learning and of models, the earliest first. */
async function acts(): Promise<string[]> {
  const { items } = await client.listTrail({ query: { limit: 200 } });
  return items
    .map(({ action }) => action)
    .filter((action) => /^(learning|model)\./.test(action))
    .reverse();
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (values.pictures === undefined) return;
  mkdirSync(values.pictures, { recursive: true });
  await pause(1500);
  writeFileSync(path.join(values.pictures, `${name}.png`), await page.screenshot());
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
