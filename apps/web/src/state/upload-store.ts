/**
 * @file Files on their way to the server: a queue that sends two at a time, can be paused, goes on after
 * faults and after reloads, and says of each file what became of it.
 *
 * Fields stand in a case in the order in which they are finished. So a file whose bytes are all there waits until
 * those that were dropped before it are over.
 */
import { ApiError, type Client, type UploadFileOptions } from '@leukoscope/client';
import type { Field } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { createStore, type Store } from './create-store.ts';
import type { UploadMemory } from './upload-memory.ts';

/** One file. */
export interface UploadItem {
  readonly key: string;
  readonly caseId: string;
  readonly caseNumber: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Bytes that are safe on the server. */
  readonly sentBytes: number;
  /** `refused`: the server does not want it; `broken`: the connection or the server failed. */
  readonly state: 'waiting' | 'sending' | 'paused' | 'done' | 'refused' | 'broken';
  /** Why it was refused or broke. */
  readonly message: string | null;
  /** Byte at which an earlier upload of the same file was taken up again; 0: from the start. */
  readonly resumedAt: number;
}

/** Where the files go. */
export interface UploadTarget {
  readonly caseId: string;
  readonly caseNumber: string;
  /** Micrometres per pixel of these images, when known. */
  readonly pixelSizeUm?: number;
}

/** The store of uploads. */
export interface UploadStore extends Pick<Store<readonly UploadItem[]>, 'get' | 'subscribe'> {
  add(target: UploadTarget, files: readonly File[]): void;
  /** Pause one file, or all that are not over. */
  pause(key?: string): void;
  /** Go on with one file, or all that are paused or broken. */
  resume(key?: string): void;
  /** Go on with those that broke: when the server answers again. */
  retryBroken(): void;
  /** Give one up: what has arrived is thrown away. */
  cancel(key: string): Promise<void>;
  /** Leave those out of the list that are over. */
  clear(): void;
}

/** What a store works with. */
export interface UploadParts {
  readonly api: Pick<Client, 'createUpload' | 'getUpload' | 'cancelUpload'>;
  readonly send: (
    caseId: string,
    file: { readonly name: string; readonly data: Blob },
    options: UploadFileOptions,
  ) => Promise<Field>;
  readonly memory: UploadMemory;
  /** SHA-256 of a file, or undefined where it cannot be made: the server then has nothing to compare. */
  readonly hash: (file: File) => Promise<string | undefined>;
  readonly newKey: () => string;
  /** Files at the same time. @default 2 */
  readonly parallel?: number;
}

interface Work {
  readonly file: File;
  readonly target: UploadTarget;
  abort: AbortController | undefined;
  uploadId: string | undefined;
  /** Ends the wait for files before it, when there are none; undefined while it does not wait. */
  goOn: (() => void) | undefined;
}

/** Files that wait for one before them, at most: the page may be closed before they are finished. */
const mostHeld = 8;

