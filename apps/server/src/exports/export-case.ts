/** @file Exports: a signed version exactly as it was signed, or the case as it is now, as preliminary. */
import type { ExportFormat } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import { and, asc, eq, lt, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { type cases, versions } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { storedSignature } from '../services/rows.ts';
import { inSlicesAtOneMoment, takeSnapshotInSlices } from '../services/snapshot.ts';
import type { MadeExport } from './export-host.ts';
import type { ExportSource } from './export-tasks.ts';
import type { Report } from './report-facts.ts';
import { cutGallery } from './report-gallery.ts';

/** Export a case when the person's turn comes; without a version, as it is now. */
export function exportCase(
  context: Context,
  personId: string,
  id: string,
  { format, version }: { readonly format: ExportFormat; readonly version: number | undefined },
): Promise<MadeExport> {
  const { exports } = context;
  return exports.line.take(personId, async () => {
    const source =
      version === undefined
        ? await sourceNow(context, id)
        : await signedSource(context, id, version);
    try {
      const chosen = await exports.choose(source, format);
      return await exports.write(source, format, await cutGallery(context, chosen));
    } catch (error) {
      // What people wrote, not a fault of the server.
      if (!(error instanceof LeukoscopeError) || error.code !== 'REPORT_LETTERS') throw error;
      throw new HttpError(422, error.code, error.message, { cause: error });
    }
  });
}

/** A case that is signed now is exported as signed, with its signatures. */
async function sourceNow(context: Context, id: string): Promise<ExportSource> {
  const { row, pieces } = await inSlicesAtOneMoment(context, id, async (handle, row) => {
    if (row.state === 'signed') return { row, pieces: undefined };
    const cells: string[] = [];
    const head = await takeSnapshotInSlices(handle, row, (slice) =>
      cells.push(JSON.stringify(slice)),
    );
    return { row, pieces: { head: JSON.stringify(head), cells } };
  });
  if (pieces === undefined) return signedSource(context, id, row.version);
  return { ...pieces, facts: await factsNow(context, row) };
}

async function factsNow(
  context: Context,
  row: typeof cases.$inferSelect,
): Promise<ExportSource['facts']> {
  return {
    signatures: [],
    amendmentReason: row.amendmentReason,
    at: context.clock().toISOString(),
    sha256: null,
    earlier: await versionsBefore(context, row.id, row.version),
  };
}

async function signedSource(context: Context, id: string, version: number): Promise<ExportSource> {
  const [row] = await context.db.sql
    .select({
      // As text: it is parsed and hashed where nobody waits for it.
      head: sql<string>`${versions.snapshot}::text`,
      signatures: versions.signatures,
      amendmentReason: versions.amendmentReason,
      signedAt: versions.signedAt,
      sha256: versions.sha256,
    })
    .from(versions)
    .where(and(eq(versions.caseId, id), eq(versions.version, version)));
  if (row === undefined) throw missing('version', String(version));
  return {
    head: row.head,
    cells: [],
    facts: {
      signatures: row.signatures.map(storedSignature),
      amendmentReason: row.amendmentReason,
      at: row.signedAt.toISOString(),
      sha256: row.sha256,
      earlier: await versionsBefore(context, id, version),
    },
  };
}

async function versionsBefore(
  context: Context,
  id: string,
  version: number,
): Promise<Report['earlier']> {
  const rows = await context.db.sql
    .select({ version: versions.version, signedAt: versions.signedAt, sha256: versions.sha256 })
    .from(versions)
    .where(and(eq(versions.caseId, id), lt(versions.version, version)))
    .orderBy(asc(versions.version));
  return rows.map((row) => ({ ...row, signedAt: row.signedAt.toISOString() }));
}
