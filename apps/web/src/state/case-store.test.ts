import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  caseId,
  foundCell,
  memoryStorage,
  openFakeServer,
  person,
} from '../../test/fake-case-server.ts';
import { type CaseStore, type OpenCase, openCase } from './case-store.ts';
import { casesWithUnsent, openOutbox, type TextStorage } from './outbox.ts';

const ann = person(1, 'Ann');
const ben = person(2, 'Ben');
const stores: CaseStore[] = [];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  vi.useRealTimers();
});

const cell = (n: number) => foundCell(n).id;
const cells = (count: number) => Array.from({ length: count }, (_, i) => foundCell(i + 1));
const settle = (ms = 500) => vi.advanceTimersByTimeAsync(ms);

async function enter(
  server: ReturnType<typeof openFakeServer>,
  options: { storage?: TextStorage; me?: typeof ann } = {},
) {
  const { storage = memoryStorage(), me = ann } = options;
  const store = openCase(caseId, {
    api: server.as(me),
    listen: server.listen,
    outbox: openOutbox(caseId, me.id!, storage),
    me,
    clock: () => new Date('2026-01-01T00:00:00Z'),
  });
  stores.push(store);
  await settle();
  return store;
}

function open(store: CaseStore): OpenCase {
  const state = store.get();
  if (state.status !== 'ready') throw new Error(`the case must be open, is ${state.status}`);
  return state.open;
}
const bin = (store: CaseStore, n: number) => open(store).cells.get(cell(n))?.bin;
const move = (store: CaseStore, n: number, to: 'monocyte' | 'basophil' | 'eosinophil') =>
  store.review({ kind: 'reclassify', cellIds: [cell(n)], bin: to });

describe('a review', () => {
  test('is shown at once, counted as unsent, and then saved', async () => {
    const server = openFakeServer(cells(3));
    const store = await enter(server);
    move(store, 1, 'monocyte');
    expect(bin(store, 1)).toBe('monocyte');
    expect(open(store)).toMatchObject({ unsent: 1, saving: 'sending' });
    expect(server.bin(1)).toBe('lymphocyte');
    await settle();
    expect(server.bin(1)).toBe('monocyte');
    expect(open(store)).toMatchObject({ unsent: 0, saving: 'saved' });
  });

  test('follows another of the same cell without waiting: each names the revision before it', async () => {
    const server = openFakeServer(cells(1));
    const store = await enter(server);
    move(store, 1, 'monocyte');
    move(store, 1, 'basophil');
    move(store, 1, 'eosinophil');
    await settle();
    expect(server.bin(1)).toBe('eosinophil');
    expect(
      server.received.map(({ action }) => 'cells' in action && action.cells[0]!.revision),
    ).toEqual([0, 1, 2]);
    expect(store.fault.get()).toBeNull();
  });

  test('that changes nothing is not sent; moving a cell to its own bin confirms it', async () => {
    const server = openFakeServer(cells(1));
    const store = await enter(server);
    store.review({ kind: 'reclassify', cellIds: [cell(1)], bin: 'lymphocyte' });
    store.review({ kind: 'reclassify', cellIds: [cell(1)], bin: 'lymphocyte' });
    store.review({ kind: 'see', cellIds: [cell(1)] });
    await settle();
    expect(server.received.map(({ action }) => action.kind)).toEqual(['see']);
  });

  test('of more cells than the server takes at once goes in parts', async () => {
    const server = openFakeServer(cells(5001));
    const store = await enter(server);
    store.review({ kind: 'see', cellIds: [...open(store).cells.keys()] });
    await settle();
    expect(server.received).toHaveLength(2);
    expect([...server.cells.values()].every(({ seen }) => seen !== null)).toBe(true);
  });

  test('of a drawn cell shows it before the server knows it, and later reviews reach it', async () => {
    const server = openFakeServer(cells(1));
    const store = await enter(server);
    server.isCut = true;
    const box = { x1: 1, y1: 2, x2: 30, y2: 40 };
    store.review({ kind: 'add', fieldId: foundCell(1).fieldId, box, mask: null, bin: 'blast' });
    const [drawn] = [...open(store).drawnIds];
    expect(open(store).cells.get(drawn!)).toMatchObject({ box, bin: 'blast', origin: 'person' });
    store.review({ kind: 'reclassify', cellIds: [drawn!], bin: 'monocyte' });
    server.isCut = false;
    await settle(5000);
    const added = [...server.cells.values()].filter(({ origin }) => origin === 'person');
    expect(added.map((each) => each.bin)).toEqual(['monocyte']);
    expect([...open(store).cells.keys()]).toEqual([cell(1), added[0]!.id]);
    expect(open(store).drawnIds.size).toBe(0);
  });
});

