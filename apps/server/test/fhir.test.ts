import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { fhirFaults } from './fhir-faults.ts';
import { analysedCase, signAsShown, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close(), 60_000);

async function exported(id: string): Promise<Record<string, unknown>> {
  const response = await server.app.inject({
    url: `/api/cases/${id}/exports/fhir`,
    headers: { host: 'localhost' },
  });
  return z.record(z.string(), z.unknown()).parse(response.json());
}

async function sign(id: string): Promise<void> {
  await signAsShown(server.client, id);
}

test('FHIR exports follow the R4 schema: preliminary, signed, amended, with and without facts', async () => {
  const { client } = server;
  const { id, cells } = await analysedCase(server, ['neutrophil', 'neutrophil', 'lymphocyte']);
  expect(fhirFaults(await exported(id))).toEqual([]);

  const params = { id };
  await client.createReview({ params, body: { action: { kind: 'see', cells } } });
  const { items } = await client.listCells({ params });
  await client.createReview({
    params,
    body: { action: { kind: 'reclassify', cells: items.slice(0, 1), bin: 'erythroblast' } },
  });
  const { revision } = await client.getCase({ params });
  await client.changeCase({
    params,
    body: {
      revision,
      patientReference: 'P-1',
      leukocytesE9PerLitre: 7.1,
      collectedAt: '2026-11-20T10:00:00.000Z',
      conclusion: 'Nothing unusual.',
    },
  });
  await sign(id);
  const signed = await exported(id);
  expect(fhirFaults(signed)).toEqual([]);

  const amending = await client.getCase({ params });
  await client.amendCase({
    params,
    body: { revision: amending.revision, reason: 'A second look' },
  });
  await sign(id);
  const amended = await exported(id);
  expect(JSON.stringify(amended)).toContain('A second look');
  expect(fhirFaults(amended)).toEqual([]);

  // The schema does find faults, also deep inside.
  const text = JSON.stringify(signed);
  for (const [good, bad] of [
    ['"status":"final"', '"status":"done"'],
    ['"effectiveDateTime"', '"effectiveTime"'],
  ] as const) {
    expect(text).toContain(good);
    expect(fhirFaults(JSON.parse(text.replace(good, bad)))).not.toEqual([]);
  }
}, 60_000);
