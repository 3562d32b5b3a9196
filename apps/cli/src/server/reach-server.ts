/** @file A Leukoscope server that a command talks to: its address, its key, and what it means when it does not answer. */
import { readFile } from 'node:fs/promises';
import { ApiError, type Client, createClient } from '@leukoscope/client';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { isAbort } from '../framework/report-error.ts';
import { processEnvironment } from '../settings.ts';

/** A server. */
export interface ServerAddress {
  readonly client: Client;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Read the address and the key; nothing is asked yet. */
export async function openServer(
  address: string,
  keyFile: string | undefined,
): Promise<ServerAddress> {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new LeukoscopeError(
      'SERVER_ADDRESS',
      `SERVER must be an address such as http://127.0.0.1:8642. Received ${JSON.stringify(address)}.`,
    );
  const baseUrl = address.replace(/\/+$/, '');
  const key =
    keyFile === undefined
      ? processEnvironment()['LEUKOSCOPE_API_KEY']?.trim()
      : (await readFile(keyFile, 'utf8')).trim();
  if (key === undefined || key === '')
    return { baseUrl, headers: {}, client: createClient({ baseUrl }) };
  const headers = { authorization: `Bearer ${key}` };
  return { baseUrl, headers, client: createClient({ baseUrl, apiKey: key }) };
}

/** Say what a server that does not answer, or does not let one in, asks for. */
export async function reached<T>({ baseUrl }: ServerAddress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof LeukoscopeError || isAbort(cause)) throw cause;
    if (cause instanceof ApiError) {
      const cure =
        cause.status === 401 || cause.status === 403
          ? ' Give the API key of somebody who may do this: --key-file FILE or LEUKOSCOPE_API_KEY.'
          : '';
      throw new LeukoscopeError(
        'SERVER_REFUSED',
        `${baseUrl} must do what was asked. It answered ${cause.status}: ${cause.message}.${cure}`,
        { cause },
      );
    }
    // What fetch throws where nothing answers; errors of the disk come as they are.
    if (!(cause instanceof TypeError)) throw cause;
    throw new LeukoscopeError(
      'SERVER_SILENT',
      `a Leukoscope server must answer at ${baseUrl}. Received: ${messageOf(cause.cause ?? cause)}. Check the address, and that it runs.`,
      { cause },
    );
  }
}

/** Everything of a list that a server gives in pages. */
export async function allPages<T>(
  ask: (cursor: string | undefined) => Promise<{
    readonly items: readonly T[];
    readonly next: string | null;
  }>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await ask(cursor);
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