describe('without a connection', () => {
  test('reviews are kept, tried again, and sent in order once it is back', async () => {
    const server = openFakeServer(cells(3));
    const store = await enter(server);
    server.isCut = true;
    move(store, 1, 'monocyte');
    move(store, 2, 'basophil');
    await settle(20_000);
    expect(open(store)).toMatchObject({ unsent: 2, saving: 'unreachable' });
    expect(bin(store, 1)).toBe('monocyte');
    server.isCut = false;
    await settle(31_000);
    expect([server.bin(1), server.bin(2)]).toEqual(['monocyte', 'basophil']);
    expect(open(store)).toMatchObject({ unsent: 0, saving: 'saved' });
  });

  test('the stream that comes back wakes the outbox at once', async () => {
    const server = openFakeServer(cells(1));
    const store = await enter(server);
    server.isCut = true;
    move(store, 1, 'monocyte');
    await settle(40_000);
    server.isCut = false;
    server.tell({ type: 'hello', version: '1' });
    await settle(50);
    expect(server.bin(1)).toBe('monocyte');
  });

  test('an answer that was lost does not do the review twice', async () => {
    const server = openFakeServer(cells(2));
    const store = await enter(server);
    server.losesAnswers = true;
    move(store, 1, 'monocyte');
    await settle(300);
    server.losesAnswers = false;
    await settle(5000);
    expect(server.history).toHaveLength(1);
    expect(server.received.length).toBeGreaterThan(1);
    expect(open(store)).toMatchObject({ unsent: 0, canUndo: true });
    store.undo();
    await settle();
    expect(server.bin(1)).toBe('lymphocyte');
    expect(open(store).canUndo).toBe(false);
  });

  test('a page that could not load the case loads it when the stream comes back', async () => {
    const server = openFakeServer(cells(1));
    server.isCut = true;
    const store = await enter(server);
    expect(store.get().status).toBe('failed');
    server.isCut = false;
    server.tell({ type: 'hello', version: '1' });
    await settle();
    expect(store.get().status).toBe('ready');
  });
});

describe('the outbox', () => {
  test('survives a reload: the next page shows and sends what waited', async () => {
    const server = openFakeServer(cells(2));
    const storage = memoryStorage();
    const before = await enter(server, { storage });
    server.isCut = true;
    move(before, 1, 'monocyte');
    move(before, 2, 'basophil');
    before.undo();
    await settle();
    before.close();
    expect(casesWithUnsent(ann.id!, storage)).toEqual([caseId]);
    server.isCut = false;
    const after = await enter(server, { storage });
    expect([server.bin(1), server.bin(2)]).toEqual(['monocyte', 'lymphocyte']);
    expect(open(after)).toMatchObject({ unsent: 0, canUndo: true, canRedo: true });
    expect(storage.length).toBe(0);
  });

  test('of one person is not sent by another in the same browser', async () => {
    const server = openFakeServer(cells(1));
    const storage = memoryStorage();
    const annsPage = await enter(server, { storage });
    server.isCut = true;
    move(annsPage, 1, 'monocyte');
    await settle();
    annsPage.close();
    // Ann's page is gone for good: its timers would go on sending.
    vi.clearAllTimers();
    server.isCut = false;
    const bensPage = await enter(server, { storage, me: ben });
    expect(open(bensPage).unsent).toBe(0);
    expect(server.bin(1)).toBe('lymphocyte');
  });

  test('goes on being sent after the case was left', async () => {
    const server = openFakeServer(cells(1));
    const store = await enter(server);
    server.isCut = true;
    move(store, 1, 'monocyte');
    await settle(100);
    store.close();
    server.isCut = false;
    await settle(5000);
    expect(server.bin(1)).toBe('monocyte');
  });

  test('that is full says so and sends all the same', async () => {
    const server = openFakeServer(cells(1));
    const store = await enter(server, { storage: memoryStorage(0) });
    move(store, 1, 'monocyte');
    expect(store.fault.get()).toMatch(/no room left/);
    await settle();
    expect(server.bin(1)).toBe('monocyte');
  });

  test('with an entry of another version says that it was not sent', async () => {
    const server = openFakeServer(cells(1));
    const storage = memoryStorage();
    storage.setItem(
      `leukoscope.outbox.${ann.id}.${caseId}.x`,
      '{"id":"x","intent":{"kind":"paint"}}',
    );
    const store = await enter(server, { storage });
    expect(store.fault.get()).toMatch(/1 unsent review .* cannot read/);
    expect(server.received).toEqual([]);
  });
});

