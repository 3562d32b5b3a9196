import type { HistoryEntry, Signing } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { ApiError } from '../../state/api.ts';
import { entryOf } from '../../state/history-entry-for-tests.ts';
import { openSigningDesk, type SignerWords } from './signing-desk.ts';

/** A server with a case whose hash follows its history and the site's revision. */
function enter(options: { shownSequence?: number; ownIds?: readonly string[] } = {}) {
  const { shownSequence = 1, ownIds = [] } = options;
  const history: HistoryEntry[] = [entryOf(1, 'case.created', [])];
  const server = { site: 0, isCut: false, refusal: undefined as string | undefined };
  const signed: unknown[] = [];
  const sha256 = () => `${history.length}/${server.site}`;
  const refuse = (code: string) => {
    const body = { code, message: `refused with ${code}`, status: 409, requestId: '1' };
    throw new ApiError(code, body.message, { status: 409, body });
  };
  const desk = openSigningDesk({
    caseId: 'case',
    shownSequence,
    isOwn: (entry) => ownIds.includes(entry.id),
    historyAfter: async (after) => history.filter(({ sequence }) => sequence > after),
    api: {
      getSigning: async () => {
        if (server.isCut) throw new Error('No answer.');
        return { sequence: history.length, sha256: sha256() } as unknown as Signing;
      },
      signCase: async ({ body }) => {
        if (server.refusal !== undefined) refuse(server.refusal);
        if (body.sha256 !== sha256()) refuse('SIGN_CHANGED');
        signed.push(body);
        return {} as never;
      },
    },
  });
  const happen = () => {
    const entry = entryOf(history.length + 1, 'cells.reclassified', []);
    history.push(entry);
    return entry;
  };
  return { desk, server, signed, happen };
}

const words: SignerWords = { meaning: 'approved', password: 'secret' };

test('what the page showed is signed by its hash', async () => {
  const { desk, signed } = enter();
  await desk.read();
  expect(desk.get()).toMatchObject({ isChanged: false, changes: [], fault: null });
  expect(await desk.sign(words)).toBe(true);
  expect(signed).toEqual([{ ...words, sha256: '1/0' }]);
});

test('what happened since the page showed the case is shown, and nothing is signed before it is read', async () => {
  const { desk, signed, happen } = enter();
  const entry = happen();
  await desk.read();
  expect(desk.get()).toMatchObject({ isChanged: true, changes: [entry] });
  expect(await desk.sign(words)).toBe(false);
  expect(signed).toEqual([]);
  desk.confirm();
  expect(desk.get()).toMatchObject({ isChanged: false, changes: [] });
  expect(await desk.sign(words)).toBe(true);
});

test('what happens before it is confirmed is added; what happens afterwards is a change again', async () => {
  const { desk, happen } = enter();
  await desk.read();
  const both = [happen(), happen()];
  await desk.read();
  expect(desk.get().changes).toEqual(both);
  desk.confirm();
  const third = happen();
  await desk.read();
  expect(desk.get().changes).toEqual([third]);
});

test('a signature that the server refuses because of a change shows that change', async () => {
  const { desk, signed, happen } = enter();
  await desk.read();
  const entry = happen();
  expect(await desk.sign(words)).toBe(false);
  expect(desk.get()).toMatchObject({ isChanged: true, changes: [entry], fault: null });
  expect(signed).toEqual([]);
});

test('a change that no history tells, of the site, has to be read too', async () => {
  const { desk, server } = enter();
  await desk.read();
  server.site++;
  expect(await desk.sign(words)).toBe(false);
  expect(desk.get()).toMatchObject({ isChanged: true, changes: [] });
  desk.confirm();
  expect(await desk.sign(words)).toBe(true);
});

test("the signer's own work in this window is no news", async () => {
  const { desk, happen } = enter({ ownIds: ['entry-2'] });
  happen();
  await desk.read();
  expect(desk.get().isChanged).toBe(false);
  expect(await desk.sign(words)).toBe(true);
});

test('other refusals and broken lines are said', async () => {
  const { desk, server } = enter();
  await desk.read();
  server.refusal = 'PASSWORD_WRONG';
  expect(await desk.sign(words)).toBe(false);
  expect(desk.get()).toMatchObject({
    isChanged: false,
    fault: 'That is not your password. Type it again.',
  });
  server.refusal = 'SIGN_BLOCKED';
  await desk.sign(words);
  expect(desk.get().fault).toBe('Nothing was signed.');
  server.isCut = true;
  await desk.read();
  expect(desk.get().fault).toBe('No answer.');
});
