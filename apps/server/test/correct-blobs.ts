/** @file A site whose people call blue blobs monocytes: cases that a model can learn from, and waiting until it has. */
import type { Client } from '@leukoscope/client';
import type { Cell, LearningDetail } from '@leukoscope/contract';
import type { CellClass } from '@leukoscope/core';
import { type Blob, blobImage, jobsOver, signAsShown, upload } from './test-server.ts';

/** Several processes start and work; a busy machine takes its time. */
export const mostMs = 120_000;

/** A field of them. */
export const row: readonly Blob[] = Array.from({ length: 8 }, (_, i) =>
  i % 2 === 0 ? 'neutrophil' : 'lymphocyte',
);

let salt = 0;

/** A number that makes the next picture another file. */
export function newSalt(): number {
  return salt++;
}

/** A case whose blue blobs are called monocytes, wherever the model says lymphocyte. */
export async function correctedCase(
  client: Client,
  number: string,
  nameOf: (cell: Cell, n: number) => CellClass = ({ model }) =>
    model!.cellClass === 'lymphocyte' ? 'monocyte' : model!.cellClass,
  blobs = row,
): Promise<string> {
  const { id } = await client.createCase({ body: { number } });
  await upload(client, id, await blobImage(blobs, newSalt()));
  await jobsOver(client, id, mostMs);
  const { items } = await client.listCells({ params: { id } });
  const named = Map.groupBy(
    items.map((cell, n) => ({ cell, bin: nameOf(cell, n) })),
    (one) => one.bin,
  );
  for (const [bin, group] of named) {
    const cells = group.map(({ cell }) => ({ id: cell.id, revision: cell.revision }));
    await client.createReview({
      params: { id },
      body: { action: { kind: 'reclassify', cells, bin } },
    });
  }
  return id;
}

/** Signed cases of that kind. */
export async function signedCases(
  client: Client,
  count: number,
  prefix: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = await correctedCase(client, `${prefix}-${i}`);
    await signAsShown(client, id);
    ids.push(id);
  }
  return ids;
}

/** Wait until a run is over. */
export async function over(client: Client, id: string, limitMs = mostMs): Promise<LearningDetail> {
  const until = Date.now() + limitMs;
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state !== 'queued' && found.state !== 'running') return found;
    if (Date.now() > until) throw new Error(`run did not end: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
