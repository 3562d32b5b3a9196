/** @file A site whose people call blue blobs monocytes: signed cases that a model can learn from. */
import type { Client } from '@leukoscope/client';
import type { LearningDetail } from '@leukoscope/contract';
import type { Blob } from './draw-blobs.ts';
import { decideAll, makeCase } from './make-case.ts';

/** Half of them blue, which the blobs' model calls lymphocytes. */
export const taughtBlobs: readonly Blob[] = Array.from({ length: 8 }, (_, i) =>
  i % 2 === 0 ? 'neutrophil' : 'lymphocyte',
);

/** Make cases that are analysed. */
export async function makeTaughtCases(client: Client, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    ids.push((await makeCase(client, `L-${i + 1}`, [taughtBlobs], 10 * i)).id);
  }
  return ids;
}

/** Call what is still a lymphocyte in a case a monocyte. */
export async function correctCase(client: Client, id: string): Promise<void> {
  const { items } = await client.listCells({ params: { id }, query: { bin: 'lymphocyte' } });
  if (items.length === 0) return;
  const cells = items.map((cell) => ({ id: cell.id, revision: cell.revision }));
  const action = { kind: 'reclassify', cells, bin: 'monocyte' } as const;
  await client.createReview({ params: { id }, body: { action } });
}

/** Confirm the rest of a case and sign it. */
export async function signTaught(client: Client, id: string): Promise<void> {
  await decideAll(client, id);
  const { sha256 } = await client.getSigning({ params: { id } });
  const body = { sha256, meaning: 'approved' as const, acceptsFewer: true };
  await client.signCase({ params: { id }, body });
}

/** Wait until a run is over. */
export async function untilLearnt(client: Client, id: string): Promise<LearningDetail> {
  for (;;) {
    const found = await client.getLearning({ params: { id } });
    if (found.state !== 'queued' && found.state !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