describe('undo', () => {
  test('goes back to the beginning and forward to the end again', async () => {
    const server = openFakeServer(cells(6));
    const store = await enter(server);
    for (let n = 1; n <= 6; n++) {
      move(store, n, 'monocyte');
      await settle();
    }
    for (let n = 6; n >= 1; n--) {
      store.undo();
      await settle();
    }
    expect([...server.cells.values()].map((each) => each.bin)).toEqual(Array(6).fill('lymphocyte'));
    expect(open(store)).toMatchObject({ canUndo: false, canRedo: true });
    for (let n = 1; n <= 6; n++) {
      store.redo();
      await settle();
    }
    expect([...server.cells.values()].map((each) => each.bin)).toEqual(Array(6).fill('monocyte'));
    expect(open(store)).toMatchObject({ canUndo: true, canRedo: false });
  });

  test('and redo work at once on reviews that the server does not know yet', async () => {
    const server = openFakeServer(cells(2));
    const store = await enter(server);
    server.isCut = true;
    move(store, 1, 'monocyte');
    store.review({ kind: 'delete', cellIds: [cell(2)] });
    store.undo();
    expect(open(store).cells.has(cell(2))).toBe(true);
    store.undo();
    expect(bin(store, 1)).toBe('lymphocyte');
    expect(open(store).cells.get(cell(1))!.seen).toBeNull();
    store.redo();
    expect(bin(store, 1)).toBe('monocyte');
    store.undo();
    store.redo();
    expect(open(store)).toMatchObject({ canUndo: true, canRedo: true });
    server.isCut = false;
    await settle(5000);
    expect(server.bin(1)).toBe('monocyte');
    expect(server.cells.get(cell(2))!.isDeleted).toBe(false);
    expect(store.fault.get()).toBeNull();
  });

  test('is rebuilt from the history after a reload and shows at once what it restores', async () => {
    const server = openFakeServer(cells(3));
    const before = await enter(server);
    before.review({ kind: 'delete', cellIds: [cell(1), cell(2)] });
    await settle();
    before.close();
    const after = await enter(server);
    expect([...open(after).cells.keys()]).toEqual([cell(3)]);
    after.undo();
    expect([...open(after).cells.keys()]).toEqual([cell(1), cell(2), cell(3)]);
    await settle();
    expect(server.cells.get(cell(1))!.isDeleted).toBe(false);
  });

  test('that is refused is left out: the next one goes on with what was done before', async () => {
    const server = openFakeServer(cells(2));
    const store = await enter(server);
    move(store, 1, 'monocyte');
    move(store, 2, 'monocyte');
    await settle();
    const other = await enter(server, { me: ben });
    move(other, 2, 'basophil');
    await settle();
    store.undo();
    await settle();
    expect(store.fault.get()).toMatch(/Undoing was refused: .*UNDO_STALE/);
    expect(server.bin(2)).toBe('basophil');
    store.undo();
    await settle();
    expect(server.bin(1)).toBe('lymphocyte');
  });
});

