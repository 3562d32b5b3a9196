/** @file A server with accounts, and a client for each of its people. */
import type { Client } from '@leukoscope/client';
import type { Role } from '@leukoscope/contract';
import { expect } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import {
  clientOf,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from './test-server.ts';

const origin = { origin: 'http://localhost' };
/** Of everybody. */
export const password = 'correct horse battery staple';

/** A server, and who works there. */
export interface PeopleServer extends TestServer {
  as(name: string): Client;
  cookieOf(name: string): { cookie: string };
  /** Sign in once more, in another browser. */
  signIn(name: string): Promise<Client>;
}

/** Start a server with `chief`, an administrator, and others by name with display name and role. */
export async function startPeopleServer(
  others: readonly (readonly [name: string, displayName: string, role: Role])[],
  options: TestServerOptions = {},
): Promise<PeopleServer> {
  const server = await startTestServer({ ...options, mode: 'accounts' });
  const cookies = new Map<string, string>();
  const clients = new Map<string, Client>();
  const cookieOf = (name: string) => ({ cookie: cookies.get(name)! });
  const signIn = async (name: string): Promise<Client> => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { host: 'localhost', ...origin },
      payload: { name, password },
    });
    expect(answer.statusCode).toBe(200);
    cookies.set(name, String(answer.headers['set-cookie']).split(';')[0]!);
    return clientOf(server.app, { ...origin, ...cookieOf(name) });
  };
  const token = (await newSetupToken(server.context))!;
  await clientOf(server.app, origin).setUp({
    body: { token, name: 'chief', displayName: 'The Chief', password },
  });
  clients.set('chief', await signIn('chief'));
  const as = (name: string) => clients.get(name)!;
  for (const [name, displayName, role] of others) {
    await as('chief').createUser({ body: { name, displayName, role, password } });
    clients.set(name, await signIn(name));
  }
  return { ...server, as, cookieOf, signIn };
}
