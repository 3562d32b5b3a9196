import { decodeRgb } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Blob, blobImage, startTestServer, type TestServer, upload } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  // Cells are added by hand: nothing here needs a model.
  server = await startTestServer({ work: { workers: 0 } });
}, 240_000);

afterAll(() => server.close(), 60_000);

/** Make a field of blobs with a cell around each. */
async function drawnCells(blobs: readonly Blob[], number: string) {
  const { client } = server;
  const made = await client.createCase({ body: { number } });
  const field = await upload(client, made.id, await blobImage(blobs));
  const ids: string[] = [];
  for (const i of blobs.keys()) {
    const box = { x1: 18 + 40 * i, y1: 18, x2: 43 + 40 * i, y2: 43 };
    const bin = 'segmented-neutrophil';
    const action = { kind: 'add', fieldId: field.id, box, mask: null, bin } as const;
    const { cells } = await client.createReview({ params: { id: made.id }, body: { action } });
    ids.push(cells[0]!.id);
  }
  return { field, ids };
}

const crop = (id: string, query: string) =>
  server.app.inject({ url: `/api/cells/${id}/crop?${query}`, headers: { host: 'localhost' } });

test('a cell is cut out as a square picture, neutral grey beyond the border', async () => {
  const { ids } = await drawnCells(['neutrophil'], 'Crop');
  const answer = await crop(ids[0]!, 'size=64&zoom=4');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'no-store',
  });
  const picture = await decodeRgb(new Uint8Array(answer.rawPayload));
  expect(picture).toMatchObject({ width: 64, height: 64 });
  const colourAt = (x: number, y: number) => [
    ...picture.data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3),
  ];
  // The field is 60 x 60 around a cell of 25 pixels' width: 100 pixels are wanted.
  const wanted = { corner: [150, 150, 150], background: [230, 230, 230], cell: [150, 60, 200] };
  const found = { corner: colourAt(2, 2), background: colourAt(32, 18), cell: colourAt(32, 32) };
  for (const part of ['corner', 'background', 'cell'] as const) {
    for (const [i, value] of found[part].entries()) {
      expect(Math.abs(value - wanted[part][i]!)).toBeLessThan(20);
    }
  }
});

test('cells of one region are as large in their pictures as in their field', async () => {
  const { ids } = await drawnCells(['neutrophil'], 'Region');
  const answer = await crop(ids[0]!, 'size=64&region=64&zoom=4');
  const picture = await decodeRgb(new Uint8Array(answer.rawPayload));
  const rowOfCell = Array.from({ length: 64 }, (_, x) => picture.data[(32 * 64 + x) * 3 + 1]!);
  // A disc of radius 12 at the scale of the image: 25 pixels wide, whatever the zoom says.
  const width = rowOfCell.filter((green) => green < 110).length;
  expect(Math.abs(width - 25)).toBeLessThanOrEqual(3);
  expect((await crop(ids[0]!, 'size=64&region=4')).statusCode).toBe(400);
});

test('a field is read once for the pictures of all its cells', async () => {
  const blobs = Array.from({ length: 30 }, () => 'neutrophil' as const);
  const { ids } = await drawnCells(blobs, 'Crops');
  const read = vi.spyOn(server.context.store, 'read');
  for (const size of [64, 96]) {
    const answers = await Promise.all(ids.map((id) => crop(id, `size=${size}`)));
    expect(answers.map((answer) => answer.statusCode)).toEqual(ids.map(() => 200));
  }
  expect(read).toHaveBeenCalledTimes(1);
  read.mockRestore();
});

test('a cell that is unknown, or of a field that was removed, has no picture', async () => {
  const { field, ids } = await drawnCells(['neutrophil'], 'Gone');
  const unknown = await crop('00000000-0000-7000-8000-000000000000', 'size=64');
  expect([unknown.statusCode, unknown.json().error.message]).toEqual([
    404,
    expect.stringContaining('cell'),
  ]);
  const { revision } = await server.client.getField({ params: { id: field.id } });
  await server.client.removeField({ params: { id: field.id }, body: { revision } });
  expect((await crop(ids[0]!, 'size=64')).statusCode).toBe(404);
});
