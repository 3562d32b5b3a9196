/** @file The bytes of a chunk of a file. */
import { HttpError } from '../http-error.ts';

/** Refuse bodies that hold no bytes. */
export function parseChunk(body: unknown): Uint8Array {
  if (body instanceof Uint8Array && body.length > 0) return body;
  throw new HttpError(
    400,
    'CHUNK_EMPTY',
    `chunk must be bytes sent as application/octet-stream. Received ${body instanceof Uint8Array || body === undefined ? 'none' : 'another type'}. Send the bytes from the upload's offset on.`,
  );
}
