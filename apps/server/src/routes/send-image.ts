/** @file Answers with a picture that never changes. */
import type { FastifyReply } from 'fastify';

/** Send a picture that browsers may keep for ever. */
export function sendImage(reply: FastifyReply, bytes: Uint8Array, mediaType: string): FastifyReply {
  return (
    reply
      .type(mediaType)
      .header('cache-control', 'private, max-age=31536000, immutable')
      // Were a file something else after all, no script in it may run.
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  );
}
