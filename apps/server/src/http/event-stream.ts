/** @file One stream of server-sent events: hello, events, a beat every 15 seconds, and an end. */
import type { ServerEvent } from '@leukoscope/contract';
import type { FastifyReply } from 'fastify';
import type { EventHub } from './event-hub.ts';

const beatMs = 15_000;
/** A reader that is this far behind is cut off; it asks for what it missed when it comes back. */
const mostBufferedBytes = 1_000_000;

/** What a stream follows. */
export interface StreamOptions {
  /** Only events of this case, and those of the site. */
  readonly caseId?: string | undefined;
  readonly version: string;
  /** Calls back when the session or key that opened the stream is over. */
  readonly whenOver: (end: () => void) => () => void;
  /** Ends the stream when the server stops. */
  readonly signal: AbortSignal;
}

/** Write events to a reply until the reader or the server goes. */
export function streamEvents(reply: FastifyReply, hub: EventHub, options: StreamOptions): void {
  const { caseId, version, whenOver, signal } = options;
  const raw = reply.raw;
  reply.hijack();
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  raw.writeHead(200, {
    ...Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies like nginx would hold the events back.
    'x-accel-buffering': 'no',
  });
  const write = (text: string) => {
    if (raw.writableLength > mostBufferedBytes) raw.destroy();
    else raw.write(text);
  };
  const send = (event: ServerEvent) => {
    write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const unhear = hub.hear((event) => {
    if (caseId === undefined || !('caseId' in event) || event.caseId === caseId) send(event);
  });
  const beat = setInterval(() => write(': beat\n\n'), beatMs);
  const end = () => raw.end();
  signal.addEventListener('abort', end);
  const unfollow = whenOver(end);
  raw.on('close', () => {
    clearInterval(beat);
    unhear();
    unfollow();
    signal.removeEventListener('abort', end);
  });
  send({ type: 'hello', version });
}
