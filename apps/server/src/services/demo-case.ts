/**
 * @file The demonstration case: drawn fields that ship, brought in by the ordinary way of uploads when
 * somebody starts with an empty database in local mode.
 *
 * It is made once. A start that was broken off goes on where it stopped; a field that was removed or a
 * case that was discarded stays away, because their rows stay.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Actor } from '@leukoscope/contract';
import { and, eq } from 'drizzle-orm';
import { sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import { cases, fields } from '../db/schema.ts';
import { createCase } from './cases.ts';
import { createUpload, finishUpload, sendChunk } from './uploads.ts';

const demoFolder = fileURLToPath(new URL('../../demo/fields', import.meta.url));
/** What the drawn fields are drawn with: scripts/write-demo.ts. */
const pixelSizeUm = 1 / 8;
const demoNumber = 'DEMO-0001';
const demoActor: Actor = { kind: 'system', id: null, name: 'demonstration' };

/** Make the demonstration case where there is no case at all, or finish making it. */
export async function ensureDemoCase(context: Context, signal: AbortSignal): Promise<void> {
  // Without a model no field can be taken in.
  if (!context.models.hasAny()) return;
  const id = await findOrCreate(context);
  if (id === undefined) return;
  for (const name of readdirSync(demoFolder).sort()) {
    if (signal.aborted) return;
    await ensureField(context, id, name, readFileSync(path.join(demoFolder, name)));
  }
}

async function findOrCreate(context: Context): Promise<string | undefined> {
  const [demo] = await context.db.sql.select().from(cases).where(eq(cases.number, demoNumber));
  if (demo !== undefined) {
    // Somebody's own case may have the number too.
    const isOurs = demo.createdBy.kind === 'system' && demo.createdBy.name === demoActor.name;
    return isOurs && demo.state === 'open' ? demo.id : undefined;
  }
  const [any] = await context.db.sql.select({ id: cases.id }).from(cases).limit(1);
  if (any !== undefined) return undefined;
  const made = await createCase(
    context,
    { actor: demoActor, role: 'reviewer' },
    {
      number: demoNumber,
      patientReference: 'Drawn smear, no patient',
      leukocytesE9PerLitre: 11.4,
      targetCells: 100,
      isNewNumber: false,
    },
  );
  return made.id;
}

async function ensureField(
  context: Context,
  caseId: string,
  fileName: string,
  bytes: Uint8Array,
): Promise<void> {
  const sha256 = sha256Hex(bytes);
  // Also a removed one: who took a field out does not want it back at the next start.
  const [known] = await context.db.sql
    .select({ id: fields.id })
    .from(fields)
    .where(and(eq(fields.caseId, caseId), eq(fields.sha256, sha256)))
    .limit(1);
  if (known !== undefined) return;
  const { id } = await createUpload(context, demoActor, caseId, {
    fileName,
    sizeBytes: bytes.length,
    sha256,
    pixelSizeUm,
  });
  const { chunkBytes } = context.limits;
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    await sendChunk(context, demoActor, id, offset, bytes.subarray(offset, offset + chunkBytes));
  }
  await finishUpload(context, demoActor, id);
}
