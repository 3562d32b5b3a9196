/** @file Answers with a picture. */
import type { FastifyReply } from 'fastify';

/**
 * Send a picture. Without `maxAgeSeconds` no browser keeps it: it is a patient's, and a disk outlives the session.
 */
export function sendImage(
  reply: FastifyReply,
  bytes: Uint8Array,
  mediaType: string,
  maxAgeSeconds?: number,
): FastifyReply {
  return (
    reply
      .type(mediaType)
      .header(
        'cache-control',
        maxAgeSeconds === undefined ? 'no-store' : `private, max-age=${maxAgeSeconds}`,
      )
      // Were a file something else after all, no script in it may run.
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  );
}