/** Make the store. */
export function createUploadStore(parts: UploadParts): UploadStore {
  const { api, send, memory, parallel = 2 } = parts;
  const state = createStore<readonly UploadItem[]>([]);
  const works = new Map<string, Work>();

  const change = (key: string, part: Partial<UploadItem>) => {
    state.set(state.get().map((item) => (item.key === key ? { ...item, ...part } : item)));
  };
  /** Whether no file of the same case that stands before it is still to come. One that is paused is not waited for. */
  const isNext = (item: UploadItem) =>
    state
      .get()
      .slice(0, state.get().indexOf(item))
      .every((other) => other.caseId !== item.caseId || !isComing(other));
  state.subscribe(() => {
    for (const item of state.get()) {
      const work = works.get(item.key);
      if (work?.goOn !== undefined && isNext(item)) work.goOn();
    }
  });
  const itemOf = (key: string) => state.get().find((item) => item.key === key);

  const pump = () => {
    for (const item of state.get()) {
      const sending = state.get().filter((other) => other.state === 'sending');
      const held = sending.filter((other) => works.get(other.key)?.goOn !== undefined).length;
      if (sending.length - held >= parallel) return;
      // Whom others wait for always finds a place.
      if (item.state === 'waiting' && (held < mostHeld || isNext(item))) void run(item.key);
    }
  };

  const run = async (key: string) => {
    const work = works.get(key)!;
    const abort = new AbortController();
    work.abort = abort;
    change(key, { state: 'sending', message: null });
    try {
      const uploadId = await announce(key, work, abort.signal);
      await send(
        work.target.caseId,
        { name: work.file.name, data: work.file },
        {
          uploadId,
          signal: abort.signal,
          onProgress: ({ offset }) => change(key, { sentBytes: offset }),
          beforeFinish: () => untilNext(key, work, abort.signal),
        },
      );
      memory.forget(work.file);
      change(key, { state: 'done', sentBytes: work.file.size });
    } catch (error) {
      if (!abort.signal.aborted) {
        const isRefused = isRefusal(error);
        if (endsWithFile(error)) forget(work);
        else if (isRefused) await giveUp(work);
        change(key, { state: isRefused ? 'refused' : 'broken', message: messageOf(error) });
      }
    } finally {
      // A later run of the same file has its own controller.
      if (work.abort === abort) work.abort = undefined;
      pump();
    }
  };

  const untilNext = async (key: string, work: Work, signal: AbortSignal) => {
    const item = itemOf(key);
    if (item === undefined || isNext(item)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    work.goOn = resolve;
    const giveWay = () => reject(signal.reason);
    signal.addEventListener('abort', giveWay);
    // Its bytes are there: the place is free for another file.
    pump();
    try {
      await promise;
    } finally {
      work.goOn = undefined;
      signal.removeEventListener('abort', giveWay);
    }
  };

  /** Find the upload to go on with, or announce a new one. */
  const announce = async (key: string, work: Work, signal: AbortSignal): Promise<string> => {
    const { file, target } = work;
    const kept = work.uploadId ?? rememberedFor(file, target.caseId);
    if (kept !== undefined) {
      const known = await api.getUpload({ params: { id: kept }, signal }).catch((error) => {
        // Forgotten by the server after a week, or given up elsewhere: start again.
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      });
      if (known !== undefined) {
        work.uploadId = known.id;
        const isFirst = itemOf(key)?.sentBytes === 0;
        change(key, { sentBytes: known.offset, ...(isFirst && { resumedAt: known.offset }) });
        return known.id;
      }
    }
    const sha256 = await parts.hash(file);
    const made = await api.createUpload({
      params: { id: target.caseId },
      body: {
        fileName: file.name,
        sizeBytes: file.size,
        ...(sha256 !== undefined && { sha256 }),
        ...(target.pixelSizeUm !== undefined && { pixelSizeUm: target.pixelSizeUm }),
      },
      signal,
    });
    work.uploadId = made.id;
    memory.keep(file, {
      uploadId: made.id,
      caseId: target.caseId,
      caseNumber: target.caseNumber,
      fileName: file.name,
    });
    return made.id;
  };

  const rememberedFor = (file: File, caseId: string) => {
    const kept = memory.find(file);
    return kept?.caseId === caseId ? (kept.uploadId ?? undefined) : undefined;
  };

  const forget = (work: Work) => {
    memory.forget(work.file);
    work.uploadId = undefined;
  };

  /** Forget what was announced, here and on the server. */
  const giveUp = async (work: Work) => {
    const { uploadId } = work;
    forget(work);
    if (uploadId === undefined) return;
    // Gone already: nothing is left to give up. The server forgets it in a week anyway.
    await api.cancelUpload({ params: { id: uploadId } }).catch(() => {});
  };

  const pauseOne = (item: UploadItem) => {
    if (item.state !== 'waiting' && item.state !== 'sending') return;
    change(item.key, { state: 'paused' });
    works.get(item.key)?.abort?.abort();
  };

  return {
    get: state.get,
    subscribe: state.subscribe,
    add(target, files) {
      const added = files.map((file): UploadItem => {
        const key = parts.newKey();
        works.set(key, { file, target, abort: undefined, uploadId: undefined, goOn: undefined });
        const isEmpty = file.size === 0;
        return {
          key,
          caseId: target.caseId,
          caseNumber: target.caseNumber,
          fileName: file.name,
          sizeBytes: file.size,
          sentBytes: 0,
          state: isEmpty ? 'refused' : 'waiting',
          message: isEmpty ? 'file must hold an image. Received an empty file.' : null,
          resumedAt: 0,
        };
      });
      // Named after a reload too, also those whose turn has not come.
      for (const file of files) {
        if (file.size === 0 || rememberedFor(file, target.caseId) !== undefined) continue;
        const { caseId, caseNumber } = target;
        memory.keep(file, { uploadId: null, caseId, caseNumber, fileName: file.name });
      }
      state.set([...state.get(), ...added]);
      pump();
    },
    pause(key) {
      for (const item of state.get()) if (key === undefined || item.key === key) pauseOne(item);
    },
    resume(key) {
      for (const item of state.get()) {
        const isMeant = key === undefined || item.key === key;
        const isStopped = item.state === 'paused' || item.state === 'broken';
        // A refused file may be tried again one by one: the case may have been opened since.
        const isAskedFor = item.state === 'refused' && key !== undefined && item.sizeBytes > 0;
        if (isMeant && (isStopped || isAskedFor)) change(item.key, { state: 'waiting' });
      }
      pump();
    },
    retryBroken() {
      for (const item of state.get()) {
        if (item.state === 'broken') change(item.key, { state: 'waiting' });
      }
      pump();
    },
    async cancel(key) {
      const work = works.get(key);
      const item = itemOf(key);
      if (work === undefined || item === undefined) return;
      works.delete(key);
      state.set(state.get().filter((other) => other.key !== key));
      work.abort?.abort();
      if (item.state !== 'done') await giveUp(work);
      pump();
    },
    clear() {
      const stays = state.get().filter((item) => item.state !== 'done' && item.state !== 'refused');
      for (const key of works.keys()) {
        if (!stays.some((item) => item.key === key)) works.delete(key);
      }
      state.set(stays);
    },
  };
}

function isComing({ state }: UploadItem): boolean {
  return state === 'waiting' || state === 'sending';
}

/** Refusals stay refusals; signing in again, a busy server and broken connections pass. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.status >= 400 &&
    error.status < 500 &&
    error.status !== 401 &&
    error.status !== 429 &&
    error.code !== 'UPLOAD_OFFSET'
  );
}

/** The server has ended the upload itself: what was refused is the file, which would be refused again. */
function endsWithFile(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 422 || error.code === 'FIELD_TWICE');
}

/** The whole of some uploads, for a summary. */
export function summaryOf(items: readonly UploadItem[]): {
  readonly files: number;
  readonly done: number;
  readonly failed: number;
  readonly isRunning: boolean;
  /** Bytes sent of bytes wanted, 0..1; refused files do not count. */
  readonly share: number;
} {
  const wanted = items.filter((item) => item.state !== 'refused');
  const total = wanted.reduce((sum, item) => sum + item.sizeBytes, 0);
  const sent = wanted.reduce((sum, item) => sum + item.sentBytes, 0);
  return {
    files: items.length,
    done: items.filter((item) => item.state === 'done').length,
    failed: items.filter((item) => item.state === 'refused' || item.state === 'broken').length,
    isRunning: items.some(isComing),
    share: total === 0 ? 1 : sent / total,
  };
}
