import { decodeRgb } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { analysedCase, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close(), 60_000);

const crop = (id: string, query: string) =>
  server.app.inject({ url: `/api/cells/${id}/crop?${query}`, headers: { host: 'localhost' } });

test('a cell is cut out as a square picture, white beyond the border', async () => {
  const { cells } = await analysedCase(server, ['neutrophil'], 'Crop');
  const answer = await crop(cells[0]!.id, 'size=64&zoom=4');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': expect.stringContaining('immutable'),
  });
  const picture = await decodeRgb(new Uint8Array(answer.rawPayload));
  expect(picture).toMatchObject({ width: 64, height: 64 });
  const colourAt = (x: number, y: number) => [
    ...picture.data.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3),
  ];
  // The field is 60 x 60 around a cell of 25 pixels' width: 100 pixels are wanted.
  const wanted = { corner: [255, 255, 255], background: [230, 230, 230], cell: [150, 60, 200] };
  const found = { corner: colourAt(2, 2), background: colourAt(32, 18), cell: colourAt(32, 32) };
  for (const part of ['corner', 'background', 'cell'] as const) {
    for (const [i, value] of found[part].entries()) {
      expect(Math.abs(value - wanted[part][i]!)).toBeLessThan(20);
    }
  }
});

test('a field is read once for the pictures of all its cells', async () => {
  const blobs = Array.from({ length: 30 }, () => 'neutrophil' as const);
  const { cells } = await analysedCase(server, blobs, 'Crops');
  const read = vi.spyOn(server.context.store, 'read');
  expect(cells).toHaveLength(30);
  for (const size of [64, 96]) {
    const answers = await Promise.all(cells.map(({ id }) => crop(id, `size=${size}`)));
    expect(answers.map((answer) => answer.statusCode)).toEqual(cells.map(() => 200));
  }
  expect(read).toHaveBeenCalledTimes(1);
  read.mockRestore();
});
