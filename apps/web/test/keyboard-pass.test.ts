/**
 * A reviewer's pass over 200 preclassified cells of which 40 are wrong, in a real browser, with every key
 * stroke counted. The pointer rests on the next wrong cell, as the eye does; keys do the rest.
 */
import type { Cell } from '@leukoscope/contract';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Blob } from './draw-blobs.ts';
import { makeCase } from './make-case.ts';
import { openBrowser, openPage } from './open-browser.ts';
import { pointAt, untilPicturesCame } from './point-at-cell.ts';
import { startWorkbench, type Workbench } from './start-workbench.ts';

/** Of ten: seven neutrophils (the last of them really an eosinophil), two lymphocytes, one unsure. */
const blobs: readonly Blob[] = [
  ...Array.from({ length: 7 }, () => 'neutrophil' as const),
  'lymphocyte',
  'lymphocyte',
  'unsure',
];
const idsSchema = z.array(z.string());

let bench: Workbench;
let browser: Browser;

beforeAll(async () => {
  [bench, browser] = await Promise.all([startWorkbench(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await bench.close();
});

/** What the cell is, by its place among the ten of its row. */
function truthOf(cell: Cell): string {
  const place = Math.floor((cell.box.x1 - 10) / 40);
  if (place === 9) return 'monocyte';
  if (place === 6) return 'eosinophil';
  return place >= 7 ? 'lymphocyte' : 'segmented-neutrophil';
}

/** Cells that can be seen, in the order of the page, once the page stands still as for a reader. */
async function visibleIds(page: Page): Promise<string[]> {
  for (let before = await askVisibleIds(page); ; ) {
    await page.waitForTimeout(120);
    const now = await askVisibleIds(page);
    if (now.join() === before.join()) return now;
    before = now;
  }
}

async function askVisibleIds(page: Page): Promise<string[]> {
  const found = await page.evaluate(`
    (() => {
      const frame = document.querySelector('[role="grid"]').getBoundingClientRect();
      return [...document.querySelectorAll('[role="gridcell"]')]
        .filter((tile) => {
          const { top, bottom } = tile.getBoundingClientRect();
          return bottom > frame.top && top < frame.bottom;
        })
        .map((tile) => tile.dataset.cell);
    })()
  `);
  return idsSchema.parse(found);
}

test('200 cells need at most 1.3 key strokes per corrected and 0.2 per confirmed one', {
  timeout: 120_000,
}, async () => {
  const { client } = bench;
  const fields = Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => blobs).flat());
  const { id } = await makeCase(client, 'P-200', fields);
  const cells = async () => (await client.listCells({ params: { id } })).items;
  const first = await cells();
  expect(first).toHaveLength(200);
  const truth = new Map(first.map((cell) => [cell.id, truthOf(cell)]));
  const wrong = new Set(first.filter((cell) => cell.bin !== truthOf(cell)).map((cell) => cell.id));
  expect(wrong.size).toBe(40);

  const { page, faults } = await openPage(browser, bench.address);
  await page.goto(`/cases/${id}`);
  await page.getByRole('gridcell').first().waitFor();
  const keys = { monocyte: 'f', eosinophil: 'z' } as Record<string, string>;
  const strokes = { correct: 0, confirm: 0 };
  const press = async (key: string, what: keyof typeof strokes) => {
    strokes[what]++;
    await page.keyboard.press(key);
  };
  const isDone = async () =>
    (await page.getByText('Nothing stands in the way of signing.').count()) > 0;
  for (let turns = 0; !(await isDone()); turns++) {
    if (turns > 120) throw new Error('the pass must come to its end');
    const next = (await visibleIds(page)).find((cell) => wrong.has(cell));
    if (next === undefined) {
      await press('Shift+Enter', 'confirm');
      // The differential, which says what is left, comes with the server's answer.
      await page.waitForTimeout(300);
      continue;
    }
    wrong.delete(next);
    await pointAt(page.locator(`#cell-${next}`));
    await press(keys[truth.get(next)!]!, 'correct');
  }
  const after = await cells();
  const idsOf = (some: readonly Cell[]) => some.map((cell) => cell.id);
  expect(idsOf(after.filter((cell) => cell.bin !== truth.get(cell.id)))).toEqual([]);
  expect(idsOf(after.filter((cell) => cell.seen === null))).toEqual([]);
  expect(strokes.correct / 40).toBeLessThanOrEqual(1.3);
  expect(strokes.confirm / 160).toBeLessThanOrEqual(0.2);
  expect(faults).toEqual([]);
});

test('a key right after scrolling means the cell that is under the mouse now', {
  timeout: 60_000,
}, async () => {
  const neutrophils = Array.from({ length: 100 }, () => 'neutrophil' as const);
  const { id } = await makeCase(bench.client, 'P-wheel', [neutrophils], 50);
  const { page } = await openPage(browser, bench.address);
  await page.goto(`/cases/${id}`);
  const tile = page.getByRole('gridcell').first();
  await pointAt(tile);
  await untilPicturesCame(page.getByRole('grid'));
  const { x, y } = (await tile.boundingBox())!;
  const under = () =>
    page.evaluate(`document.elementFromPoint(${x + 40}, ${y + 40}).closest('[data-cell]')?.id`);
  const before = await under();
  await page.mouse.move(x + 40, y + 40);
  await page.mouse.wheel(0, 150);
  await expect.poll(under, { interval: 1 }).not.toBe(before);
  await page.keyboard.press('f');
  const moved = async () => {
    const { items } = await bench.client.listCells({ params: { id }, query: { bin: 'monocyte' } });
    return items.map((cell) => cell.id);
  };
  await expect.poll(moved, { timeout: 10_000 }).toHaveLength(1);
  expect(`cell-${(await moved())[0]}`).not.toBe(before);
  await page.context().close();
});
