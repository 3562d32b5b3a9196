/**
 * @file A real OpenID provider on this machine, in which people sign in without a page: as whoever the test says.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

/** A provider under test. */
export interface TestProvider {
  /** What a server is told of it. */
  readonly settings: {
    readonly name: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly redirectUri: string;
  };
  /** Who signs in next. */
  person: { readonly sub: string; readonly name?: string; readonly preferred_username?: string };
  /** How often somebody signed in there. */
  logins(): number;
  /** Go there as a browser with these cookies does; returns what stands behind the `?` on the way back. */
  visit(url: string, cookies?: Map<string, string>): Promise<string>;
  close(): Promise<void>;
}

const clientId = 'leukoscope';
const clientSecret = 'a secret of the test';

/** Start a provider that sends browsers back to this address. */
export async function startOidcProvider(redirectUri: string): Promise<TestProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const issuer = `http://127.0.0.1:${port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' };
  const people = new Map<string, TestProvider['person']>();
  let logins = 0;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    claims: { profile: ['name', 'preferred_username'], email: ['email'] },
    cookies: { keys: ['key of the test'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [key] },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  const answer = provider.callback();
  const own: TestProvider = {
    settings: { name: 'North Hospital', issuer, clientId, clientSecret, redirectUri },
    person: { sub: 'nobody' },
    logins: () => logins,
    visit: (url, cookies = new Map()) => follow(url, redirectUri, cookies),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    void (async () => {
      const { prompt, params, session } = await provider.interactionDetails(request, response);
      if (prompt.name === 'login') {
        logins++;
        people.set(own.person.sub, own.person);
        const login = { accountId: own.person.sub };
        return provider.interactionFinished(request, response, { login });
      }
      const grant = new provider.Grant({
        accountId: session!.accountId,
        clientId: String(params['client_id']),
      });
      grant.addOIDCScope(String(params['scope']));
      const consent = { grantId: await grant.save() };
      return provider.interactionFinished(request, response, { consent });
    })();
  });
  return own;
}

async function follow(
  url: string,
  redirectUri: string,
  cookies: Map<string, string>,
): Promise<string> {
  let next = url;
  for (let hop = 0; hop < 10; hop++) {
    const response = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const cut = pair.indexOf('=');
      cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`provider answered ${response.status} at ${next}.`);
    const to = new URL(location, next);
    if (to.href.startsWith(redirectUri)) return to.search.slice(1);
    next = to.href;
  }
  throw new Error('provider never sent the browser back.');
}
