/** @file Answers with a picture. */
import type { FastifyReply } from 'fastify';

const yearSeconds = 31_536_000;

/** Send a picture; without `maxAgeSeconds` one that never changes, which browsers may keep for ever. */
export function sendImage(
  reply: FastifyReply,
  bytes: Uint8Array,
  mediaType: string,
  maxAgeSeconds?: number,
): FastifyReply {
  const age = maxAgeSeconds ?? `${yearSeconds}, immutable`;
  return (
    reply
      .type(mediaType)
      .header('cache-control', `private, max-age=${age}`)
      // Were a file something else after all, no script in it may run.
      .header('content-security-policy', "default-src 'none'; sandbox")
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  );
}
