import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient, uploadFile } from '@leukoscope/client';
import type { Cell } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli, temporaryFolder } from './run-cli.ts';

const folder = temporaryFolder();
const old = { ...process.env };
const stop = new AbortController();
let address = '';
let client: Client;
let served: Promise<unknown>;

const annotationsSchema = z.object({
  images: z.array(z.object({ id: z.int(), file_name: z.string(), patient: z.string() })),
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
  annotations: z.array(
    z.object({
      category_id: z.int(),
      author: z.string(),
      attributes: z.record(z.string(), z.string()),
    }),
  ),
});

const countsSchema = z.object({
  cases: z.int(),
  pictures: z.int(),
  confirmed: z.int(),
  changed: z.int(),
  added: z.int(),
  unused: z.int(),
});

beforeAll(async () => {
  mkdirSync(folder.at('web'));
  writeFileSync(folder.at('web', 'index.html'), '<!doctype html><title>Leukoscope</title>');
  process.env['LEUKOSCOPE_WEB'] = folder.at('web');
  process.env['LEUKOSCOPE_DEMO'] = '0';
  delete process.env['DATABASE_URL'];
  let seen = '';
  served = runCli(['serve', '--port', '0', '--data', folder.at('data'), '--no-open'], {
    signal: stop.signal,
    onWrite: (text) => {
      seen += text;
    },
  });
  address = await until(() => /ready on (http:\S+)/.exec(seen)?.[1]);
  client = createClient({ baseUrl: address });
});

afterAll(async () => {
  stop.abort();
  await served;
  process.env = old;
  folder.remove();
});

test('signed cases come back as a data set with authors and history', async () => {
  const none = await runCli(['dataset', 'fetch', address, '--out', folder.at('none')]);
  expect(none).toMatchObject({ code: 2 });
  expect(none.err).toContain('the server must hold a signed case');

  const id = await signDrawnField('S 1/7');
  const out = folder.at('fetched');
  const fetched = await runCli(['dataset', 'fetch', address, '--out', out, '--json']);
  expect(fetched.err).toBe('');
  const told = z.object({ cells: z.int(), corrected: z.int() }).parse(JSON.parse(fetched.out));
  expect(fetched).toMatchObject({ code: 0 });
  expect(told.corrected).toBe(1);

  const text = readFileSync(folder.at('fetched', 'annotations.json'), 'utf8');
  const { images, annotations, categories } = annotationsSchema.parse(JSON.parse(text));
  expect(images).toEqual([{ id: 1, file_name: 'images/S-1-7/001.png', patient: 'patient 1' }]);
  // The patient's reference stays where it is.
  expect(text).not.toContain('Mrs Example');
  expect(readFileSync(folder.at('fetched', images[0]!.file_name))).toEqual(drawnField());
  expect(annotations).toHaveLength(told.cells);
  const corrected = annotations.filter(({ attributes }) => attributes['is_corrected'] === 'true');
  const { category_id, attributes } = corrected[0]!;
  expect(categories.find((category) => category.id === category_id)!.name).toBe('basophil');
  const [{ id: cellId } = { id: '' }] = (
    await client.listCells({ params: { id }, query: { bin: 'basophil' } })
  ).items;
  expect(attributes).toMatchObject({ cell_id: cellId, origin: 'model' });
  expect(attributes['model_type']).not.toBe('basophil');
  const events = z
    .array(z.record(z.string(), z.string()))
    .parse(JSON.parse(attributes['history']!));
  expect(events.filter(({ action }) => action === 'cells.reclassified')).toMatchObject([
    { from: attributes['model_type'], to: 'neutrophil' },
    { from: 'neutrophil', to: 'basophil' },
  ]);

  const stats = await runCli(['dataset', 'stats', out, '--json']);
  expect(stats).toMatchObject({ code: 0 });
  const converted = await runCli([
    'dataset',
    'convert',
    out,
    '--to',
    'coco',
    '--out',
    folder.at('again'),
  ]);
  expect(converted).toMatchObject({ code: 0 });
  const again = annotationsSchema.parse(
    JSON.parse(readFileSync(folder.at('again', 'annotations.json'), 'utf8')),
  );
  expect(again.annotations.map((own) => [own.author, own.attributes])).toEqual(
    annotations.map((own) => [own.author, own.attributes]),
  );
});

