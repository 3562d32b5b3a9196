import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@leukoscope/client';
import type { Cell, LearningDetail, LearningState, Role } from '@leukoscope/contract';
import type { CellClass } from '@leukoscope/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { descendantsOf } from './process-tree.ts';
import {
  type Blob,
  blobImage,
  clientOf,
  jobsOver,
  signAsShown,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

/** Several processes start and work; a busy machine takes its time. */
const mostMs = 120_000;

const row: readonly Blob[] = Array.from({ length: 8 }, (_, i) =>
  i % 2 === 0 ? 'neutrophil' : 'lymphocyte',
);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ limits: { requestsPerMinute: 100_000 } });
}, 300_000);
afterAll(() => server.close(), 60_000);

let salt = 0;

/** A case whose blue blobs are called monocytes, wherever the model says lymphocyte. */
async function correctedCase(
  client: Client,
  number: string,
  nameOf: (cell: Cell, n: number) => CellClass = ({ model }) =>
    model!.cellClass === 'lymphocyte' ? 'monocyte' : model!.cellClass,
): Promise<string> {
  const { id } = await client.createCase({ body: { number } });
  await upload(client, id, await blobImage(row, salt++));
  await jobsOver(client, id, mostMs);
  const { items } = await client.listCells({ params: { id } });
  const named = Map.groupBy(items.map((cell, n) => ({ cell, bin: nameOf(cell, n) })), (one) => one.bin);
  for (const [bin, group] of named) {
    const cells = group.map(({ cell }) => ({ id: cell.id, revision: cell.revision }));
    await client.createReview({
      params: { id },
      body: { action: { kind: 'reclassify', cells, bin } },
    });
  }
  return id;
}

async function signedCases(client: Client, count: number, prefix: string): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = await correctedCase(client, `${prefix}-${i}`);
    await signAsShown(client, id);
    ids.push(id);
  }
  return ids;
}

