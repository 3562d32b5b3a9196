import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fullTileLevel, sizeAtLevel, tileCounts } from '@leukoscope/contract';
import { createRgbRaster } from '@leukoscope/core';
import { decodeRgb, encodePng } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTileCache } from '../src/images/tile-cache.ts';
import { writeTilePyramid } from '../src/images/tile-pyramid.ts';
import { startTestServer, type TestServer, upload } from './test-server.ts';

const host = { host: 'localhost' };
const size = { width: 1100, height: 600 };
let server: TestServer;
let id: string;

beforeAll(async () => {
  server = await startTestServer({ work: { workers: 0 } });
  const made = await server.client.createCase({ body: { number: 'T-1' } });
  id = (await upload(server.client, made.id, await picture(0))).id;
}, 60_000);

afterAll(() => server.close(), 60_000);

/** Left half red, right half blue; `salt` makes it another file. */
function picture(salt: number): Promise<Uint8Array> {
  const raster = createRgbRaster(size);
  for (let i = 0; i < size.width * size.height; i++) {
    raster.data.set(i % size.width < size.width / 2 ? [220, 30, 30] : [30, 30, 220], i * 3);
  }
  raster.data[raster.data.length - 1] = salt;
  return encodePng(raster);
}

async function tile(level: number, x: number, y: number, headers: Record<string, string> = {}) {
  return server.app.inject({
    url: `/api/fields/${id}/tiles/${level}/${x}/${y}`,
    headers: { ...host, ...headers },
  });
}

test('tiles of a level put together are the image at that size', async () => {
  for (const level of [11, 10, 9, 0]) {
    const { width, height } = sizeAtLevel(size, level);
    const { columns, rows } = tileCounts(size, level);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const answer = await tile(level, x, y);
        expect(answer.statusCode).toBe(200);
        const raster = await decodeRgb(new Uint8Array(answer.rawPayload));
        expect(raster).toMatchObject({
          width: Math.min(512, width - x * 512),
          height: Math.min(512, height - y * 512),
        });
        // Colours in the tile's corner, away from the seam in the middle.
        const isLeft = x * 512 < width / 2 - 8;
        if (level > 0) {
          const colour = [...raster.data.subarray(0, 3)];
          const wanted = isLeft ? [220, 30, 30] : [30, 30, 220];
          for (const [i, value] of colour.entries()) {
            expect(Math.abs(value - wanted[i]!)).toBeLessThan(level === 11 ? 12 : 20);
          }
        }
      }
    }
  }
});

test('no browser keeps a tile: it is a part of a patient’s picture', async () => {
  const { headers } = await tile(11, 1, 0);
  expect(headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'no-store' });
  expect(headers['etag']).toBeUndefined();
});

test('addresses outside of the image are answered with 404', async () => {
  for (const [level, x, y] of [
    [12, 0, 0],
    [11, 3, 0],
    [11, 0, 2],
    [10, 2, 0],
    [0, 1, 0],
  ] as const) {
    const answer = await tile(level, x, y);
    expect([level, x, y, answer.json().error?.code]).toEqual([level, x, y, 'TILE_MISSING']);
    expect(answer.statusCode).toBe(404);
  }
  const strange = await server.app.inject({
    url: `/api/fields/${id}/tiles/11/-1/0`,
    headers: host,
  });
  expect(strange.statusCode).toBe(400);
});

test('a pyramid that is damaged or gone is made again', async () => {
  const folder = path.join(server.settings.dataFolder, 'cache', 'tiles');
  const [name] = readdirSync(folder);
  for (const harm of [(f: string) => truncateSync(f, 500), (f: string) => rmSync(f)]) {
    const file = path.join(folder, name!);
    harm(file);
    const cache = openTileCache({
      folder,
      make: async (sha256, target) =>
        writeTilePyramid({
          image: await server.context.store.read(sha256),
          file: target,
          maxPixels: 1e7,
        }),
    });
    const bytes = await cache.read(name!.replace('.tiles', ''), fullTileLevel(size), 0, 0);
    expect((await decodeRgb(bytes)).width).toBe(512);
    expect(existsSync(file)).toBe(true);
    await cache.close();
  }
});

test('the cache keeps within its bound and drops what was used longest ago', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-tiles-'));
  const names = ['a', 'b', 'c', 'd'].map((sign) => sign.repeat(64));
  let made = 0;
  const make = async (sha256: string, file: string) => {
    made++;
    const image = await picture(names.indexOf(sha256));
    await writeTilePyramid({ image, file, maxPixels: 1e7 });
  };
  try {
    const probe = openTileCache({ folder, make });
    await probe.read(names[0]!, 0, 0, 0);
    await probe.close();
    const one = statSync(path.join(folder, `${names[0]}.tiles`)).size;
    const cache = openTileCache({ folder, make, limitBytes: 2.5 * one });
    for (const name of names) {
      // Twenty requests at once make one pyramid.
      await Promise.all(Array.from({ length: 20 }, () => cache.read(name, 11, 0, 0)));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(made).toBe(4);
    expect(readdirSync(folder).sort()).toEqual([`${names[2]}.tiles`, `${names[3]}.tiles`]);
    // Read on from a pyramid whose file is gone: it is still open.
    expect((await cache.read(names[0]!, 11, 0, 0)).length).toBeGreaterThan(0);
    await cache.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
