import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { fillPath } from './endpoint.ts';
import { endpoints } from './endpoints.ts';

const all: [string, Endpoint][] = Object.entries(endpoints);

test('gives each method and path once', () => {
  const addresses = all.map(([, e]) => `${e.method} ${e.path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
});

test.each(all)('%s names exactly the parameters of its path', (_, endpoint) => {
  const inPath = [...endpoint.path.matchAll(/:([a-zA-Z]+)/g)].map((match) => match[1]);
  expect(Object.keys(endpoint.params?.shape ?? {})).toEqual(inPath);
});

test.each(all)(
  '%s answers either JSON or another medium, and only changes with a method that says so',
  (_, endpoint) => {
    expect(endpoint.answer === undefined || endpoint.media === undefined).toBe(true);
    if (endpoint.method === 'GET') expect(endpoint.body).toBeUndefined();
  },
);

test.each(all)('%s can be described as JSON schema', (_, endpoint) => {
  for (const schema of [endpoint.params, endpoint.query, endpoint.body]) {
    if (schema !== undefined) expect(z.toJSONSchema(schema, { io: 'input' })).toBeTypeOf('object');
  }
  if (endpoint.answer !== undefined) {
    expect(z.toJSONSchema(endpoint.answer, { io: 'output' })).toBeTypeOf('object');
  }
});

test('fills and escapes the parameters of a path', () => {
  expect(fillPath('/api/cases/:id/exports/:format', { id: 'a/b', format: 'csv' })).toBe(
    '/api/cases/a%2Fb/exports/csv',
  );
});
