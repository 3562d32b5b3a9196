import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  caseId,
  foundCell,
  memoryStorage,
  openFakeServer,
  person,
} from '../../test/fake-case-server.ts';
import { openCase } from './case-store.ts';
import { casesWithUnsent, openOutbox, type TextStorage } from './outbox.ts';
import { type LeftoverFault, sendLeftovers } from './send-leftovers.ts';

const ann = person(1, 'Ann');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = (ms = 500) => vi.advanceTimersByTimeAsync(ms);

/** What a page leaves behind that was closed in the middle of a review. */
function keepReview(storage: TextStorage) {
  openOutbox(caseId, ann.id!, storage).put({
    id: 'kept',
    intent: { kind: 'reclassify', cellIds: [foundCell(1).id], bin: 'monocyte' },
    at: '2026-01-01T00:00:00Z',
    since: 0,
    order: 1,
  });
}

function send(server: ReturnType<typeof openFakeServer>, storage: TextStorage) {
  const faults: LeftoverFault[] = [];
  const closed: string[] = [];
  const stop = sendLeftovers({
    caseIds: casesWithUnsent(ann.id!, storage),
    open(id) {
      const store = openCase(id, {
        api: server.as(ann),
        listen: server.listen,
        outbox: openOutbox(id, ann.id!, storage),
        me: ann,
        clock: () => new Date('2026-01-01T00:00:00Z'),
      });
      return {
        ...store,
        close() {
          closed.push(id);
          store.close();
        },
      };
    },
    onFault: (fault) => faults.push(fault),
  });
  return { faults, closed, stop };
}

test('what an earlier page kept is sent, and then its case is closed', async () => {
  const server = openFakeServer([foundCell(1)]);
  const storage = memoryStorage();
  keepReview(storage);
  const { faults, closed } = send(server, storage);
  await settle();
  expect(server.bin(1)).toBe('monocyte');
  expect([faults, closed, storage.length]).toEqual([[], [caseId], 0]);
});

test('a refusal is told once, with the number of its case', async () => {
  const server = openFakeServer([foundCell(1)]);
  server.isSigned = true;
  const storage = memoryStorage();
  keepReview(storage);
  const { faults, closed } = send(server, storage);
  await settle();
  expect(faults).toMatchObject([{ caseId, number: 'S-1' }]);
  expect(faults[0]!.message).toMatch(/Moving 1 cell to Monocyte was refused/);
  expect(closed).toEqual([caseId]);
});

test('what cannot be read is told although nothing of it can be sent', async () => {
  const server = openFakeServer([foundCell(1)]);
  const storage = memoryStorage();
  storage.setItem(
    `leukoscope.outbox.${ann.id}.${caseId}.x`,
    '{"id":"x","intent":{"kind":"paint"}}',
  );
  const { faults } = send(server, storage);
  await settle();
  expect(faults).toHaveLength(1);
  expect(faults[0]!.message).toMatch(/1 unsent review .* cannot read/);
});

test('without a connection it waits, and gives up when the page is left', async () => {
  const server = openFakeServer([foundCell(1)]);
  server.isCut = true;
  const storage = memoryStorage();
  keepReview(storage);
  const { faults, closed, stop } = send(server, storage);
  await settle(5000);
  expect([faults, closed]).toEqual([[], []]);
  stop();
  expect(closed).toEqual([caseId]);
  expect(storage.length).toBe(1);
});