test('what was fetched goes back into a server as a case with its types', async () => {
  const fetched = folder.at('fetched');
  const send = ['dataset', 'send', fetched, address, '--prefix', 'back ', '--json'];
  const sent = await runCli(send);
  expect(sent.err).toBe('');
  const told = countsSchema.parse(JSON.parse(sent.out));
  expect(told).toMatchObject({ cases: 1, pictures: 1, unused: 0 });
  const [original] = (await client.listCases({ query: { search: 'S 1/7', state: 'signed' } }))
    .items;
  const [own] = (await client.listCases({ query: { search: 'back' } })).items;
  expect(own).toMatchObject({ number: 'back S 1/7', state: 'open', patientReference: 'patient 1' });
  const binsOf = async (id: string) =>
    (await client.listCells({ params: { id } })).items
      .filter(({ seen }) => seen !== null)
      .map(({ bin, box }) => ({ bin, box }));
  const before = await binsOf(original!.id);
  expect(before.filter(({ bin }) => bin === 'basophil')).toHaveLength(1);
  expect(await binsOf(own!.id)).toEqual(before);
  expect(told.confirmed + told.changed).toBe(before.length);

  // Once more: nothing is sent or decided twice.
  const again = countsSchema.parse(JSON.parse((await runCli(send)).out));
  expect(again).toMatchObject({ pictures: 0, confirmed: 0, changed: 0, added: 0 });

  // The number of the signed case, whose picture has another name.
  const taken = await runCli(['dataset', 'send', fetched, address]);
  expect(taken).toMatchObject({ code: 2 });
  expect(taken.err).toContain('hold pictures of this data set only');
});

test('a picture that the server refuses is told, and the others go on', async () => {
  const twice = folder.at('twice');
  cpSync(folder.at('fetched'), twice, { recursive: true });
  const file = path.join(twice, 'annotations.json');
  const coco = JSON.parse(readFileSync(file, 'utf8'));
  const [image] = coco.images;
  const copy = image.file_name.replace('001', '000');
  cpSync(path.join(twice, image.file_name), path.join(twice, copy));
  coco.images.unshift({ ...image, id: 2, file_name: copy });
  writeFileSync(file, JSON.stringify(coco));
  const send = ['dataset', 'send', twice, address, '--prefix', 'twice ', '--json'];
  const sent = await runCli(send);
  expect(sent).toMatchObject({ code: 2 });
  const { failed, pictures } = JSON.parse(sent.out);
  expect(pictures).toBe(1);
  expect(failed).toMatchObject([{ file: image.file_name }]);
  expect(failed[0].reason).toContain('must be new to the case');
});

test('says what is wrong with an address, a key or a number, and leaves nothing behind', async () => {
  const fetchFrom = (server: string, ...more: string[]) =>
    runCli(['dataset', 'fetch', server, '--out', folder.at('wrong'), ...more]);
  expect((await fetchFrom('localhost:1')).err).toContain('SERVER must be an address');
  expect((await fetchFrom('http://127.0.0.1:1')).err).toContain('a Leukoscope server must answer');
  expect((await fetchFrom(address, '--case', 'nothing')).err).toContain('number nothing');
  expect((await fetchFrom(address, '--key-file', folder.at('missing'))).err).toContain(
    'must exist',
  );
  writeFileSync(folder.at('key'), 'lk_wrong\n');
  const refused = await fetchFrom(address, '--key-file', folder.at('key'));
  expect(refused.err).toContain('It answered 401');
  expect(refused.err).toContain('--key-file FILE');
  expect(readdirSync(folder.at('.')).filter((name) => /wrong|partial/.test(name))).toEqual([]);
});

function drawnField(): Buffer {
  const [name] = readdirSync(folder.at('drawn', 'images'));
  return readFileSync(folder.at('drawn', 'images', name!));
}

/** A drawn field, one cell of it moved twice, all seen, signed. */
async function signDrawnField(number: string): Promise<string> {
  const cells = ['--cells', 'lymphocyte*2,monocyte', '--size', '320x256', '--count', '1'];
  await runCli(['dataset', 'synthesise', ...cells, '--out', folder.at('drawn')]);
  const { id } = await client.createCase({ body: { number, patientReference: 'Mrs Example' } });
  const data = new globalThis.Blob([new Uint8Array(drawnField())]);
  await uploadFile(client, id, { name: 'field.png', data });
  await until(async () => {
    const { items } = await client.listFields({ params: { id } });
    return items[0]?.state === 'analysed' ? true : undefined;
  });
  const list = async () => (await client.listCells({ params: { id } })).items;
  const move = async (bin: 'neutrophil' | 'basophil', cell: Cell) => {
    const action = { kind: 'reclassify' as const, cells: [cell], bin };
    const { cells: moved } = await client.createReview({ params: { id }, body: { action } });
    return moved[0]!;
  };
  const [first] = (await list()).filter(({ bin }) => bin !== 'erythrocyte' && bin !== 'platelet');
  await move('basophil', await move('neutrophil', first!));
  const undecided = (await list()).filter(({ bin }) => bin === 'unidentified');
  for (const cell of undecided) await move('neutrophil', cell);
  const unseen = (await list()).filter(({ seen }) => seen === null);
  await client.createReview({ params: { id }, body: { action: { kind: 'see', cells: unseen } } });
  const { sha256 } = await client.getSigning({ params: { id } });
  const body = { sha256, meaning: 'approved' as const, acceptsFewer: true };
  await client.signCase({ params: { id }, body });
  return id;
}

async function until<T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 1000; i++) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come');
}
