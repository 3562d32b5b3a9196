/**
 * @file A small strict S3 server for tests, in memory: PUT, GET, HEAD and LIST of one bucket, path style.
 *
 * Strict where stores of the world are lenient: every request must carry a right Signature Version 4,
 * written here from AWS's description and not by the client's library; every body must be signed with its
 * SHA-256 (no UNSIGNED-PAYLOAD, no STREAMING-...); parameters it does not know are refused.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** The only key that may sign. */
export const s3Credentials = { accessKeyId: 'TESTKEY', secretAccessKey: 'test-secret' };
/** The only bucket. */
export const s3Bucket = 'smears';
const region = 'eu-test-1';
const pageLength = 3;

/** A running server. Tests turn its behaviour. */
export interface S3Server {
  readonly place: {
    readonly bucket: string;
    readonly prefix: string;
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof s3Credentials;
  };
  readonly objects: Map<string, Buffer>;
  /** Requests so far, as METHOD key. */
  readonly requests: string[];
  /** Old stores know no checksums: they neither check nor tell them. */
  knowsChecksums: boolean;
  /** Answers every PUT with 507, as MinIO does. */
  isFull: boolean;
  /** So many requests are answered 503 before others are served. */
  failures: number;
  /** Called at each of those. */
  onFailure: () => void;
  /** Changes a byte of what it stores, without a word. */
  isLying: boolean;
  close(): Promise<void>;
}

/** Start a server on a free port. */
export async function startS3Server(port = 0): Promise<S3Server> {
  const state = {
    objects: new Map<string, Buffer>(),
    requests: [] as string[],
    knowsChecksums: true,
    isFull: false,
    failures: 0,
    onFailure: () => {},
    isLying: false,
  };
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => {
      refuse(response, 500, 'InternalError', String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const used = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(state, {
    place: {
      bucket: s3Bucket,
      prefix: 'lab/',
      endpoint: `http://127.0.0.1:${used}`,
      region,
      credentials: s3Credentials,
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

type State = Pick<
  S3Server,
  'objects' | 'requests' | 'knowsChecksums' | 'isFull' | 'failures' | 'onFailure' | 'isLying'
>;

async function answer(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://s3');
  const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
  const key = rest.join('/');
  state.requests.push(`${request.method} ${key}`);
  if (state.failures > 0) {
    state.failures--;
    state.onFailure();
    return refuse(response, 503, 'SlowDown', 'Please reduce your request rate.');
  }
  const fault = faultOfSignature(request, url, body);
  if (fault !== undefined) return refuse(response, 403, 'SignatureDoesNotMatch', fault);
  if (bucket !== s3Bucket) return refuse(response, 404, 'NoSuchBucket', 'No such bucket.');
  if (key === '' && request.method === 'GET') return list(state, url, response);
  const stored = state.objects.get(key);
  switch (request.method) {
    case 'PUT':
      return put(state, key, request, body, response);
    case 'GET':
    case 'HEAD': {
      if (stored === undefined) return refuse(response, 404, 'NoSuchKey', 'No such key.');
      const wantsSum = request.headers['x-amz-checksum-mode'] === 'ENABLED' && state.knowsChecksums;
      response.writeHead(200, {
        'content-length': stored.length,
        etag: `"${createHash('md5').update(stored).digest('hex')}"`,
        ...(wantsSum ? { 'x-amz-checksum-sha256': sha256(stored).toString('base64') } : {}),
      });
      response.end(request.method === 'GET' ? stored : undefined);
      return;
    }
    default:
      refuse(response, 405, 'MethodNotAllowed', `${request.method} is not served.`);
  }
}

function put(
  state: State,
  key: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  if (state.isFull) {
    refuse(response, 507, 'XMinioStorageFull', 'Storage is full.');
    return;
  }
  if (request.headers['content-encoding']?.includes('aws-chunked') === true) {
    refuse(response, 501, 'NotImplemented', 'Chunked bodies with trailers are not served.');
    return;
  }
  const announced = request.headers['x-amz-checksum-sha256'];
  const sum = sha256(body).toString('base64');
  if (state.knowsChecksums && announced !== undefined && announced !== sum) {
    refuse(response, 400, 'XAmzContentChecksumMismatch', 'Checksum does not match.');
    return;
  }
  const kept = Buffer.from(body);
  if (state.isLying && kept.length > 0) kept[0]! ^= 1;
  state.objects.set(key, kept);
  response.writeHead(200, { etag: `"${createHash('md5').update(body).digest('hex')}"` });
  response.end();
}

function list(state: State, url: URL, response: ServerResponse): void {
  const known = new Set(['list-type', 'prefix', 'continuation-token', 'x-id']);
  const unknown = [...url.searchParams.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    refuse(response, 400, 'InvalidArgument', unknown);
    return;
  }
  const prefix = url.searchParams.get('prefix') ?? '';
  const after = url.searchParams.get('continuation-token') ?? '';
  const keys = [...state.objects.keys()]
    .filter((key) => key.startsWith(prefix) && key > after)
    .sort();
  const page = keys.slice(0, pageLength);
  const isCut = keys.length > page.length;
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  const next = isCut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const xml = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>${isCut}</IsTruncated>${contents}${next}</ListBucketResult>`;
  response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

/**
 * Check Signature Version 4: HMAC over the canonical request, by a key derived from date, region, service.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
function faultOfSignature(request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const { headers } = request;
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (parts === null) return 'The request is not signed.';
  const [, accessKeyId, day, signedRegion, signedHeaders = '', signature] = parts;
  if (accessKeyId !== s3Credentials.accessKeyId) return 'The access key is unknown.';
  if (signedRegion !== region) return `The region must be ${region}.`;
  const at = String(headers['x-amz-date']);
  const age = Math.abs(Date.now() - parseDate(at));
  if (!at.startsWith(day!) || !(age < 15 * 60_000)) return 'The date is too far away.';
  const contentHash = String(headers['x-amz-content-sha256']);
  if (contentHash !== sha256(body).toString('hex'))
    return `The body has not the hash ${contentHash}.`;
  const names = signedHeaders.split(';');
  for (const name of Object.keys(headers)) {
    const mustBeSigned = name === 'host' || name.startsWith('x-amz-');
    if (mustBeSigned && !names.includes(name)) return `The header ${name} is not signed.`;
  }
  const query = [...url.searchParams]
    .map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`)
    .sort()
    .join('&');
  const canonical = [
    request.method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    contentHash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical).toString('hex')].join('\n');
  const key = [day!, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (before, part) => createHmac('sha256', before).update(part).digest(),
    `AWS4${s3Credentials.secretAccessKey}`,
  );
  const wanted = createHmac('sha256', key).update(text).digest('hex');
  return wanted === signature ? undefined : 'The signature is another.';
}

function sha256(data: Buffer | string): Buffer {
  return createHash('sha256').update(data).digest();
}

function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseDate(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(iso);
}
