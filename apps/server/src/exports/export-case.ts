/** @file Exports: a signed version exactly as it was signed, or the case as it is now, as preliminary. */
import type { ExportFormat } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import { and, asc, eq, lt } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { versions } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { storedSignature } from '../services/rows.ts';
import { atOneMoment, hashOfSnapshot, takeSnapshot } from '../services/snapshot.ts';
import { snapshotSchema } from '../services/snapshot-form.ts';
import { toCoco } from './coco.ts';
import { toCsv } from './csv.ts';
import { toFhir } from './fhir.ts';
import { toHl7 } from './hl7.ts';
import { toHtml } from './html.ts';
import type { Report } from './report-facts.ts';
import { makeGallery } from './report-gallery.ts';

type Writer = (report: Report, context: Context) => string | Promise<string | Uint8Array>;

const writers: Readonly<Record<ExportFormat, Writer>> = {
  csv: (report) => toCsv(report.snapshot),
  coco: (report) => toCoco(report.snapshot),
  fhir: async (report, context) => toFhir(report, await toPdf(report, context)),
  hl7: toHl7,
  html: toHtml,
  pdf: toPdf,
  json: (report) => JSON.stringify(report, null, 1),
};

/** Export a case; without a version, as it is now. */
export async function exportCase(
  context: Context,
  id: string,
  format: ExportFormat,
  version: number | undefined,
): Promise<{ body: string | Uint8Array; name: string }> {
  const report =
    version === undefined ? await reportNow(context, id) : await signedReport(context, id, version);
  const { number } = report.snapshot.case;
  const body = await writers[format](report, context);
  return { body, name: `${number}-v${report.snapshot.case.version}` };
}

async function toPdf(report: Report, context: Context): Promise<Uint8Array> {
  const gallery = await makeGallery(context, report.snapshot);
  try {
    return await context.pictures.writePdf(report, gallery);
  } catch (error) {
    // What people wrote, not a fault of the server.
    if (!(error instanceof LeukoscopeError) || error.code !== 'REPORT_LETTERS') throw error;
    throw new HttpError(422, error.code, error.message, { cause: error });
  }
}

/** A case that is signed now is exported as signed, with its signatures. */
async function reportNow(context: Context, id: string): Promise<Report> {
  const { row, snapshot } = await atOneMoment(context, id, async (tx, row) => ({
    row,
    snapshot: row.state === 'signed' ? undefined : await takeSnapshot(tx, row),
  }));
  if (snapshot === undefined) return signedReport(context, id, row.version);
  return {
    snapshot,
    signatures: [],
    amendmentReason: row.amendmentReason,
    at: context.clock().toISOString(),
    sha256: null,
    earlier: await versionsBefore(context, id, row.version),
  };
}

async function signedReport(context: Context, id: string, version: number): Promise<Report> {
  const [row] = await context.db.sql
    .select()
    .from(versions)
    .where(and(eq(versions.caseId, id), eq(versions.version, version)));
  if (row === undefined) throw missing('version', String(version));
  if (hashOfSnapshot(row.snapshot) !== row.sha256) {
    throw new HttpError(
      500,
      'VERSION_DAMAGED',
      `signed version must be as it was signed. Received version ${version} with another hash. Restore it from a backup.`,
    );
  }
  return {
    snapshot: snapshotSchema.parse(row.snapshot),
    signatures: row.signatures.map(storedSignature),
    amendmentReason: row.amendmentReason,
    at: row.signedAt.toISOString(),
    sha256: row.sha256,
    earlier: await versionsBefore(context, id, version),
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
