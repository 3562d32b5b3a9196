/**
 * @file Sends a file in chunks that survive broken connections: after a fault the server is asked how
 * far it got, and the upload goes on from there.
 */
import type { Field } from '@leukoscope/contract';
import { ApiError } from './api-error.ts';
import type { Client } from './create-client.ts';

/** Settings of one upload. The size of a pixel is told when an upload is announced, not when it goes on. */
export type UploadFileOptions = SendOptions &
  (
    | {
        readonly uploadId?: never;
        /** Micrometres per pixel, when known. @default unknown */
        readonly pixelSizeUm?: number;
      }
    | {
        /** Go on with an upload that was announced before. */
        readonly uploadId: string;
        readonly pixelSizeUm?: never;
      }
  );

/** How the parts of a file are sent. */
export interface SendOptions {
  /** Bytes per request. @default 4 MiB */
  readonly chunkBytes?: number;
  /** Tries of one chunk before giving up. @default 5 */
  readonly tries?: number;
  /** Wait before the second try; doubles each time. @default 500 */
  readonly waitMs?: number;
  /** Hear of each step: the upload's id (keep it to resume) and the bytes that are safe. */
  readonly onProgress?: (progress: { uploadId: string; offset: number; sizeBytes: number }) => void;
  /** Waited for when all bytes are there, before the file becomes a field. @default nothing */
  readonly beforeFinish?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

/** Upload a file to a case and return its field. */
export async function uploadFile(
  client: Client,
  caseId: string,
  file: { readonly name: string; readonly data: Blob },
  options: UploadFileOptions = {},
): Promise<Field> {
  const { chunkBytes = 4 * 2 ** 20, tries = 5, waitMs = 500, onProgress, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const sizeBytes = file.data.size;
  let upload =
    options.uploadId === undefined
      ? await client.createUpload({
          params: { id: caseId },
          body: {
            fileName: file.name,
            sizeBytes,
            ...(options.pixelSizeUm !== undefined && { pixelSizeUm: options.pixelSizeUm }),
          },
          ...call,
        })
      : await client.getUpload({ params: { id: options.uploadId }, ...call });
  const params = { id: upload.id };
  for (let failures = 0; upload.offset < sizeBytes; ) {
    onProgress?.({ uploadId: upload.id, offset: upload.offset, sizeBytes });
    try {
      const chunk = file.data.slice(upload.offset, upload.offset + chunkBytes);
      const body = new Uint8Array(await chunk.arrayBuffer());
      upload = await client.sendChunk({ params, query: { offset: upload.offset }, body, ...call });
      failures = 0;
    } catch (error) {
      if (signal?.aborted === true || !isWorthAnotherTry(error) || ++failures >= tries) throw error;
      await wait(waitMs * 2 ** (failures - 1));
      upload = await client.getUpload({ params, ...call }).catch(() => upload);
    }
  }
  onProgress?.({ uploadId: upload.id, offset: sizeBytes, sizeBytes });
  await options.beforeFinish?.();
  return client.finishUpload({ params, ...call });
}

/** Broken connections, overload, and a chunk the server has already (409) are worth it; refusals are not. */
function isWorthAnotherTry(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true;
  return error.status >= 500 || error.status === 429 || error.code === 'UPLOAD_OFFSET';
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