/** Wait until a run is over. */
async function over(client: Client, id: string, limitMs = mostMs): Promise<LearningDetail> {
  const until = Date.now() + limitMs;
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state !== 'queued' && found.state !== 'running') return found;
    if (Date.now() > until) throw new Error(`run did not end: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function until(client: Client, id: string, state: LearningState, stage: RegExp) {
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state === state && stage.test(found.stage ?? '')) return;
    if (found.state !== 'queued' && found.state !== 'running') throw new Error(found.state);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The first administrator and others, signed in, by their names. */
async function accounts(
  { app, context }: TestServer,
  others: readonly (readonly [name: string, displayName: string, role: Role])[],
): Promise<Map<string, Client>> {
  const origin = { origin: 'http://localhost' };
  const password = 'correct horse battery staple';
  const signIn = async (name: string) => {
    const payload = { name, password };
    const headers = { host: 'localhost', ...origin };
    const answer = await app.inject({ method: 'POST', url: '/api/session', headers, payload });
    const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
    return clientOf(app, { ...origin, cookie });
  };
  const token = (await newSetupToken(context))!;
  const first = clientOf(app, origin);
  await first.setUp({ body: { token, name: 'chief', displayName: 'The Chief', password } });
  const chief = await signIn('chief');
  const people = new Map([['chief', chief]]);
  for (const [name, displayName, role] of others) {
    await chief.createUser({ body: { name, displayName, role, password } });
    people.set(name, await signIn(name));
  }
  return people;
}

async function someLearner() {
  for (;;) {
    const all = descendantsOf(process.pid);
    const found = all.find(({ command }) => command.includes('learn-blobs-host'));
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const setDelay = (learnDelayMs: number) =>
  writeFileSync(
    path.join(server.settings.modelsFolder, 'blobs.json'),
    JSON.stringify({ behaviour: 'work', delayMs: 0, learnDelayMs }),
  );
const trailOf = async (client: Client) =>
  (await client.listTrail({ query: { limit: 20 } })).items.map(({ action }) => action);

test('corrected cells teach a candidate, which counts for nothing until it is accepted, and from which one goes back', async () => {
  const { client } = server;
  await expect(client.startLearning({ body: {} })).rejects.toMatchObject({ code: 'LEARNING_EMPTY' });
  await signedCases(client, 4, 'Learn');
  await correctedCase(client, 'Open');
  const learnable = await client.countLearnable({ body: {} });
  expect(learnable).toMatchObject({
    parentId: 'blobs',
    cells: 32,
    corrected: 16,
    newCells: 32,
    byType: expect.arrayContaining([{ cellClass: 'monocyte', cells: 16, corrected: 16 }]),
    byPerson: [{ by: { name: 'Local user' }, cells: 32, corrected: 16 }],
    disagreements: [],
  });
  // The open case is there to be chosen, and is not by default.
  expect(learnable.cases.map(({ isChosen }) => isChosen)).toEqual([false, true, true, true, true]);

  const { id } = await client.startLearning({ body: {} });
  const done = await over(client, id);
  expect(done).toMatchObject({ state: 'completed', isOffered: true, failure: null });
  const { result } = done;
  expect(result).toMatchObject({ cells: 32, groups: 4, notFound: 0, notTyped: 0, refusals: [] });
  expect(result!.candidate!.here.parent.share).toBe(0.5);
  expect(result!.candidate!.here.candidate.share).toBeGreaterThan(0.9);
  expect(result!.candidate!.changed.length).toBeGreaterThan(12);
  expect(result!.candidate!.changed[0]).toMatchObject({ before: 'lymphocyte', after: 'monocyte' });
  expect(done.card).toContain('Learnt from 32 named cells of 4');

  // Nothing uses it.
  expect((await client.listModels()).items.map((model) => model.id)).toEqual(['blobs']);
  const accept = { modelId: 'our-stain', name: 'Our stain', note: 'Looked at', isChosen: true };
  const model = await client.acceptLearning({ params: { id }, body: accept });
  expect(model).toMatchObject({ id: 'our-stain', name: 'Our stain', isAdded: true, isDefault: true });
  expect(model.card).toContain('# Our stain');
  expect(model.card).toMatch(/By Local user, .*: Looked at/);
  await expect(client.acceptLearning({ params: { id }, body: accept })).rejects.toMatchObject({
    code: 'MODEL_EXISTS',
  });

  // New fields are typed by it and say so; open cases stay as they are.
  const typesOf = async (caseId: string) => {
    const { items } = await client.listCells({ params: { id: caseId } });
    return new Set(items.map((cell) => `${cell.model!.modelId} ${cell.model!.cellClass}`));
  };
  const analysed = async (number: string) => {
    const made = await client.createCase({ body: { number } });
    await upload(client, made.id, await blobImage(row, salt++));
    await jobsOver(client, made.id, mostMs);
    return made.id;
  };
  const after = await analysed('After');
  expect(await typesOf(after)).toEqual(
    new Set(['our-stain segmented-neutrophil', 'our-stain monocyte']),
  );
  await expect(client.removeModel({ params: { id: 'our-stain' } })).rejects.toMatchObject({
    code: 'MODEL_IN_USE',
  });

  // Back to the parent.
  await client.chooseModel({ params: { id: 'blobs' }, body: { note: 'Not today' } });
  expect(await typesOf(await analysed('Back'))).toEqual(
    new Set(['blobs segmented-neutrophil', 'blobs lymphocyte']),
  );
  expect(await typesOf(after)).toContain('our-stain monocyte');
  expect((await trailOf(client)).slice(0, 4)).toEqual([
    'model.chosen',
    'learning.accepted',
    'model.chosen',
    'learning.started',
  ]);

  // A machine that lost it gets it back at the next start; one that is removed stays away.
  await client.removeModel({ params: { id: 'our-stain' } });
  const { placeAcceptedModels } = await import('../src/services/place-models.ts');
  await placeAcceptedModels(server.context);
  expect((await client.listModels()).items.map((one) => one.id)).toEqual(['blobs']);
}, 300_000);

test('a third of wrong labels by one reviewer is refused, and cannot be accepted', async () => {
  const { client } = server;
  const wrongly = (cell: Cell, n: number): CellClass =>
    n % 3 === 0 ? 'lymphocyte' : cell.model!.cellClass === 'lymphocyte' ? 'monocyte' : 'segmented-neutrophil';
  const caseIds: string[] = [];
  for (let i = 0; i < 4; i++) caseIds.push(await correctedCase(client, `Wrong-${i}`, wrongly));
  const { id } = await client.startLearning({ body: { caseIds } });
  const done = await over(client, id);
  expect(done).toMatchObject({ state: 'completed', isOffered: false });
  expect(done.result!.refusals.map(({ kind }) => kind)).toContain('suspicious-author');
  expect(done.result!.candidate!.byAuthor[0]).toMatchObject({ author: 'Local user' });
  const suspicious = done.result!.candidate!.suspicious;
  expect(suspicious.length).toBeGreaterThan(5);
  const body = { modelId: 'bad', name: 'Bad', note: 'Anyway', isChosen: true };
  await expect(client.acceptLearning({ params: { id }, body })).rejects.toMatchObject({
    code: 'LEARNING_REFUSED',
    message: expect.stringContaining('labels of Local user are contradicted'),
  });
  expect((await client.listModels()).items.map((model) => model.id)).toEqual(['blobs']);

  // Without the labels that are in doubt it is offered; nobody has to look at the pictures again.
  const leftOut = suspicious.map(({ cellId }) => cellId);
  const again = await client.startLearning({ body: { caseIds, leftOut } });
  const better = await over(client, again.id);
  expect(better.result!.cells).toBe(32 - leftOut.length);
  expect(better.isOffered).toBe(true);
  const discarded = await client.discardLearning({
    params: { id: again.id },
    body: { note: 'A test' },
  });
  expect(discarded.state).toBe('discarded');
  await expect(
    client.acceptLearning({ params: { id: again.id }, body }),
  ).rejects.toMatchObject({ code: 'LEARNING_STATE' });
}, 300_000);

test('few cells are refused in words, before anything is fitted', async () => {
  const { client } = server;
  const caseId = await correctedCase(client, 'Few');
  const { id } = await client.startLearning({ body: { caseIds: [caseId] } });
  const { result, card } = await over(client, id);
  expect(result!.candidate).toBeNull();
  expect(card).toBeNull();
  expect(result!.refusals.map(({ kind }) => kind)).toEqual(['few-cells', 'one-group']);
}, 300_000);

test('a learning process that is killed at any stage leaves nothing half done', async () => {
  const { client } = server;
  const folder = server.context.learningFolder;
  for (const name of readdirSync(folder)) expect(name).toMatch(/\.seen$/);
  await signedCases(client, 4, 'Kill');
  setDelay(700);
  const { id } = await client.startLearning({ body: {} });
  for (const stage of [/picture/, /fit/]) {
    await until(client, id, 'running', stage);
    process.kill((await someLearner()).pid, 'SIGKILL');
    // The parent serves on, and no candidate is there.
    expect((await client.listModels()).items.map((model) => model.id)).toEqual(['blobs']);
    expect((await client.getLearning({ params: { id } })).result).toBeNull();
  }
  setDelay(0);
  expect(await over(client, id)).toMatchObject({ state: 'completed', isOffered: true });
  for (const name of readdirSync(folder)) expect(name).toMatch(/\.seen$/);
}, 300_000);

test('a run that is broken off ends so, and only one runs at a time', async () => {
  const { client } = server;
  setDelay(1500);
  const { id } = await client.startLearning({ body: {} });
  await until(client, id, 'running', /./);
  await expect(client.startLearning({ body: {} })).rejects.toMatchObject({ code: 'LEARNING_RUNS' });
  expect((await client.cancelLearning({ params: { id } })).state).toBe('cancelled');
  setDelay(0);
  const next = await client.startLearning({ body: {} });
  expect((await over(client, next.id)).state).toBe('completed');
  expect(await client.getLearning({ params: { id } })).toMatchObject({
    state: 'cancelled',
    result: null,
  });
}, 300_000);

test('only administrators may look, learn and decide; who named what, and who moved it, is told', async () => {
  const other = await startTestServer({ mode: 'accounts' });
  try {
    const people = await accounts(other, [
      ['ann', 'Ann Miller', 'reviewer'],
      ['ben', 'Ben Ito', 'signer'],
    ]);
    const [chief, ann, ben] = [people.get('chief')!, people.get('ann')!, people.get('ben')!];
    const caseId = await correctedCase(ann, 'Two', () => 'monocyte');
    const { items } = await ben.listCells({ params: { id: caseId } });
    const cells = items.slice(0, 3).map((cell) => ({ id: cell.id, revision: cell.revision }));
    const action = { kind: 'reclassify', cells, bin: 'basophil' } as const;
    await ben.createReview({ params: { id: caseId }, body: { action } });
    const { byPerson, disagreements } = await chief.countLearnable({ body: { caseIds: [caseId] } });
    expect(byPerson.map(({ by, cells: count }) => [by.name, count])).toEqual([
      ['Ann Miller', 5],
      ['Ben Ito', 3],
    ]);
    expect(disagreements).toMatchObject([
      { first: { name: 'Ann Miller' }, second: { name: 'Ben Ito' }, before: 'monocyte', cells: 3 },
    ]);
    const without = { caseIds: [caseId], leftOutPeople: [byPerson[1]!.by.id!] };
    expect((await chief.countLearnable({ body: without })).cells).toBe(5);
    const refused = { status: 403, code: 'ROLE' };
    const id = caseId;
    const body = { note: 'mine' };
    for (const client of [ann, ben]) {
      await expect(client.countLearnable({ body: {} })).rejects.toMatchObject(refused);
      await expect(client.startLearning({ body: {} })).rejects.toMatchObject(refused);
      await expect(client.listLearnings()).rejects.toMatchObject(refused);
      await expect(client.getLearning({ params: { id } })).rejects.toMatchObject(refused);
      await expect(client.cancelLearning({ params: { id } })).rejects.toMatchObject(refused);
      await expect(client.discardLearning({ params: { id }, body })).rejects.toMatchObject(refused);
      const accept = { modelId: 'mine', name: 'Mine', note: 'mine', isChosen: true };
      await expect(client.acceptLearning({ params: { id }, body: accept })).rejects.toMatchObject(
        refused,
      );
      await expect(
        client.chooseModel({ params: { id: 'blobs' }, body }),
      ).rejects.toMatchObject(refused);
    }
  } finally {
    await other.close();
  }
}, 300_000);
