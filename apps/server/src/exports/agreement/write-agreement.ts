/** @file The validation report as a page, a PDF or a table for spreadsheets: the same parts in the same order. */
import type { AgreementFormat } from '@leukoscope/contract';
import { escapeMarkup } from '@leukoscope/core';
import { figureGrid, pageStyle, table, toCsv } from '@leukoscope/metrics';
import { svgToPng } from '@leukoscope/metrics/png';
import { closeSheet, ink, openSheet, type Sheet } from '../pdf/pdf-sheet.ts';
import { writeSheetTable } from '../pdf/pdf-table.ts';
import { type AgreementReport, agreementReport, type PartTable } from './agreement-parts.ts';
import type { AgreementSource } from './agreement-source.ts';

/** Write a report. */
export async function writeAgreement(
  source: AgreementSource,
  format: AgreementFormat,
): Promise<string | Uint8Array> {
  const report = agreementReport(source);
  switch (format) {
    case 'html':
      return toPage(report);
    case 'pdf':
      return toPdf(report, source.at);
    case 'csv':
      return toTable(report);
  }
}

function toPage({ title, researchUse, facts, parts }: AgreementReport): string {
  const sections = parts.map(
    (part) => `<section><h2>${escapeMarkup(part.title)}</h2>
${part.notes.map((note) => `<p>${escapeMarkup(note)}</p>`).join('\n')}
${part.tables.map(({ name, header, rows }) => table(name, header, rows)).join('\n')}
${part.figures.length === 0 ? '' : figureGrid(part.figures)}
</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${escapeMarkup(title)}</h1>
<p><strong>${escapeMarkup(researchUse)}</strong></p>
${table('Facts', ['What', 'Value'], facts)}
${sections.join('\n')}
</main>
</body>
</html>
`;
}

/** One table under the other, each row with the name of its table in front. */
function toTable({ facts, parts }: AgreementReport): string {
  const tables = [
    { name: 'Facts', header: ['What', 'Value'], rows: facts },
    ...parts.flatMap((part) => part.tables),
  ];
  return tables
    .map(({ name, header, rows }) =>
      toCsv(
        ['table', ...header],
        rows.map((row) => [name, ...row]),
      ),
    )
    .join('\r\n');
}

/** Figures stand two beside each other. */
const figureGap = 12;

async function toPdf(report: AgreementReport, at: string): Promise<Uint8Array> {
  const { title, researchUse, facts, parts } = report;
  const texts = JSON.stringify({ title, researchUse, facts, parts: parts.map(textsOf) });
  const sheet = await openSheet({ title, at: new Date(at) }, [texts, 'Page 0123456789 …']);
  sheet.line(title, { x: sheet.left, y: sheet.y, width: sheet.width }, { size: 17, isBold: true });
  sheet.y += 26;
  sheet.paragraph(researchUse, { isBold: true, colour: ink.warn });
  for (const [name, value] of facts) sheet.paragraph(`${name}: ${value}`);
  for (const part of parts) {
    sheet.heading(part.title);
    for (const note of part.notes) sheet.paragraph(note, { size: 8, colour: ink.soft });
    for (const one of part.tables) writeTable(sheet, one);
    writeFigures(
      sheet,
      part.figures.map(({ svg, width, height }) => ({ svg, ratio: height / width })),
    );
  }
  return closeSheet(sheet, `${title}. ${researchUse}`);
}

function textsOf({ title, notes, tables }: AgreementReport['parts'][number]) {
  return { title, notes, tables };
}

function writeTable(sheet: Sheet, { header, rows }: PartTable): void {
  writeSheetTable(
    sheet,
    header,
    rows.map((cells) => ({ cells })),
    { widths: widthsOf(sheet.width, [header, ...rows]), rowHeight: 12, gap: 4, size: 7 },
  );
  sheet.y += 6;
}

/** A column is as wide as its longest text asks: limits of an estimate take four times the room of a count. */
function widthsOf(width: number, lines: readonly (readonly string[])[]): number[] {
  const wanted = lines[0]!.map((_, i) => 2 + Math.max(...lines.map((line) => line[i]!.length)));
  const all = wanted.reduce((sum, one) => sum + one, 0);
  return wanted.map((one) => (width * one) / all);
}

function writeFigures(
  sheet: Sheet,
  figures: readonly { readonly svg: string; readonly ratio: number }[],
): void {
  const width = (sheet.width - figureGap) / 2;
  for (let i = 0; i < figures.length; i += 2) {
    const row = figures.slice(i, i + 2);
    const height = width * Math.max(...row.map(({ ratio }) => ratio));
    sheet.need(height + figureGap);
    row.forEach(({ svg }, column) => {
      const x = sheet.left + column * (width + figureGap);
      sheet.document.image(Buffer.from(svgToPng(svg, { scale: 2 })), x, sheet.y, { width });
    });
    sheet.y += height + figureGap;
  }
}
