/**
 * @file Odd requests made from the contract's own schemas: for each endpoint a sound request, then the same with
 * one part of it replaced by something that a schema might let through and a database might not.
 */
import { type Endpoint, type EndpointName, endpoints } from '@leukoscope/contract';
import { z } from 'zod';

/** A request as `app.inject` takes it. */
export interface OddRequest {
  readonly endpoint: EndpointName;
  readonly method: Endpoint['method'];
  readonly url: string;
  readonly payload: unknown;
  /** What is odd, for people. */
  readonly what: string;
}

/** Ids of things that are there, by the beginning of the path or the name of the member that takes them. */
export type KnownIds = Readonly<Record<string, string>>;

const jsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  minLength: z.number().optional(),
  minItems: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});

const half = '\ud800';
const oddTexts = [
  '',
  ' ',
  '\u0000',
  `a${half}b`,
  `${half.repeat(2)}`,
  '\ufffe',
  "'; drop table cases; --",
  '%00',
  '𝒳'.repeat(50),
  'a'.repeat(30_000),
  '../../etc/passwd',
  '{"a":1}',
  '\u202e\u200d',
];
const oddNumbers = [
  -1,
  -0,
  0.5,
  1e-320,
  1e308,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53 - 1,
  2 ** 53 + 2,
  -(2 ** 31) - 1,
];
const oddTimes = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00.000Z',
  '1899-12-31T23:59:59Z',
  '9999-12-31T23:59:59-14:00',
  '2026-02-29T00:00:00Z',
  '2026-01-01T00:00:00+99:59',
  '2026-06-30T23:59:60Z',
  '2026-01-01',
];
const oddIds = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'not-an-id',
  "0190a5d0-0000-7000-8000-00000000000a'",
];
const oddKinds: readonly unknown[] = [null, true, [], {}, [null], { constructor: 1 }];

/** Make odd requests for every endpoint that answers at once. */
export function makeOddRequests(ids: KnownIds): OddRequest[] {
  const found: OddRequest[] = [];
  for (const [name, endpoint] of Object.entries(endpoints)) {
    // A stream that is let through never ends.
    if (name === 'streamEvents') continue;
    found.push(...requestsOf(parseName(name), endpoint, ids));
  }
  // What takes things away comes when the others have had them.
  const isLast = ({ endpoint, method }: OddRequest) =>
    method === 'DELETE' || /^(discard|remove|sign|amend)/.test(endpoint);
  return [...found.filter((one) => !isLast(one)), ...found.filter(isLast)];
}

/** Which of the forms of a union samples take, in turn. */
interface Picking {
  readonly known: KnownIds;
  readonly pick: number;
}

/** No union of the contract has more forms. */
const mostForms = 6;

function requestsOf(name: EndpointName, endpoint: Endpoint, known: KnownIds): OddRequest[] {
  const requests = new Map<string, OddRequest>();
  for (let pick = 0; pick < mostForms; pick++) {
    for (const request of requestsOfForm(name, endpoint, { known, pick })) {
      requests.set(`${request.url} ${JSON.stringify(request.payload)}`, request);
    }
  }
  return [...requests.values()];
}

function requestsOfForm(name: EndpointName, endpoint: Endpoint, ids: Picking): OddRequest[] {
  const sample = (schema: z.ZodType | undefined, id: string) =>
    schema === undefined ? undefined : sampleOf(toJson(schema), id, ids);
  const parts = {
    params: sample(endpoint.params, idFor(endpoint.path, ids)),
    query: sample(endpoint.query, ''),
    body: sample(endpoint.body, ''),
  };
  const make = (what: string, { params, query, body } = parts): OddRequest => ({
    endpoint: name,
    method: endpoint.method,
    url: urlOf(endpoint.path, params, query),
    payload: endpoint.bodyMedia === 'bytes' ? Buffer.from('odd') : body,
    what,
  });
  const requests = [make('sound')];
  for (const part of ['params', 'query', 'body'] as const) {
    for (const place of placesOf(parts[part])) {
      for (const odd of oddFor(place.value)) {
        const changed = { ...parts, [part]: place.with(odd) };
        requests.push(make(`${part}${place.path} = ${JSON.stringify(odd)?.slice(0, 60)}`, changed));
      }
    }
  }
  return requests;
}

