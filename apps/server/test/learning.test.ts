import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@leukoscope/client';
import type { Cell, LearningState } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { placeAcceptedModels } from '../src/services/place-models.ts';
import { correctedCase, mostMs, newSalt, over, row, signedCases } from './correct-blobs.ts';
import { type PeopleServer, startPeopleServer } from './people-server.ts';
import { descendantsOf } from './process-tree.ts';
import { blobImage, jobsOver, startTestServer, type TestServer, upload } from './test-server.ts';

let server: TestServer;
/** One where people sign in. */
let ward: PeopleServer;
beforeAll(async () => {
  const limits = { requestsPerMinute: 100_000 };
  server = await startTestServer({ limits });
  ward = await startPeopleServer(
    [
      ['ann', 'Ann Miller', 'reviewer'],
      ['ben', 'Ben Ito', 'signer'],
    ],
    { limits },
  );
});
afterAll(async () => {
  await server.close();
  await ward.close();
});

vi.setConfig({ testTimeout: 300_000 });

async function until(client: Client, id: string, state: LearningState, stage: RegExp) {
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state === state && stage.test(found.stage ?? '')) return;
    if (found.state !== 'queued' && found.state !== 'running') throw new Error(found.state);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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
  await expect(client.startLearning({ body: {} })).rejects.toMatchObject({
    code: 'LEARNING_EMPTY',
  });
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
  expect(model).toMatchObject({
    id: 'our-stain',
    name: 'Our stain',
    isAdded: true,
    isDefault: true,
  });
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
    await upload(client, made.id, await blobImage(row, newSalt()));
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
  const shelf = async () => (await client.listModels()).items.map((one) => one.id);
  rmSync(path.join(server.settings.dataFolder, 'models', 'our-stain'), { recursive: true });
  expect(await shelf()).toEqual(['blobs']);
  await placeAcceptedModels(server.context);
  expect(await shelf()).toEqual(['blobs', 'our-stain']);
  await client.removeModel({ params: { id: 'our-stain' } });
  await placeAcceptedModels(server.context);
  expect(await shelf()).toEqual(['blobs']);
});

test('few cells are refused in words, before anything is fitted', async () => {
  const { client } = server;
  const caseId = await correctedCase(client, 'Few');
  const { id } = await client.startLearning({ body: { caseIds: [caseId] } });
  const { result, card } = await over(client, id);
  expect(result!.candidate).toBeNull();
  expect(card).toBeNull();
  expect(result!.refusals.map(({ kind }) => kind)).toEqual(['few-cells', 'one-group']);
});

test('a learning process that is killed at any stage leaves nothing half done', async () => {
  const { client } = server;
  const folder = server.context.learningFolder;
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
  // What was seen is not looked at again, and everybody is told of the steps, not of every picture and fit.
  const told: string[] = [];
  const stop = await server.context.db.listen((payload) => told.push(payload));
  const again = await client.startLearning({ body: {} });
  expect((await over(client, again.id)).state).toBe('completed');
  await stop();
  expect(told.filter((payload) => payload.includes(again.id)).length).toBeLessThan(8);
  // Nothing is left but what was seen.
  await expect
    .poll(() => readdirSync(folder).filter((name) => !name.endsWith('.seen')))
    .toEqual([]);
});

test('a run that is broken off ends so, and only one runs at a time', async () => {
  const { client } = server;
  setDelay(1500);
  // Of two who press the button at once, one is told that the other did.
  const start = () => client.startLearning({ body: {} });
  const [first, second] = await Promise.allSettled([start(), start()]);
  const refused = first.status === 'rejected' ? first : second;
  expect(refused).toMatchObject({ reason: { code: 'LEARNING_RUNS' } });
  const begun = [first, second].find((one) => one.status === 'fulfilled');
  const { id } = begun!.value;
  await until(client, id, 'running', /./);
  await expect(start()).rejects.toMatchObject({ code: 'LEARNING_RUNS' });
  expect((await client.cancelLearning({ params: { id } })).state).toBe('cancelled');
  setDelay(0);
  const next = await client.startLearning({ body: {} });
  expect((await over(client, next.id)).state).toBe('completed');
  expect(await client.getLearning({ params: { id } })).toMatchObject({
    state: 'cancelled',
    result: null,
  });
});

