/** @file A case as PDF to print and to keep: facts, differential, flags, gallery, signatures. */
import type { Bin } from '@leukoscope/contract';
import { methodOf, type Report, researchUse, statusOf } from '../report-facts.ts';
import { boundWords, signatureSentence } from '../signature-words.ts';
import { closeSheet, ink, openSheet, type Sheet } from './pdf-sheet.ts';
import { writeDifferential, writeOtherCells } from './pdf-tables.ts';

/** Pictures of some cells of one type. */
export interface GalleryRow {
  readonly bin: Bin;
  readonly name: string;
  /** Of all cells of the type. */
  readonly count: number;
  /** JPEG, square. */
  readonly pictures: readonly Uint8Array[];
}

const specimens = {
  'peripheral-blood': 'Peripheral blood',
  'bone-marrow': 'Bone marrow',
  'body-fluid': 'Body fluid',
  other: 'Other',
} as const;
const pictureSide = 36;

/** Write a report as PDF. */
export async function writePdf(
  report: Report,
  gallery: readonly GalleryRow[],
): Promise<Uint8Array> {
  const { snapshot } = report;
  const { number, version } = snapshot.case;
  const title = `${number}: leukocyte differential, version ${version}`;
  const sheet = openSheet({ title, at: new Date(report.at) });
  writeHead(sheet, report);
  writeFacts(sheet, report);
  writeDifferential(sheet, snapshot);
  writeOtherCells(sheet, snapshot);
  writeFlags(sheet, report);
  writeTexts(sheet, report);
  writeGallery(sheet, gallery);
  writeSignatures(sheet, report);
  const foot = `${number}, version ${version}, ${statusOf(report)}, ${timeOf(report.at)}. ${researchUse}`;
  return closeSheet(sheet, foot);
}

function writeHead(sheet: Sheet, report: Report): void {
  const { left, width, document } = sheet;
  const { name, address } = report.snapshot.site;
  const status = statusOf(report).toUpperCase();
  sheet.line(
    'Leukocyte differential',
    { x: left, y: sheet.y, width: width - 120 },
    { size: 17, isBold: true },
  );
  document
    .rect(left + width - 96, sheet.y + 1, 96, 18)
    .lineWidth(0.8)
    .strokeColor(ink.text)
    .stroke();
  sheet.line(
    status,
    { x: left + width - 96, y: sheet.y + 5.5, width: 96 },
    { isBold: true, align: 'center' },
  );
  sheet.y += 24;
  const site = [name, address.replaceAll(/\s*\n\s*/g, ', ')]
    .filter((text) => text !== '')
    .join(', ');
  if (site !== '') {
    sheet.line(site, { x: left, y: sheet.y, width }, { colour: ink.soft });
    sheet.y += 14;
  }
  document.rect(left, sheet.y, width, 18).lineWidth(1).strokeColor(ink.warn).stroke();
  sheet.line(
    researchUse,
    { x: left + 8, y: sheet.y + 5, width: width - 16 },
    { isBold: true, colour: ink.warn },
  );
  sheet.y += 28;
}

function writeFacts(sheet: Sheet, report: Report): void {
  const { snapshot } = report;
  const { differential } = snapshot;
  const facts = snapshot.case;
  const wbc = facts.leukocytesE9PerLitre;
  const pairs: [string, string][] = [
    ['Case', facts.number],
    ['Patient', facts.patientReference === '' ? 'not given' : facts.patientReference],
    ['Specimen', specimens[facts.specimen]],
    ['Collected', facts.collectedAt === null ? 'not given' : timeOf(facts.collectedAt)],
    ['Leukocytes', wbc === null ? 'not given' : `${wbc} x 10^9/L (from the analyser)`],
    ['Counted', `${differential.leukocytes} leukocytes (aim ${differential.targetCells})`],
    ['Fields', `${snapshot.fields.length} images, ${snapshot.cells.length} cells`],
    ['Version', `${facts.version}, ${statusOf(report)}, ${timeOf(report.at)}`],
  ];
  const half = sheet.width / 2;
  pairs.forEach(([name, value], i) => {
    const x = sheet.left + (i % 2) * half;
    const y = sheet.y + Math.floor(i / 2) * 14;
    sheet.line(name, { x, y, width: 62 }, { colour: ink.soft });
    sheet.line(value, { x: x + 62, y, width: half - 70 }, { isBold: i < 2 });
  });
  sheet.y += Math.ceil(pairs.length / 2) * 14 + 4;
  sheet.paragraph(`Method: ${methodOf(snapshot)}.`, { size: 8, colour: ink.soft });
}

function writeFlags(sheet: Sheet, { snapshot }: Report): void {
  const { flags, unidentified, notClassed } = snapshot.differential;
  sheet.heading('Flags');
  const left = `Unidentified: ${unidentified}. Not classed: ${notClassed}.`;
  if (flags.length === 0) sheet.paragraph('None.');
  for (const flag of flags) {
    sheet.paragraph(`${flag.severity === 'warning' ? '!' : '·'}  ${flag.message}`, {
      isBold: flag.severity === 'warning',
    });
  }
  sheet.paragraph(left, { colour: ink.soft });
}

function writeTexts(sheet: Sheet, { snapshot }: Report): void {
  if (snapshot.case.conclusion !== '') {
    sheet.heading('Comment');
    sheet.paragraph(snapshot.case.conclusion);
  }
  if (snapshot.comments.length > 0) {
    sheet.heading('Remarks');
    for (const { text, by, at } of snapshot.comments) {
      sheet.paragraph(`${text} (${by.name}, ${timeOf(at)})`);
    }
  }
}

/** Two types beside each other, each with a row of pictures. */
function writeGallery(sheet: Sheet, gallery: readonly GalleryRow[]): void {
  if (gallery.length === 0) return;
  sheet.heading('Cells by type');
  const half = sheet.width / 2;
  for (let i = 0; i < gallery.length; i += 2) {
    sheet.need(pictureSide + 18);
    gallery.slice(i, i + 2).forEach(({ name, count, pictures }, column) => {
      const x = sheet.left + column * half;
      const shown = pictures.length < count ? `${pictures.length} of ${count}` : `${count}`;
      sheet.line(
        `${name} (${shown})`,
        { x, y: sheet.y, width: half - 8 },
        { size: 8, isBold: true },
      );
      pictures.forEach((picture, k) => {
        sheet.document.image(Buffer.from(picture), x + k * (pictureSide + 3), sheet.y + 11, {
          width: pictureSide,
          height: pictureSide,
        });
      });
    });
    sheet.y += pictureSide + 17;
  }
}

function writeSignatures(sheet: Sheet, report: Report): void {
  sheet.heading('Signatures');
  if (report.signatures.length === 0) {
    sheet.paragraph('Not signed: this is a preliminary result and may change.', { isBold: true });
  }
  for (const signature of report.signatures) {
    sheet.paragraph(`${signatureSentence(signature)}. Signed electronically.`);
    sheet.paragraph(boundWords(signature), { size: 7.5 });
  }
  if (report.earlier.length > 0) {
    sheet.heading('Amendments');
    sheet.paragraph(
      `This version replaces version ${report.earlier.at(-1)!.version}. Reason: ${report.amendmentReason ?? 'not given'}`,
    );
    for (const { version, signedAt, sha256 } of report.earlier) {
      sheet.paragraph(`Version ${version}, signed ${timeOf(signedAt)}, SHA-256 ${sha256}`, {
        size: 7.5,
        colour: ink.soft,
      });
    }
  }
}

/** `2026-11-20 17:04 UTC`. */
function timeOf(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