describe('two people on one case', () => {
  test('see what the other did, and hear of it', async () => {
    const server = openFakeServer(cells(2));
    const anns = await enter(server);
    const bens = await enter(server, { me: ben });
    move(bens, 1, 'monocyte');
    await settle();
    expect(bin(anns, 1)).toBe('monocyte');
    expect(anns.news.get()).toBe('Ben moved 1 cell to Monocyte.');
    expect(bens.news.get()).toBeNull();
    expect(open(anns).canUndo).toBe(false);
  });

  test('the second correction of a cell is left out and told; the rest of it is saved', async () => {
    const server = openFakeServer(cells(3));
    const anns = await enter(server);
    const bens = await enter(server, { me: ben });
    move(bens, 1, 'monocyte');
    // Ann has not seen that yet.
    anns.review({ kind: 'reclassify', cellIds: [cell(1), cell(2)], bin: 'basophil' });
    await settle();
    expect([server.bin(1), server.bin(2)]).toEqual(['monocyte', 'basophil']);
    expect([bin(anns, 1), bin(anns, 2)]).toEqual(['monocyte', 'basophil']);
    expect(anns.fault.get()).toMatch(/^Ben changed 1 cell that you were changing too/);
  });

  test('a correction that waited without a connection does not overwrite a newer one', async () => {
    const server = openFakeServer(cells(1));
    const storage = memoryStorage();
    const away = await enter(server, { storage });
    server.isCut = true;
    move(away, 1, 'basophil');
    away.undo();
    away.redo();
    await settle(100);
    away.close();
    vi.clearAllTimers();
    server.isCut = false;
    const bens = await enter(server, { me: ben });
    move(bens, 1, 'monocyte');
    await settle();
    const back = await enter(server, { storage });
    expect(server.bin(1)).toBe('monocyte');
    expect(open(back).unsent).toBe(0);
    expect(back.fault.get()).toMatch(/^Ben changed 1 cell/);
  });

  test('a cell that the other only confirmed is corrected all the same', async () => {
    const server = openFakeServer(cells(2));
    const anns = await enter(server);
    const bens = await enter(server, { me: ben });
    bens.review({ kind: 'see', cellIds: [cell(1), cell(2)] });
    move(anns, 1, 'basophil');
    await settle();
    expect(server.bin(1)).toBe('basophil');
    expect(anns.fault.get()).toBeNull();
  });

  test('confirming a bin in which the other moved a cell confirms the rest without a word of blame', async () => {
    const server = openFakeServer(cells(3));
    const anns = await enter(server);
    const bens = await enter(server, { me: ben });
    move(bens, 1, 'basophil');
    anns.review({ kind: 'see', cellIds: [cell(1), cell(2), cell(3)] });
    await settle();
    expect(server.cells.get(cell(3))!.seen?.by.name).toBe('Ann');
    expect(server.cells.get(cell(1))!.seen?.by.name).toBe('Ben');
    expect(anns.fault.get()).toBeNull();
  });

  test('a case that the other signed refuses reviews with the reason, and shows what is true', async () => {
    const server = openFakeServer(cells(2));
    const store = await enter(server);
    server.isSigned = true;
    move(store, 1, 'monocyte');
    await settle();
    expect(store.fault.get()).toBe(
      'Moving 1 cell to Monocyte was refused: refused with CASE_NOT_OPEN',
    );
    expect(bin(store, 1)).toBe('lymphocyte');
    expect(open(store)).toMatchObject({ unsent: 0, canUndo: false });
  });
});

test('cells keep their identity while only the progress of an analysis changes', async () => {
  const server = openFakeServer(cells(3));
  const store = await enter(server);
  const before = open(store).cells;
  const fieldId = foundCell(1).fieldId;
  server.tell({
    type: 'job.changed',
    jobId: caseId,
    caseId,
    fieldId,
    state: 'active',
    progress: 0.5,
    stage: 'locating',
  });
  expect(open(store).progress.get(fieldId)).toEqual({ progress: 0.5, stage: 'locating' });
  expect(open(store).cells).toBe(before);
});
