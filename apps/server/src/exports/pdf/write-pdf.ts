/** @file A case as PDF to print and to keep: the parts of the report in their order, with pictures. */
import { type Bin, reportParts, type ReportParts, reportTime } from '@leukoscope/contract';
import type { Report } from '../report-facts.ts';
import { closeSheet, ink, openSheet, type Sheet } from './pdf-sheet.ts';
import { writeDifferential } from './pdf-differential.ts';

/** Pictures of some cells of one type. */
export interface GalleryRow {
  readonly bin: Bin;
  readonly name: string;
  /** Of all cells of the type. */
  readonly count: number;
  /** JPEG, square. */
  readonly pictures: readonly Uint8Array[];
}

const pictureSide = 36;

/** Write a report as PDF. */
export async function writePdf(
  report: Report,
  gallery: readonly GalleryRow[],
): Promise<Uint8Array> {
  const { number, version } = report.snapshot.case;
  const parts = reportParts(report);
  const title = `${number}: leukocyte differential, version ${version}`;
  const foot = `${number}, version ${version}, ${parts.status}, ${reportTime(report.at)}. ${parts.researchUse}`;
  const texts = [title, foot, JSON.stringify(parts), parts.status.toUpperCase()];
  const sheet = await openSheet({ title, at: new Date(report.at) }, [
    ...texts,
    'Page 0123456789 …',
  ]);
  writeHead(sheet, parts);
  writeFacts(sheet, parts);
  writeDifferential(sheet, parts);
  writeFlags(sheet, parts);
  sheet.heading('Conclusion');
  sheet.paragraph(parts.conclusion === '' ? 'None.' : parts.conclusion);
  if (parts.comments.length > 0) sheet.heading('Comments');
  for (const comment of parts.comments) sheet.paragraph(comment);
  writeGallery(sheet, gallery);
  writeSignatures(sheet, parts);
  return closeSheet(sheet, foot);
}

function writeHead(sheet: Sheet, parts: ReportParts): void {
  const { left, width, document } = sheet;
  const status = parts.statusName;
  sheet.line(parts.title, { x: left, y: sheet.y, width: width - 150 }, { size: 17, isBold: true });
  document
    .rect(left + width - 126, sheet.y + 1, 126, 18)
    .lineWidth(0.8)
    .strokeColor(ink.text)
    .stroke();
  sheet.line(
    status,
    { x: left + width - 126, y: sheet.y + 5.5, width: 126 },
    { isBold: true, align: 'center' },
  );
  sheet.y += 24;
  if (parts.place !== '') {
    sheet.line(parts.place, { x: left, y: sheet.y, width }, { colour: ink.soft });
    sheet.y += 14;
  }
  document.rect(left, sheet.y, width, 18).lineWidth(1).strokeColor(ink.warn).stroke();
  sheet.line(
    parts.researchUse,
    { x: left + 8, y: sheet.y + 5, width: width - 16 },
    { isBold: true, colour: ink.warn },
  );
  sheet.y += 28;
}

/** Two columns; the last fact, the method, has a line of its own. */
function writeFacts(sheet: Sheet, { facts }: ReportParts): void {
  const pairs = facts.slice(0, -1);
  const half = sheet.width / 2;
  pairs.forEach(([name, value], i) => {
    const x = sheet.left + (i % 2) * half;
    const y = sheet.y + Math.floor(i / 2) * 14;
    sheet.line(name, { x, y, width: 62 }, { colour: ink.soft });
    sheet.line(value, { x: x + 62, y, width: half - 70 }, { isBold: i < 2 });
  });
  sheet.y += Math.ceil(pairs.length / 2) * 14 + 4;
  const [name, value] = facts.at(-1)!;
  sheet.paragraph(`${name}: ${value}.`, { size: 8, colour: ink.soft });
}

function writeFlags(sheet: Sheet, { flags }: ReportParts): void {
  sheet.heading('Flags');
  if (flags.length === 0) sheet.paragraph('No flags.');
  for (const flag of flags) {
    sheet.paragraph(`${flag.severity === 'warning' ? '!' : '·'}  ${flag.message}`, {
      isBold: flag.severity === 'warning',
    });
  }
}

/** Two types beside each other, each with a row of pictures. */
function writeGallery(sheet: Sheet, gallery: readonly GalleryRow[]): void {
  if (gallery.length === 0) return;
  sheet.heading('Cells');
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

function writeSignatures(sheet: Sheet, { unsigned, signatures, amendments }: ReportParts): void {
  sheet.heading('Signatures');
  if (unsigned !== null) sheet.paragraph(unsigned, { isBold: true });
  for (const [sentence, bound] of signatures) {
    sheet.paragraph(sentence);
    sheet.paragraph(bound, { size: 7.5 });
  }
  if (amendments.length === 0) return;
  const [reason, ...earlier] = amendments;
  sheet.heading('Amendments');
  sheet.paragraph(reason!);
  for (const version of earlier) sheet.paragraph(version, { size: 7.5, colour: ink.soft });
}
