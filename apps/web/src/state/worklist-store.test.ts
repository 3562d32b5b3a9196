import type { Case, DifferentialJson, ServerEvent } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { openWorklist, type WorklistParts } from './worklist-store.ts';

const at = '2026-01-01T00:00:00.000Z';
const ann = { kind: 'user' as const, id: null, name: 'Ann' };

function idOf(n: number): string {
  return `0190a5d0-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

function caseOf(n: number, part: Partial<Case> = {}): Case {
  return {
    id: idOf(n),
    number: `S-${n}`,
    patientReference: '',
    specimen: 'peripheral-blood',
    expectation: null,
    collectedAt: null,
    leukocytesE9PerLitre: null,
    targetCells: 100,
    signersNeeded: 1,
    conclusion: '',
    state: 'open',
    revision: 0,
    sequence: 3,
    version: 1,
    createdAt: at,
    createdBy: ann,
    changedAt: at,
    counts: {
      fields: 1,
      fieldsAnalysed: 1,
      fieldsFailed: 0,
      cells: 4,
      leukocytes: 4,
      unidentified: 0,
      unseen: 4,
    },
    ...part,
  };
}

/** A server with some cases; `asked` are the queries of its list, `looked` the cases looked into. */
function fakeServer(cases: Case[]) {
  const asked: Record<string, unknown>[] = [];
  const looked: string[] = [];
  const listeners = new Set<(event: ServerEvent) => void>();
  const differential: DifferentialJson = {
    leukocytes: 4,
    targetCells: 100,
    confidence: 0.95,
    rows: [],
    nonLeukocytes: [],
    unidentified: 0,
    notClassed: 0,
    flags: [{ code: 'BLASTS', severity: 'warning', message: 'Blasts' }],
  };
  const parts: WorklistParts = {
    pageSize: 2,
    quietMs: 5,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    api: {
      async listCases(request = {}) {
        const { query = {} } = request;
        asked.push(query);
        const { cursor, limit = 50, search = '', state } = query;
        const fitting = cases.filter(
          (item) => item.number.includes(search) && (state === undefined || item.state === state),
        );
        const from = Number(cursor ?? 0);
        const to = from + Number(limit);
        return { items: fitting.slice(from, to), next: to < fitting.length ? String(to) : null };
      },
      async getDifferential({ params }) {
        looked.push(params.id);
        return differential;
      },
      async listHistory({ params, query }) {
        const sequence = Number(query?.after) + 1;
        return {
          items: [
            {
              id: idOf(500 + sequence),
              caseId: params.id,
              sequence,
              at,
              by: ann,
              action: 'cells.seen',
              changes: [],
              reason: null,
              undoes: null,
              undoneBy: null,
              hash: '0'.repeat(64),
            },
          ],
        };
      },
    },
  };
  const say = (event: ServerEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { parts, asked, looked, say, cases };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await new Promise((go) => setTimeout(go, 1));
  expect(condition()).toBe(true);
}

const everything = { search: '', state: undefined };

test('shows page after page, and looks into each case on it once', async () => {
  const server = fakeServer([1, 2, 3, 4, 5].map((n) => caseOf(n)));
  const list = openWorklist(everything, server.parts);
  const numbers = () => list.get().items.map((item) => item.number);
  await until(() => list.get().asides.size === 2);
  expect(numbers()).toEqual(['S-1', 'S-2']);
  expect(list.get().asides.get(idOf(1))).toEqual({
    sequence: 3,
    flags: [{ code: 'BLASTS', severity: 'warning', message: 'Blasts' }],
    changedBy: ann,
  });
  list.next();
  await until(() => list.get().page === 2);
  list.next();
  await until(() => list.get().page === 3);
  expect(numbers()).toEqual(['S-5']);
  expect(list.get().hasNext).toBe(false);
  list.previous();
  await until(() => list.get().page === 2 && list.get().asides.size === 5);
  expect(numbers()).toEqual(['S-3', 'S-4']);
  expect(server.looked.toSorted()).toEqual([1, 2, 3, 4, 5].map(idOf));
  list.close();
});

test('asks for what is searched, from the first page on', async () => {
  const server = fakeServer([1, 2, 3].map((n) => caseOf(n)));
  const list = openWorklist(everything, server.parts);
  await until(() => list.get().status === 'ready');
  list.next();
  await until(() => list.get().page === 2);
  list.ask({ search: 'S-3', state: 'open' });
  await until(() => list.get().page === 1 && list.get().items.length === 1);
  expect(server.asked.at(-1)).toEqual({ limit: 2, search: 'S-3', state: 'open' });
  list.close();
});

test('asks once for a burst of events, and looks anew only into what changed', async () => {
  const server = fakeServer([1, 2].map((n) => caseOf(n)));
  const list = openWorklist(everything, server.parts);
  await until(() => list.get().asides.size === 2);
  server.cases[0] = caseOf(1, { sequence: 9 });
  for (let sequence = 4; sequence <= 9; sequence++)
    server.say({ type: 'case.changed', caseId: idOf(1), sequence });
  await until(() => list.get().asides.get(idOf(1))?.sequence === 9);
  expect(server.asked).toHaveLength(2);
  expect(server.looked).toEqual([idOf(1), idOf(2), idOf(1)]);
  list.close();
});

test('keeps what it shows when the server does not answer, and says so', async () => {
  const server = fakeServer([caseOf(1)]);
  let isDown = false;
  const { listCases } = server.parts.api;
  const list = openWorklist(everything, {
    ...server.parts,
    api: {
      ...server.parts.api,
      listCases: async (request) => {
        if (isDown) throw new TypeError('fetch failed');
        return listCases(request);
      },
    },
  });
  await until(() => list.get().status === 'ready');
  isDown = true;
  await list.refresh();
  expect(list.get()).toMatchObject({ status: 'ready', fault: 'fetch failed' });
  expect(list.get().items).toHaveLength(1);
  isDown = false;
  await list.refresh();
  expect(list.get().fault).toBeNull();
  list.close();
});

test('does not let the answer to an older question win', async () => {
  const server = fakeServer([1, 2].map((n) => caseOf(n)));
  const answers: (() => void)[] = [];
  const { listCases } = server.parts.api;
  const list = openWorklist(everything, {
    ...server.parts,
    api: {
      ...server.parts.api,
      listCases: async (request) => {
        await new Promise<void>((go) => answers.push(go));
        return listCases(request);
      },
    },
  });
  list.ask({ search: 'S-2', state: undefined });
  await until(() => answers.length === 2);
  answers[1]!();
  await until(() => list.get().items.length === 1);
  answers[0]!();
  await new Promise((go) => setTimeout(go, 5));
  expect(list.get().items.map((item) => item.number)).toEqual(['S-2']);
  list.close();
});
