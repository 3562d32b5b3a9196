/** @file A security key in software (WebAuthn, ES256, no attestation): makes passkeys and answers with them. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A security key. */
export interface SoftKey {
  /** How often it was used; tests may turn it back, as a copy of the key would stand. */
  count: number;
  /** Answer `navigator.credentials.create`. */
  create(options: { readonly challenge: string }, origin: string): object;
  /** Answer `navigator.credentials.get`. */
  get(options: { readonly challenge: string }, origin: string): object;
}

type Cbor = number | string | Buffer | ReadonlyMap<number | string, Cbor>;

/** Make a key with one passkey for a place. */
export function makeSoftKey(rpId: string): SoftKey {
  const id = randomBytes(16);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const self: SoftKey = {
    count: 0,
    create: (options, origin) => {
      const credential = Buffer.concat([
        Buffer.alloc(16),
        uint16(id.length),
        id,
        encode(coseKey(publicKey)),
      ]);
      const authData = Buffer.concat([head(rpId, 0x41, ++self.count), credential]);
      const attestation = new Map<string, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      return answer(id, {
        clientDataJSON: clientData('webauthn.create', options.challenge, origin),
        attestationObject: encode(attestation).toString('base64url'),
        transports: ['usb'],
      });
    },
    get: (options, origin) => {
      const authData = head(rpId, 0x01, ++self.count);
      const clientDataJSON = clientData('webauthn.get', options.challenge, origin);
      const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
      return answer(id, {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', Buffer.concat([authData, hash]), privateKey).toString(
          'base64url',
        ),
      });
    },
  };
  return self;
}

function answer(id: Buffer, response: object): object {
  const text = id.toString('base64url');
  return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {}, response };
}

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin })).toString('base64url');
}

/** Hash of the place, flags (1: touched, 64: with a credential), count. */
function head(rpId: string, flags: number, count: number): Buffer {
  const counted = Buffer.alloc(4);
  counted.writeUInt32BE(count);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(flags), counted]);
}

/** COSE: EC2, ES256, P-256, x, y. */
function coseKey(publicKey: KeyObject): ReadonlyMap<number, Cbor> {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return new Map<number, Cbor>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ]);
}

function encode(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? start(1, -1 - value) : start(0, value);
  if (typeof value === 'string') {
    return Buffer.concat([start(3, Buffer.byteLength(value)), Buffer.from(value)]);
  }
  if (Buffer.isBuffer(value)) return Buffer.concat([start(2, value.length), value]);
  const entries = [...(value as ReadonlyMap<number | string, Cbor>)];
  return Buffer.concat([
    start(5, entries.length),
    ...entries.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

/** Kind and length of a value below 65,536. */
function start(kind: number, n: number): Buffer {
  if (n < 24) return Buffer.of((kind << 5) | n);
  return n < 256 ? Buffer.of((kind << 5) | 24, n) : Buffer.of((kind << 5) | 25, n >> 8, n & 255);
}

function uint16(n: number): Buffer {
  return Buffer.of(n >> 8, n & 255);
}
