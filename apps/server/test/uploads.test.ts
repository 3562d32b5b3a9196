import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { createRgbRaster } from '@leukoscope/core';
import { encodeJpeg, encodeTiff, encodeWebp } from '@leukoscope/image';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../src/canonical-json.ts';
import { blobImage, startTestServer, type TestServer, upload } from './test-server.ts';

let server: TestServer;
let id: string;

beforeAll(async () => {
  server = await startTestServer({
    limits: { pixels: 100_000, uploadBytes: 1_000_000, chunkBytes: 500_000 },
    work: { workers: 0 },
  });
  id = (await server.client.createCase({ body: { number: 'U' } })).id;
}, 60_000);

afterAll(() => server.close(), 60_000);

const begin = async (sizeBytes: number, fileName = 'a.png', sha256?: string) =>
  (
    await server.client.createUpload({
      params: { id },
      body: { fileName, sizeBytes, ...(sha256 === undefined ? {} : { sha256 }) },
    })
  ).id;

const picture = () => {
  const raster = createRgbRaster({ width: 40, height: 30 });
  raster.data.fill(200);
  return raster;
};

describe('an upload', () => {
  test('goes on where it stopped, also when a power cut left bytes that were never acknowledged', async () => {
    const { client } = server;
    const bytes = await blobImage(['neutrophil'], 1);
    const params = { id: await begin(bytes.length, 'x.png', sha256Hex(bytes)) };
    const half = Math.floor(bytes.length / 2);
    expect(
      await client.sendChunk({ params, query: { offset: 0 }, body: bytes.subarray(0, half) }),
    ).toMatchObject({ offset: half });
    await expect(
      client.sendChunk({ params, query: { offset: 0 }, body: bytes }),
    ).rejects.toMatchObject({ code: 'UPLOAD_OFFSET', body: { details: { offset: half } } });
    await expect(client.finishUpload({ params })).rejects.toMatchObject({
      status: 409,
      code: 'UPLOAD_UNFINISHED',
    });
    appendFileSync(path.join(server.context.uploadsFolder, `${params.id}.part`), Buffer.alloc(99));
    await client.sendChunk({ params, query: { offset: half }, body: bytes.subarray(half) });
    const field = await client.finishUpload({ params });
    expect(field).toMatchObject({ sha256: sha256Hex(bytes), state: 'queued', fileName: 'x.png' });
    expect(await client.finishUpload({ params })).toEqual(field);
    expect(readdirSync(server.context.uploadsFolder)).not.toContain(`${params.id}.part`);
    const original = await server.app.inject({
      url: `/api/fields/${field.id}/image?form=original`,
      headers: { host: 'localhost' },
    });
    expect(new Uint8Array(original.rawPayload)).toEqual(new Uint8Array(bytes));
    expect(original.headers['content-disposition']).toBe("attachment; filename*=UTF-8''x.png");
  });

  test('of the same file twice in a case is refused', async () => {
    const bytes = await blobImage(['neutrophil'], 2);
    const first = await upload(server.client, id, bytes);
    await expect(upload(server.client, id, bytes)).rejects.toMatchObject({
      status: 409,
      code: 'FIELD_TWICE',
      body: { details: { fieldId: first.id } },
    });
    const { revision } = await server.client.getField({ params: { id: first.id } });
    await server.client.removeField({ params: { id: first.id }, body: { revision } });
    expect((await upload(server.client, id, bytes)).id).not.toBe(first.id);
  });

  test('whose bytes differ from the announced hash is refused', async () => {
    const bytes = await blobImage(['neutrophil'], 3);
    const params = { id: await begin(bytes.length, 'a.png', '0'.repeat(64)) };
    await server.client.sendChunk({ params, query: { offset: 0 }, body: bytes });
    await expect(server.client.finishUpload({ params })).rejects.toMatchObject({
      status: 422,
      code: 'UPLOAD_HASH',
    });
    // It would be refused for ever: nothing of it stays.
    await expect(server.client.getUpload({ params })).rejects.toMatchObject({ status: 404 });
    expect(readdirSync(server.context.uploadsFolder)).not.toContain(`${params.id}.part`);
  });

  test('can be given up, and is then gone', async () => {
    const params = { id: await begin(10) };
    await server.client.sendChunk({ params, query: { offset: 0 }, body: new Uint8Array(5) });
    await server.client.cancelUpload({ params });
    await expect(server.client.getUpload({ params })).rejects.toMatchObject({ status: 404 });
  });

  test('is limited in bytes as announced, as sent, and per chunk', async () => {
    await expect(begin(1_000_001)).rejects.toMatchObject({ status: 413, code: 'UPLOAD_TOO_LARGE' });
    const params = { id: await begin(10) };
    await expect(
      server.client.sendChunk({ params, query: { offset: 0 }, body: new Uint8Array(11) }),
    ).rejects.toMatchObject({ status: 413, code: 'UPLOAD_TOO_LONG' });
    await expect(
      server.client.sendChunk({ params, query: { offset: 0 }, body: new Uint8Array(500_001) }),
    ).rejects.toMatchObject({ status: 413 });
  });

  test('keeps the last part of its name only', async () => {
    const names = ['../../etc/passwd', '..\\..\\x.png', 'a/..', 'tab\u0007ü.png'];
    const kept = [];
    for (const fileName of names) {
      const { fileName: name } = await server.client.createUpload({
        params: { id },
        body: { fileName, sizeBytes: 1 },
      });
      kept.push(name);
    }
    expect(kept).toEqual(['passwd', 'x.png', 'image', 'tabü.png']);
  });
});