function oddFor(value: unknown): readonly unknown[] {
  if (typeof value === 'number') return [...oddNumbers, ...oddKinds, '1e400', 'NaN'];
  if (typeof value !== 'string') return oddKinds;
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return [...oddTimes, ...oddKinds, '\u0000'];
  if (/^[0-9a-f]{8}-/.test(value)) return [...oddIds, ...oddKinds, '\u0000'];
  const cursors = ['["\\u0000"]', '["a",9e99,"b"]', `["${oddIds[0]}",99999999999,"${oddIds[0]}"]`];
  return [
    ...oddTexts,
    ...oddKinds,
    ...cursors.map((text) => Buffer.from(text).toString('base64url')),
  ];
}

interface Place {
  readonly path: string;
  readonly value: unknown;
  readonly with: (odd: unknown) => unknown;
}

/** Every leaf of a value, and how to make the whole with another leaf there. */
function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) {
    return value === undefined ? [] : [{ path: '', value, with: (odd) => odd }];
  }
  return Object.entries(value).flatMap(([name, item]) =>
    placesOf(item).map((place) => ({
      path: `/${name}${place.path}`,
      value: place.value,
      with: (odd: unknown) => {
        const inner = place.with(odd);
        return Array.isArray(value)
          ? value.map((one, i) => (String(i) === name ? inner : one))
          : { ...value, [name]: inner };
      },
    })),
  );
}

function urlOf(path: string, params: unknown, query: unknown): string {
  const at = new Map(Object.entries(Object(params)));
  const filled = path.replaceAll(/:([a-zA-Z]+)/g, (_, name: string) => encode(at.get(name)));
  const pairs = Object.entries(Object(query)).map(([name, value]) => `${name}=${encode(value)}`);
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}

/** Half a surrogate pair has no UTF-8: send the bytes that careless programs make of it. */
function encode(value: unknown): string {
  return [...String(value)]
    .map((sign) => (sign.isWellFormed() ? encodeURIComponent(sign) : '%ED%A0%80'))
    .join('');
}

function toJson(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

/** Make a value that fits a schema. */
function sampleOf(given: unknown, name: string, ids: Picking): unknown {
  const schema = jsonSchema.parse(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice !== undefined) return sampleOf(choice[ids.pick % choice.length], name, ids);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, item]) => [
          key,
          sampleOf(item, key === 'id' ? name : key, ids),
        ]),
      );
    case 'array':
      return [sampleOf(schema.items, name, ids)];
    case 'integer':
    case 'number':
      return name === 'x2' || name === 'y2' ? 20 : Math.max(schema.minimum ?? 0, 0);
    case 'boolean':
      return true;
    case 'string':
      return textOf(schema, name, ids);
    default:
      return null;
  }
}

function textOf(schema: z.infer<typeof jsonSchema>, name: string, ids: Picking): string {
  if (schema.format === 'uuid') return ids.known[name] ?? ids.known['id']!;
  if (schema.format === 'date-time') return '2026-05-01T10:00:00.000Z';
  if (schema.pattern?.includes('64') === true && schema.pattern.includes('0-9a-f'))
    return 'a'.repeat(64);
  return 'correct horse odd'.slice(0, Math.max(schema.minLength ?? 0, 1) > 1 ? undefined : 3);
}

/** `/api/fields/:id` takes a field. */
function idFor(path: string, ids: Picking): string {
  const kind = path.split('/')[2] ?? '';
  return ids.known[kind] === undefined ? 'id' : kind;
}

function parseName(name: string): EndpointName {
  return name as EndpointName;
}
