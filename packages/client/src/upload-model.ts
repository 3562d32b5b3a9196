/** @file Sends a model's ONNX file in chunks and puts it on the server's shelf. */
import type { Model } from '@leukoscope/contract';
import type { Client } from './create-client.ts';

/** Settings of one upload. */
export interface UploadModelOptions {
  /** The card, as Markdown. @default none */
  readonly card?: string | undefined;
  /** Bytes per request. @default 4 MiB */
  readonly chunkBytes?: number;
  /** Hear of the bytes that are there. */
  readonly onProgress?: ((offset: number, sizeBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Upload a model under an id; the answer is what it says of itself after its trial. */
export async function uploadModel(
  client: Client,
  id: string,
  data: Blob,
  options: UploadModelOptions = {},
): Promise<Model> {
  const { card, chunkBytes = 4 * 2 ** 20, onProgress, signal } = options;
  const call = signal === undefined ? {} : { signal };
  const bytes = new Uint8Array(await data.arrayBuffer());
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    onProgress?.(offset, bytes.length);
    const body = bytes.subarray(offset, offset + chunkBytes);
    await client.sendModelChunk({ params: { id }, query: { offset }, body, ...call });
  }
  onProgress?.(bytes.length, bytes.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const body = { sizeBytes: bytes.length, sha256, ...(card === undefined ? {} : { card }) };
  return client.addModel({ params: { id }, body, ...call });
}
