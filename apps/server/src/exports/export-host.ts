/**
 * @file Makes exports in a child process of their own, one after the other, into files from which they are sent:
 * neither a case of thousands of cells nor somebody who reads slowly holds the server up.
 */
import { mkdir, type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { type AgreementFormat, type ExportFormat, exportFormats } from '@leukoscope/contract';
import { z } from 'zod';
import { createFairLine, type FairLine } from '../fair-line.ts';
import { createHostPool } from '../hosts/host-pool.ts';
import { newId } from '../new-id.ts';
import { privateFolder } from '../private-files.ts';
import type { AgreementSource } from './agreement/agreement-source.ts';
import { type ChosenRow, chosenRowSchema } from './choose-cells.ts';
import type { ExportSource, ExportTask } from './export-tasks.ts';
import type { GalleryRow } from './pdf/write-pdf.ts';

const deadlineMs = 120_000;
const memoryBytes = 1.5 * 2 ** 30;
/** While one is written, the next is read from the database. */
const atOnce = 2;
const mostOfOne = 10;

/** An export that is made. */
export interface MadeExport {
  readonly name: string;
  /** Open, and in no folder any more: closing it is the end of it. */
  readonly file: FileHandle;
  readonly sizeBytes: number;
}

/** Makes exports. */
export interface ExportHost {
  /** Where people wait for theirs. */
  readonly line: FairLine;
  /** Choose the cells that are printed; none for formats without pictures. */
  choose(source: ExportSource, format: ExportFormat): Promise<readonly ChosenRow[]>;
  write(
    source: ExportSource,
    format: ExportFormat,
    gallery: readonly GalleryRow[],
  ): Promise<MadeExport>;
  writeAgreement(source: AgreementSource, format: AgreementFormat): Promise<MadeExport>;
  close(): Promise<void>;
}

const printed: ReadonlySet<ExportFormat> = new Set(['pdf', 'fhir']);

/** Start making exports, in files of a folder of its own; the process starts when it is needed. */
export function startExportHost(folder: string, clock: () => Date): ExportHost {
  const pool = createHostPool({
    script: new URL('./export-tasks-host.ts', import.meta.url),
    size: 1,
    deadlineMs,
    memoryBytes,
  });
  const run = (task: ExportTask) => pool.run(task);
  /** Have a file written, and take it out of its folder. */
  const make = async (
    extension: string,
    taskFor: (file: string) => ExportTask,
  ): Promise<MadeExport> => {
    await mkdir(folder, { recursive: true, mode: privateFolder });
    const target = path.join(folder, `${newId(clock())}.${extension}`);
    try {
      const name = z.string().parse(await run(taskFor(target)));
      const file = await open(target, 'r');
      return { name, file, sizeBytes: (await file.stat()).size };
    } finally {
      await rm(target, { force: true });
    }
  };
  return {
    line: createFairLine({ what: 'exports', atOnce, mostOfOne }),
    choose: async (source, format) =>
      printed.has(format)
        ? z.array(chosenRowSchema).parse(await run({ kind: 'choose', source }))
        : [],
    write: (source, format, gallery) =>
      make(exportFormats[format].extension, (file) => ({
        kind: 'write',
        source,
        format,
        gallery,
        file,
      })),
    writeAgreement: (source, format) =>
      make(format, (file) => ({ kind: 'agreement', source, format, file })),
    close: async () => {
      await pool.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
