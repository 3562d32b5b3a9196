/** @file What export processes do: read a snapshot, choose the cells that are printed, write the export into a file. */
import { writeFile } from 'node:fs/promises';
import { agreementFormatSchema, type ExportFormat, exportFormatSchema } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';
import { privateFile } from '../private-files.ts';
import { hashOfSnapshot, snapshotSchema } from '../services/snapshot-form.ts';
import type { AgreementSource } from './agreement/agreement-source.ts';
import { type ChosenRow, chooseCells } from './choose-cells.ts';
import { toCoco } from './coco.ts';
import { toCsv } from './csv.ts';
import { toFhir } from './fhir.ts';
import { toHl7 } from './hl7.ts';
import { toHtml } from './html.ts';
import type { GalleryRow } from './pdf/write-pdf.ts';
import type { Report } from './report-facts.ts';

/** What an export is made of, from our own server: as it made it. */
export interface ExportSource {
  /** JSON in pieces: the snapshot, and lists of cells that are not in it. */
  readonly head: string;
  readonly cells: readonly string[];
  /** What else the report says. Its hash, if it is signed, must be the snapshot's. */
  readonly facts: Omit<Report, 'snapshot'>;
}

const source = z.custom<ExportSource>((value) => typeof value === 'object' && value !== null);
const taskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('choose'), source }),
  z.object({
    kind: z.literal('write'),
    source,
    format: exportFormatSchema,
    gallery: z.custom<readonly GalleryRow[]>(Array.isArray),
    file: z.string(),
  }),
  z.object({
    kind: z.literal('agreement'),
    source: z.custom<AgreementSource>((value) => typeof value === 'object' && value !== null),
    format: agreementFormatSchema,
    file: z.string(),
  }),
]);

/** What is asked. */
export type ExportTask = z.input<typeof taskSchema>;

/** Do one task: cells that are chosen, or the name of what was written. */
export async function doExportTask(raw: unknown): Promise<readonly ChosenRow[] | string> {
  const task = taskSchema.parse(raw);
  if (task.kind === 'agreement') {
    // Figures and their letters are read when the first report is wanted.
    const { writeAgreement } = await import('./agreement/write-agreement.ts');
    const body = await writeAgreement(task.source, task.format);
    await writeFile(task.file, body, { mode: privateFile });
    return 'agreement';
  }
  const report = readReport(task.source);
  if (task.kind === 'choose') return chooseCells(report.snapshot);
  const body = await writers[task.format](report, task.gallery);
  await writeFile(task.file, body, { mode: privateFile });
  const { number, version } = report.snapshot.case;
  return `${number}-v${version}`;
}

type Writer = (
  report: Report,
  gallery: readonly GalleryRow[],
) => string | Promise<string | Uint8Array>;

const writers: Readonly<Record<ExportFormat, Writer>> = {
  csv: (report) => toCsv(report.snapshot),
  coco: (report) => toCoco(report.snapshot),
  fhir: async (report, gallery) => toFhir(report, await toPdf(report, gallery)),
  hl7: toHl7,
  html: toHtml,
  pdf: toPdf,
  json: (report) => JSON.stringify(report, null, 1),
};

async function toPdf(report: Report, gallery: readonly GalleryRow[]): Promise<Uint8Array> {
  // Fonts and layout are read when the first report is wanted.
  const { writePdf } = await import('./pdf/write-pdf.ts');
  return writePdf(report, gallery);
}

function readReport({ head, cells, facts }: ExportSource): Report {
  const whole: unknown = JSON.parse(head);
  if (facts.sha256 !== null) {
    if (hashOfSnapshot(whole) !== facts.sha256) {
      throw new LeukoscopeError(
        'VERSION_DAMAGED',
        `signed version must be as it was signed. Received one with another hash than ${facts.sha256}. Restore it from a backup.`,
      );
    }
    return { ...facts, snapshot: snapshotSchema.parse(whole) };
  }
  const own = cells.flatMap((piece) => z.array(z.unknown()).parse(JSON.parse(piece)));
  const snapshot = snapshotSchema.parse({ ...z.looseObject({}).parse(whole), cells: own });
  return { ...facts, snapshot };
}
