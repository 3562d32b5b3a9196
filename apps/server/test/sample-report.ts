/** @file A report made by hand, so that its forms are tested without a database, a model and their time. */
import type { Cell, Comment } from '@leukoscope/contract';
import type { Report } from '../src/exports/report-facts.ts';
import { defaultSite } from '../src/services/default-site.ts';
import type { Snapshot } from '../src/services/snapshot-form.ts';

const caseId = '0190a5d0-0000-7000-8000-0000000000aa';
const fieldId = '0190a5d0-0000-7000-8000-0000000000bb';
const ann = { kind: 'user', id: '0190a5d0-0000-7000-8000-0000000000cc', name: 'Ann' } as const;
const at = '2026-11-20T12:00:00.000Z';

/** A cell of the sample, at 18, 18. */
export function sampleCell(bin: Cell['bin'], isSeen: boolean, number = 1): Cell {
  return {
    id: `0190a5d0-0000-7000-8000-${String(number).padStart(12, '0')}`,
    caseId,
    fieldId,
    origin: 'model',
    revision: 0,
    changedIn: 1,
    box: { x1: 18, y1: 18, x2: 43, y2: 43 },
    mask: null,
    bin,
    model: null,
    isIncomplete: false,
    isUnsure: false,
    seen: isSeen ? { by: ann, at } : null,
    isDeleted: false,
  };
}

/** A comment of the sample. */
export function sampleComment(text: string, part: Partial<Comment>): Comment {
  return { id: fieldId, caseId, cellId: null, text, isPrinted: false, by: ann, at, ...part };
}

/** 2 segmented neutrophils and 2 lymphocytes of 8 x 10^9/L; beside them an erythroblast, an artefact, platelets. */
export function sampleReport(
  facts: Partial<Snapshot['case']> = {},
  part: Partial<Pick<Snapshot, 'cells' | 'comments'>> = {},
): Report {
  const row = (
    cellClass: 'segmented-neutrophil' | 'lymphocyte',
    name: string,
    reference: { low: number; high: number },
  ) => ({
    cellClass,
    name,
    count: 2,
    share: 0.5,
    low: 0.068,
    high: 0.932,
    absoluteE9PerLitre: facts.leukocytesE9PerLitre === null ? null : 4,
    reference,
    interpretation: 'normal' as const,
    modelCount: 2,
  });
  return {
    snapshot: {
      format: 'leukoscope-case-1',
      case: {
        id: caseId,
        number: 'A|B&C',
        patientReference: 'P-1',
        specimen: 'peripheral-blood',
        collectedAt: '2026-11-20T10:00:00.000Z',
        leukocytesE9PerLitre: 8,
        targetCells: 200,
        version: 1,
        conclusion: 'left ^ shift\nsecond line',
        createdBy: ann,
        ...facts,
      },
      site: defaultSite,
      differential: {
        leukocytes: 4,
        targetCells: 200,
        confidence: 0.95,
        rows: [
          row('segmented-neutrophil', 'Segmented neutrophil', { low: 0.45, high: 0.79 }),
          row('lymphocyte', 'Lymphocyte', { low: 0.16, high: 0.5 }),
        ],
        nonLeukocytes: [
          { cellClass: 'erythroblast', name: 'Erythroblast', count: 1, per100: 25 },
          { cellClass: 'artefact', name: 'Artefact', count: 1, per100: 25 },
          { cellClass: 'erythrocyte', name: 'Erythrocyte', count: 9, per100: 225 },
          { cellClass: 'platelet', name: 'Platelet', count: 7, per100: 175 },
        ],
        unidentified: 0,
        notClassed: 1,
        flags: [
          { code: 'N', severity: 'note', message: 'A note.' },
          { code: 'W', severity: 'warning', message: 'Few cells.' },
        ],
      },
      fields: [
        {
          id: fieldId,
          caseId,
          position: 1,
          fileName: 'field.png',
          sha256: 'cd'.repeat(32),
          mediaType: 'image/png',
          sizeBytes: 1,
          width: 100,
          height: 60,
          pixelSizeUm: null,
          revision: 0,
          state: 'analysed',
          failure: null,
          analysis: { modelId: 'blobs', modelSha256: 'ab'.repeat(32), finishedAt: at },
          flags: [],
          cells: 2,
          createdAt: at,
        },
      ],
      cells: [sampleCell('segmented-neutrophil', true), sampleCell('lymphocyte', true, 2)],
      comments: [],
      ...part,
    },
    signatures: [
      {
        id: fieldId,
        version: 1,
        by: ann,
        account: 'ann',
        at,
        meaning: 'approved',
        reason: null,
        sha256: 'ef'.repeat(32),
      },
    ],
    amendmentReason: null,
    at,
    sha256: 'ef'.repeat(32),
    earlier: [],
  };
}
