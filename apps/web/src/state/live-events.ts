/**
 * @file The stream of server-sent events: one connection a page, typed, coming back by itself.
 *
 * A lost event loses nothing: after every (re)connection `hello` arrives, and whoever shows something
 * asks the server for what changed since.
 */
import { eventSchema, type ServerEvent } from '@leukoscope/contract';
import { addressOf } from './api.ts';
import { createStore, type Store } from './create-store.ts';

type Listener = (event: ServerEvent) => void;

/** The connection as people see it. */
export type Connection = 'connecting' | 'live' | 'broken';

const listeners = new Set<Listener>();
let source: EventSource | undefined;

/** Whether changes of others arrive. */
export const connection: Store<Connection> = createStore<Connection>('connecting');

const types: readonly ServerEvent['type'][] = [
  'hello',
  'case.changed',
  'field.changed',
  'job.changed',
  'comparison.changed',
  'learning.changed',
  'site.changed',
];

/** Hear every event until the returned function is called. The first listener opens the stream. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  source ??= open();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    source?.close();
    source = undefined;
    connection.set('connecting');
  };
}

function open(): EventSource {
  const stream = new EventSource(addressOf('streamEvents', {}));
  stream.onopen = () => connection.set('live');
  stream.onerror = () => {
    connection.set('broken');
    // A refusal (signed out, server replaced) closes the stream for good; try again later.
    if (stream.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      if (source === stream) source = listeners.size > 0 ? open() : undefined;
    }, 3000);
  };
  for (const type of types) {
    stream.addEventListener(type, (message) => {
      const event = eventSchema.safeParse(JSON.parse(message.data));
      if (event.success) for (const listener of [...listeners]) listener(event.data);
    });
  }
  return stream;
}
