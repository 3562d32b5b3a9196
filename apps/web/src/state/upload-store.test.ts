import { ApiError, type Client, createClient, uploadFile } from '@leukoscope/client';
import { expect, test } from 'vitest';
import { openUploadMemory, type UploadStorage } from './upload-memory.ts';
import { createUploadStore, summaryOf, type UploadStore } from './upload-store.ts';

const at = '2026-01-01T00:00:00.000Z';
const target = { caseId: idOf(900), caseNumber: 'S-1' };

function idOf(n: number): string {
  return `0190a5d0-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

function memoryStorage(): UploadStorage & { texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  };
}

/** A server that keeps bytes; `onChunk` may hold or refuse a chunk, `onFinish` refuse a file. */
function fakeServer(
  hooks: {
    onChunk?: (fileName: string, offset: number) => Promise<void> | void;
    onFinish?: (fileName: string) => void;
  } = {},
) {
  const kept = new Map<string, { name: string; size: number; bytes: number; sha256?: string }>();
  const received: string[] = [];
  /** Requests about uploads that are not there. */
  const gone: string[] = [];
  let count = 0;
  const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
  const error = (code: string, status: number) =>
    answer({ error: { code, message: code, status, requestId: 'r' } }, status);
  const uploadOf = (id: string) => {
    const { name, size, bytes } = kept.get(id)!;
    return {
      id,
      caseId: target.caseId,
      fileName: name,
      sizeBytes: size,
      offset: bytes,
      fieldId: null,
      createdAt: at,
    };
  };
  const fetch = async (url: unknown, init?: RequestInit): Promise<Response> => {
    const address = new URL(String(url), 'http://x');
    const method = init?.method;
    init?.signal?.throwIfAborted();
    if (method === 'POST' && address.pathname.endsWith('/uploads')) {
      const body = JSON.parse(String(init?.body));
      const id = idOf(++count);
      kept.set(id, { name: body.fileName, size: body.sizeBytes, bytes: 0, sha256: body.sha256 });
      return answer(uploadOf(id), 201);
    }
    const id = address.pathname.split('/')[3]!;
    const upload = kept.get(id);
    if (upload === undefined) {
      gone.push(`${method} ${id}`);
      return error('UPLOAD_MISSING', 404);
    }
    if (method === 'DELETE') {
      kept.delete(id);
      return new Response(null, { status: 204 });
    }
    if (method === 'PUT') {
      const offset = Number(address.searchParams.get('offset'));
      await hooks.onChunk?.(upload.name, offset);
      init?.signal?.throwIfAborted();
      received.push(`${upload.name}@${offset}`);
      if (!(init?.body instanceof Uint8Array)) throw new Error('a chunk must be bytes.');
      upload.bytes = offset + init.body.length;
    }
    if (address.pathname.endsWith('/finish')) {
      try {
        hooks.onFinish?.(upload.name);
      } catch (fault) {
        if (!(fault instanceof ApiError)) throw fault;
        // As the server does: a file that is refused for itself ends its upload.
        if (fault.code === 'FIELD_TWICE') kept.delete(id);
        return error(fault.code, fault.status);
      }
      return answer(fieldOf(id, upload), 201);
    }
    return answer(uploadOf(id));
  };
  return { client: createClient({ fetch }), kept, received, gone };
}

function fieldOf(id: string, upload: { name: string; size: number }) {
  return {
    id,
    caseId: target.caseId,
    position: 1,
    fileName: upload.name,
    sha256: '0'.repeat(64),
    mediaType: 'image/png',
    sizeBytes: upload.size,
    width: 1,
    height: 1,
    pixelSizeUm: null,
    revision: 0,
    state: 'queued',
    failure: null,
    analysis: null,
    flags: [],
    cells: 0,
    createdAt: at,
  };
}

function makeStore(client: Client, storage: UploadStorage, parallel = 2): UploadStore {
  let key = 0;
  return createUploadStore({
    api: client,
    send: (caseId, file, options) =>
      uploadFile(client, caseId, file, { chunkBytes: 4, waitMs: 1, tries: 2, ...options }),
    memory: openUploadMemory(storage),
    hash: async () => 'a'.repeat(64),
    newKey: () => String(++key),
    parallel,
  });
}

function fileOf(name: string, bytes = 10): File {
  return new File([new Uint8Array(bytes)], name, { lastModified: 1 });
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await new Promise((go) => setTimeout(go, 1));
  expect(condition()).toBe(true);
}

const states = (store: UploadStore) => store.get().map((item) => item.state);

test('sends every file, announcing its hash, and forgets it when it has become a field', async () => {
  const { client, kept } = fakeServer();
  const storage = memoryStorage();
  const store = makeStore(client, storage);
  store.add(target, [fileOf('a.png'), fileOf('b.png'), fileOf('c.png')]);
  await until(() => states(store).every((state) => state === 'done'));
  expect([...kept.values()].map(({ name, bytes, sha256 }) => [name, bytes, sha256])).toEqual(
    ['a.png', 'b.png', 'c.png'].map((name) => [name, 10, 'a'.repeat(64)]),
  );
  expect(storage.texts.size).toBe(0);
  expect(summaryOf(store.get())).toEqual({
    files: 3,
    done: 3,
    failed: 0,
    isRunning: false,
    share: 1,
  });
});

test('sends no more files at the same time than it is told', async () => {
  let running = 0;
  let most = 0;
  const { client } = fakeServer({
    async onChunk() {
      most = Math.max(most, ++running);
      await new Promise((go) => setTimeout(go, 3));
      running--;
    },
  });
  const store = makeStore(client, memoryStorage(), 2);
  store.add(
    target,
    ['a', 'b', 'c', 'd', 'e'].map((name) => fileOf(`${name}.png`)),
  );
  await until(() => states(store).every((state) => state === 'done'));
  expect(most).toBe(2);
});

test('says for each file why it was refused, and goes on with the others', async () => {
  const { client, kept, gone } = fakeServer({
    onFinish(name) {
      if (name === 'twice.png') throw new ApiError('FIELD_TWICE', 'FIELD_TWICE', { status: 409 });
      if (name === 'late.png') throw new ApiError('CASE_SIGNED', 'CASE_SIGNED', { status: 409 });
    },
  });
  const storage = memoryStorage();
  const store = makeStore(client, storage);
  const names = ['twice.png', 'late.png', 'good.png'];
  store.add(target, [
    fileOf('twice.png'),
    fileOf('empty.png', 0),
    ...names.slice(1).map((name) => fileOf(name)),
  ]);
  await until(() => states(store).join() === 'refused,refused,refused,done');
  expect(store.get()[0]?.message).toBe('FIELD_TWICE');
  expect(store.get()[1]?.message).toContain('Received an empty file');
  // What the server has not ended itself is given up there too, and nothing is taken up again.
  expect([...kept.values()].map(({ name }) => name)).toEqual(['good.png']);
  expect(gone).toEqual([]);
  expect(storage.texts.size).toBe(0);
});

test('pauses in the middle of a file and goes on from the byte that is safe', async () => {
  let hasPaused = false;
  const { client, received } = fakeServer({
    onChunk(_, offset) {
      if (offset !== 4 || hasPaused) return;
      hasPaused = true;
      store.pause();
    },
  });
  const store: UploadStore = makeStore(client, memoryStorage());
  store.add(target, [fileOf('a.png')]);
  await until(() => states(store).join() === 'paused');
  expect(received).toEqual(['a.png@0']);
  store.resume();
  await until(() => states(store).join() === 'done');
  expect(received).toEqual(['a.png@0', 'a.png@4', 'a.png@8']);
});

test('goes on after a reload with the same file of the same case, and says where', async () => {
  let isDown = false;
  const { client, received } = fakeServer({
    onChunk(_, offset) {
      if (offset === 8 && !isDown) {
        isDown = true;
        return new Promise(() => {});
      }
    },
  });
  const storage = memoryStorage();
  makeStore(client, storage).add(target, [fileOf('a.png')]);
  await until(() => isDown);
  // The page is gone; a new one knows only what the storage kept.
  expect(openUploadMemory(storage).all()).toEqual([
    { uploadId: idOf(1), caseId: target.caseId, caseNumber: 'S-1', fileName: 'a.png' },
  ]);
  const store = makeStore(client, storage);
  store.add(target, [fileOf('a.png')]);
  await until(() => states(store).join() === 'done');
  expect(store.get()[0]?.resumedAt).toBe(8);
  expect(received).toEqual(['a.png@0', 'a.png@4', 'a.png@8']);
});

test('starts again when the server has forgotten the upload', async () => {
  const { client, kept } = fakeServer();
  const storage = memoryStorage();
  openUploadMemory(storage).keep(fileOf('a.png'), {
    uploadId: idOf(77),
    caseId: target.caseId,
    caseNumber: 'S-1',
    fileName: 'a.png',
  });
  const store = makeStore(client, storage);
  store.add(target, [fileOf('a.png')]);
  await until(() => states(store).join() === 'done');
  expect(store.get()[0]?.resumedAt).toBe(0);
  expect(kept.size).toBe(1);
});

test('keeps a file whose connection broke, and sends it when the server is back', async () => {
  let isBroken = true;
  const { client } = fakeServer({
    onChunk() {
      if (isBroken) throw new TypeError('fetch failed');
    },
  });
  const store = makeStore(client, memoryStorage());
  store.add(target, [fileOf('a.png')]);
  await until(() => states(store).join() === 'broken');
  expect(store.get()[0]?.message).toBe('fetch failed');
  isBroken = false;
  store.retryBroken();
  await until(() => states(store).join() === 'done');
});

test('gives a file up on the server too', async () => {
  const { client, kept } = fakeServer({ onChunk: () => new Promise(() => {}) });
  const storage = memoryStorage();
  const store = makeStore(client, storage);
  store.add(target, [fileOf('a.png')]);
  await until(() => kept.size === 1 && storage.texts.size === 1);
  await store.cancel('1');
  expect(store.get()).toEqual([]);
  expect(kept.size).toBe(0);
  expect(storage.texts.size).toBe(0);
});

test('files become fields in the order in which they were dropped, though later ones arrive first', async () => {
  const finished: string[] = [];
  const slow = Promise.withResolvers<void>();
  const { client, received } = fakeServer({
    onChunk: (name) => (name === 'a.png' ? slow.promise : undefined),
    onFinish: (name) => void finished.push(name),
  });
  const store = makeStore(client, memoryStorage());
  store.add(target, [fileOf('a.png'), fileOf('b.png'), fileOf('c.png')]);
  // A file that waits for one before it leaves its place to the next.
  await until(() => received.includes('b.png@8') && received.includes('c.png@8'));
  // Another case waits for nothing of this one.
  store.add({ ...target, caseId: idOf(901) }, [fileOf('other.png')]);
  await until(() => finished.length > 0);
  expect(finished).toEqual(['other.png']);
  slow.resolve();
  await until(() => states(store).every((state) => state === 'done'));
  expect(finished).toEqual(['other.png', 'a.png', 'b.png', 'c.png']);
});

test('a file that is paused, given up or refused is not waited for', async () => {
  for (const end of ['pause', 'cancel', 'refuse'] as const) {
    const finished: string[] = [];
    const { client, received } = fakeServer({
      async onChunk(name) {
        if (name !== 'a.png') return;
        await until(() => received.includes('b.png@8'));
        if (end === 'refuse') throw new ApiError('CASE_SIGNED', 'CASE_SIGNED', { status: 409 });
        await new Promise(() => {});
      },
      onFinish: (name) => void finished.push(name),
    });
    const store = makeStore(client, memoryStorage());
    store.add(target, [fileOf('a.png'), fileOf('b.png')]);
    await until(() => received.includes('b.png@8'));
    if (end === 'pause') store.pause('1');
    if (end === 'cancel') await store.cancel('1');
    await until(() => finished.join() === 'b.png');
  }
});

test('a file that waits for another can be paused, and goes on', async () => {
  const finished: string[] = [];
  const slow = Promise.withResolvers<void>();
  const { client, received } = fakeServer({
    onChunk: (name) => (name === 'a.png' ? slow.promise : undefined),
    onFinish: (name) => void finished.push(name),
  });
  const store = makeStore(client, memoryStorage());
  store.add(target, [fileOf('a.png'), fileOf('b.png')]);
  await until(() => received.includes('b.png@8'));
  store.pause('2');
  expect(states(store)).toEqual(['sending', 'paused']);
  slow.resolve();
  await until(() => finished.join() === 'a.png');
  store.resume('2');
  await until(() => finished.join() === 'a.png,b.png');
});

test('files whose turn has not come are remembered by name, and forgotten when they are given up', async () => {
  const { client } = fakeServer({ onChunk: () => new Promise(() => {}) });
  const storage = memoryStorage();
  const store = makeStore(client, storage, 1);
  store.add(target, [fileOf('a.png'), fileOf('b.png'), fileOf('c.png')]);
  const kept = () => openUploadMemory(storage).all();
  await until(() => kept().some((upload) => upload.uploadId !== null));
  // What a page that is loaded anew finds: the one on its way, and the two that the server does not know.
  expect(kept().map(({ fileName, uploadId }) => [fileName, uploadId !== null])).toEqual([
    ['a.png', true],
    ['b.png', false],
    ['c.png', false],
  ]);
  await store.cancel(store.get()[2]!.key);
  expect(kept().map(({ fileName }) => fileName)).toEqual(['a.png', 'b.png']);
});