describe('an image', () => {
  test('of any kind becomes a field; browsers get a form that they show', async () => {
    const kinds = [
      ['image/jpeg', await encodeJpeg(picture()), 'image/jpeg'],
      ['image/webp', await encodeWebp(picture()), 'image/webp'],
      ['image/tiff', await encodeTiff(picture()), 'image/png'],
    ] as const;
    for (const [mediaType, bytes, shown] of kinds) {
      const field = await upload(server.client, id, bytes);
      expect(field).toMatchObject({ mediaType, width: 40, height: 30 });
      for (const [form, type] of [
        ['display', shown],
        ['thumbnail', 'image/webp'],
      ] as const) {
        const answer = await server.app.inject({
          url: `/api/fields/${field.id}/image?form=${form}`,
          headers: { host: 'localhost' },
        });
        expect(answer.headers['content-type']).toBe(type);
        expect(answer.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        expect(answer.headers['cache-control']).toBe('no-store');
      }
    }
  });

  test('that is something else, damaged, huge or two things at once is refused with its reason', async () => {
    const good = Buffer.from(await blobImage(['neutrophil'], 4));
    const jpeg = Buffer.from(await encodeJpeg(picture()));
    const [webp, tiff] = [await encodeWebp(picture()), await encodeTiff(picture())];
    const sound = [good, jpeg, webp, tiff, smallBmp()];
    const zip = Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)]);
    const hostile: [string, Uint8Array, string][] = [
      ['svg as png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'IMAGE_'],
      ['html', Buffer.from('<html><script>alert(1)</script>'), 'IMAGE_'],
      ['zip', zip, 'IMAGE_'],
      ['gif', Buffer.from('GIF89a\u0001\0\u0001\0\0\0\0;', 'latin1'), 'IMAGE_UNSUPPORTED'],
      ...['png', 'jpeg', 'webp', 'tiff', 'bmp'].map((kind, i): [string, Uint8Array, string] => [
        `bytes behind a ${kind}`,
        Buffer.concat([sound[i]!, Buffer.from('more')]),
        'IMAGE_POLYGLOT',
      ]),
      ['zip behind a jpeg', Buffer.concat([jpeg, zip]), 'IMAGE_POLYGLOT'],
      ['page in a jpeg comment', withComment(jpeg, '<script>alert(1)</script>'), 'IMAGE_POLYGLOT'],
      ['truncated', good.subarray(0, good.length - 40), 'IMAGE_'],
      ['giant header', giantPng(60_000), 'IMAGE_TOO_LARGE'],
      ['bomb', giantPng(3000), 'IMAGE_TOO_LARGE'],
      ['54 bytes that claim 20000 x 20000', giantBmp(), 'IMAGE_'],
      ['one byte', Buffer.from([0]), 'IMAGE_'],
    ];
    const before = (await server.client.listFields({ params: { id } })).items.length;
    const partsBefore = readdirSync(server.context.uploadsFolder);
    for (const [what, bytes, code] of hostile) {
      const refused = upload(server.client, id, bytes, `${what}.png`);
      await expect(refused, what).rejects.toMatchObject({
        status: 422,
        code: expect.stringContaining(code),
      });
    }
    expect(readdirSync(server.context.uploadsFolder)).toEqual(partsBefore);
    expect((await server.client.listFields({ params: { id } })).items).toHaveLength(before);
    // Devices pad: zeros are nothing, and the picture stays what it is.
    const padded = Buffer.concat([smallBmp(), Buffer.alloc(2)]);
    expect(await upload(server.client, id, padded, 'p.bmp')).toMatchObject({ width: 20 });
    const huge = upload(server.client, id, giantPng(60_000), 'huge.png');
    await expect(huge).rejects.toThrow(/LEUKOSCOPE_MAX_MEGAPIXELS raised\.$/);
    const { id: uploadId } = await server.client.createUpload({
      params: { id },
      body: { fileName: 'none.png', sizeBytes: 3 },
    });
    const nothing = server.client.sendChunk({
      params: { id: uploadId },
      query: { offset: 0 },
      body: new Uint8Array(),
    });
    await expect(nothing).rejects.toThrow(/Received none\. Send the bytes/);
  });

  test('with a flipped byte on disk is never shown', async () => {
    const field = await upload(server.client, id, await blobImage(['lymphocyte'], 5));
    const file = path.join(
      server.settings.dataFolder,
      'files',
      field.sha256.slice(0, 2),
      field.sha256,
    );
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    const answer = await server.app.inject({
      url: `/api/fields/${field.id}/image`,
      headers: { host: 'localhost' },
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().error.code).toBe('STORE_DAMAGED');
  });
});

function withComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.alloc(4 + text.length);
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(2 + text.length, 2);
  comment.write(text, 4, 'latin1');
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
}

function giantPng(side: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(1000));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const giantBmp = (): Buffer => bmpOf(20_000, 54);
const smallBmp = (): Buffer => bmpOf(20, 54 + 20 * 60);

function bmpOf(side: number, fileBytes: number): Buffer {
  const bytes = Buffer.alloc(fileBytes);
  bytes.write('BM');
  bytes.writeUInt32LE(54, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(side, 18);
  bytes.writeInt32LE(side, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}
