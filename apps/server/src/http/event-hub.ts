/** @file Spreads the database's messages to everybody who follows events in this process. */
import { eventSchema, type ServerEvent } from '@leukoscope/contract';
import type { Database } from '../db/database.ts';

/** Who hears. */
export type Hearer = (event: ServerEvent) => void;

/** Spreads events. */
export interface EventHub {
  /** Hear events until the returned function is called. */
  hear(hearer: Hearer): () => void;
  readonly size: number;
  close(): Promise<void>;
}

/** Start listening to the database. */
export async function startEventHub(db: Database): Promise<EventHub> {
  const hearers = new Set<Hearer>();
  const stop = await db.listen((payload) => {
    const event = parseEvent(payload);
    if (event === undefined) return;
    for (const hearer of hearers) hearer(event);
  });
  return {
    hear: (hearer) => {
      hearers.add(hearer);
      return () => hearers.delete(hearer);
    },
    get size() {
      return hearers.size;
    },
    close: stop,
  };
}

/** A newer process on the same database may say things this one does not know: they are passed over. */
function parseEvent(payload: string): ServerEvent | undefined {
  try {
    return eventSchema.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}
