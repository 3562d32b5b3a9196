/** @file The uploads of this page. They go on while one moves between pages. */
import { uploadFile } from '@leukoscope/client';
import { api, newId } from './api.ts';
import { connection } from './live-events.ts';
import { openUploadMemory } from './upload-memory.ts';
import { createUploadStore } from './upload-store.ts';

/** A hash needs the whole file in memory; larger ones go without. */
const mostHashedBytes = 128 * 2 ** 20;

/** What was announced from this browser and is not finished. */
export const uploadMemory = openUploadMemory(localStorage);

/** The uploads of this page. */
export const uploads = createUploadStore({
  api,
  send: (caseId, file, options) => uploadFile(api, caseId, file, options),
  memory: uploadMemory,
  hash: hashOf,
  newKey: newId,
});

connection.subscribe(() => {
  if (connection.get() === 'live') uploads.retryBroken();
});

async function hashOf(file: File): Promise<string | undefined> {
  // Browsers hash only on pages that came safely: https, or this machine.
  if (!isSecureContext || file.size > mostHashedBytes) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