test('only administrators may look, learn and decide; who named what, and who moved it, is told', async () => {
  const [chief, ann, ben] = ['chief', 'ann', 'ben'].map((name) => ward.as(name));
  const caseId = await correctedCase(ann!, 'Two', () => 'monocyte');
  const { items } = await ben!.listCells({ params: { id: caseId } });
  const cells = items.slice(0, 3).map((cell) => ({ id: cell.id, revision: cell.revision }));
  const action = { kind: 'reclassify', cells, bin: 'basophil' } as const;
  await ben!.createReview({ params: { id: caseId }, body: { action } });
  const { byPerson, disagreements } = await chief!.countLearnable({ body: { caseIds: [caseId] } });
  expect(byPerson.map(({ by, cells: count }) => [by.name, count])).toEqual([
    ['Ann Miller', 5],
    ['Ben Ito', 3],
  ]);
  expect(disagreements).toMatchObject([
    { first: { name: 'Ann Miller' }, second: { name: 'Ben Ito' }, before: 'monocyte', cells: 3 },
  ]);
  const refused = { status: 403, code: 'ROLE' };
  const params = { id: caseId };
  const body = { note: 'mine' };
  const accept = { modelId: 'mine', name: 'Mine', note: 'mine', isChosen: true };
  for (const client of [ann!, ben!]) {
    for (const ask of [
      () => client.countLearnable({ body: {} }),
      () => client.startLearning({ body: {} }),
      () => client.listLearnings(),
      () => client.getLearning({ params }),
      () => client.cancelLearning({ params }),
      () => client.discardLearning({ params, body }),
      () => client.acceptLearning({ params, body: accept }),
      () => client.chooseModel({ params: { id: 'blobs' }, body }),
    ]) {
      await expect(ask()).rejects.toMatchObject(refused);
    }
  }
});

test('a reviewer with a third of wrong labels is named and refused; without those labels it is offered', async () => {
  const [chief, ann, ben] = ['chief', 'ann', 'ben'].map((name) => ward.as(name));
  const long = [...row, ...row];
  const isWrong = (n: number) => [0, 3, 6].includes(n % 8);
  const rightly = ({ model }: Cell) =>
    model!.cellClass === 'lymphocyte' ? 'monocyte' : 'segmented-neutrophil';
  const other = { monocyte: 'segmented-neutrophil', 'segmented-neutrophil': 'monocyte' } as const;
  const caseIds: string[] = [];
  for (let i = 0; i < 4; i++) {
    caseIds.push(await correctedCase(ann!, `Right-${i}`, rightly, long));
  }
  for (let i = 0; i < 2; i++) {
    const named = (cell: Cell, n: number) => (isWrong(n) ? other[rightly(cell)] : rightly(cell));
    caseIds.push(await correctedCase(ben!, `Wrong-${i}`, named, long));
  }
  const { id } = await chief!.startLearning({ body: { caseIds } });
  const done = await over(chief!, id);
  expect(done).toMatchObject({ state: 'completed', isOffered: false });
  expect(done.result!.refusals.map(({ kind }) => kind)).toEqual(['suspicious-author']);
  const { byAuthor, suspicious } = done.result!.candidate!;
  expect(byAuthor.map(({ author }) => author)).toEqual(['Ben Ito', 'Ann Miller']);
  expect(new Set(suspicious.map(({ author }) => author))).toEqual(new Set(['Ben Ito']));
  const accept = { modelId: 'bad', name: 'Bad', note: 'Anyway', isChosen: true };
  const params = { id };
  await expect(chief!.acceptLearning({ params, body: accept })).rejects.toMatchObject({
    code: 'LEARNING_REFUSED',
    message: expect.stringContaining('labels of Ben Ito are contradicted'),
  });
  expect((await chief!.listModels()).items.map((model) => model.id)).toEqual(['blobs']);

  // Without the labels that are in doubt it is offered; nobody has to look at the pictures again.
  const leftOut = suspicious.map(({ cellId }) => cellId);
  const again = await chief!.startLearning({ body: { caseIds, leftOut } });
  const better = await over(chief!, again.id);
  expect(better).toMatchObject({ isOffered: true, result: { cells: 96 - leftOut.length } });
  const discard = { params: { id: again.id }, body: { note: 'A test' } };
  expect((await chief!.discardLearning(discard)).state).toBe('discarded');
  await expect(
    chief!.acceptLearning({ params: { id: again.id }, body: accept }),
  ).rejects.toMatchObject({ code: 'LEARNING_STATE' });
});
