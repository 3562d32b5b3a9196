import type { Case } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { ApiError } from '../../state/api.ts';
import type { CaseState, OpenCase } from '../../state/case-store.ts';
import { createStore } from '../../state/create-store.ts';
import { saveStateOf } from './conclusion-draft.ts';
import { openConclusionSaver } from './conclusion-saver.ts';

const facts = { id: 'c1', conclusion: 'Old.', revision: 1 } as Case;
const ready = (now: Case): CaseState => ({ status: 'ready', open: { case: now } as OpenCase });

function setUp(options: { kept?: string; server?: Case } = {}) {
  const server = { now: options.server ?? facts, isDown: false, sent: [] as string[] };
  const store = createStore<CaseState>(ready(server.now));
  const kept = new Map<string, string>(
    options.kept === undefined ? [] : [['leukoscope.conclusion.c1', options.kept]],
  );
  let timer: (() => void) | undefined;
  const saver = openConclusionSaver({ ...store, caseId: 'c1' }, server.now, {
    api: {
      async changeCase({ body }) {
        if (server.isDown) throw new TypeError('fetch failed');
        server.sent.push(body.conclusion ?? '');
        if (body.revision !== server.now.revision) {
          throw new ApiError('REVISION_STALE', 'case must be changed from ...', { status: 409 });
        }
        server.now = {
          ...server.now,
          conclusion: body.conclusion ?? '',
          revision: body.revision + 1,
        };
        return server.now;
      },
      getCase: async () => server.now,
    },
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    later: (_, act) => {
      timer = act;
      return () => {
        timer = undefined;
      };
    },
  });
  const tick = async () => {
    timer?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { saver, server, store, kept, tick, hasTimer: () => timer !== undefined };
}

test('saves once after a pause, with the last text', async () => {
  const { saver, server, tick, kept } = setUp();
  saver.type('N');
  saver.type('New.');
  expect(kept.size).toBe(1);
  expect(server.sent).toEqual([]);
  await tick();
  expect(server.sent).toEqual(['New.']);
  expect(saveStateOf(saver.get())).toBe('saved');
  expect(kept.size).toBe(0);
});

test('repeats from the newest revision when another fact was changed', async () => {
  const { saver, server, tick } = setUp();
  server.now = { ...facts, revision: 7 };
  saver.type('New.');
  await tick();
  expect(server.now).toMatchObject({ conclusion: 'New.', revision: 8 });
});

test('asks when somebody else changed the same words, and keeps both texts', async () => {
  const { saver, server, tick } = setUp();
  server.now = { ...facts, conclusion: 'Theirs.', revision: 2 };
  saver.type('Mine.');
  await tick();
  expect(saveStateOf(saver.get())).toBe('conflict');
  expect(server.now.conclusion).toBe('Theirs.');
  saver.resolve('both');
  await tick();
  expect(server.now.conclusion).toBe('Theirs.\nMine.');
});

test('keeps the text without a connection and saves it later', async () => {
  const { saver, server, tick, hasTimer, kept } = setUp();
  server.isDown = true;
  saver.type('New.');
  await tick();
  expect(saveStateOf(saver.get())).toBe('failed');
  expect(kept.size).toBe(1);
  expect(hasTimer()).toBe(true);
  server.isDown = false;
  await tick();
  expect(server.now.conclusion).toBe('New.');
});

test('goes on with what was typed before a reload', async () => {
  const kept = JSON.stringify({ base: { text: 'Old.', revision: 1 }, text: 'Typed.' });
  const { saver, server, tick } = setUp({ kept, server: { ...facts, revision: 3 } });
  expect(saver.get().text).toBe('Typed.');
  await tick();
  expect(server.now.conclusion).toBe('Typed.');
});

test('starts from the server when what was kept cannot be read', () => {
  expect(setUp({ kept: '{"base":5}' }).saver.get().text).toBe('Old.');
  expect(setUp({ kept: 'not JSON' }).saver.get().text).toBe('Old.');
});

test('shows what others saved while nothing is typed', () => {
  const { saver, store } = setUp();
  store.set(ready({ ...facts, conclusion: 'Theirs.', revision: 2 }));
  expect(saver.get().text).toBe('Theirs.');
});

test('saves at once when asked to, as signing does', async () => {
  const { saver, server } = setUp();
  saver.type('New.');
  expect(await saver.flush()).toBe('saved');
  expect(server.now.conclusion).toBe('New.');
});
