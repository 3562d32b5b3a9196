/** @file Cases for tests in a browser, made through the client as another program would make them. */
import type { Client } from '@leukoscope/client';
import type { Case } from '@leukoscope/contract';
import { type Blob, drawBlobs } from './draw-blobs.ts';

/** Make a case whose fields show these blobs, and wait until they are analysed. */
export async function makeCase(
  client: Client,
  number: string,
  fields: readonly (readonly Blob[])[],
  salt = 0,
): Promise<Case> {
  const { id } = await client.createCase({ body: { number } });
  for (const [i, blobs] of fields.entries()) {
    const data = await drawBlobs(blobs, salt + i);
    const upload = await client.createUpload({
      params: { id },
      body: { fileName: `field ${i + 1}.png`, sizeBytes: data.length },
    });
    await client.sendChunk({ params: { id: upload.id }, query: { offset: 0 }, body: data });
    await client.finishUpload({ params: { id: upload.id } });
  }
  return untilAnalysed(client, id);
}

/** Wait until every field of a case is analysed. */
export async function untilAnalysed(client: Client, id: string, limitMs = 60_000): Promise<Case> {
  const until = Date.now() + limitMs;
  for (;;) {
    const found = await client.getCase({ params: { id } });
    if (found.counts.fieldsAnalysed === found.counts.fields) return found;
    if (found.counts.fieldsFailed > 0) throw new Error('a field of the test failed.');
    if (Date.now() > until) throw new Error('analysis took too long.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Confirm every cell and take over the model's first answer for unidentified ones: the case can be signed. */
export async function decideAll(client: Client, id: string): Promise<void> {
  const { items } = await client.listCells({ params: { id } });
  const groups = Map.groupBy(items, (cell) =>
    cell.bin === 'unidentified' ? cell.model?.cellClass : undefined,
  );
  for (const [cellClass, group] of groups) {
    const cells = group.map((cell) => ({ id: cell.id, revision: cell.revision }));
    const action =
      cellClass === undefined
        ? ({ kind: 'see', cells } as const)
        : ({ kind: 'reclassify', cells, bin: cellClass } as const);
    await client.createReview({ params: { id }, body: { action } });
  }
}
