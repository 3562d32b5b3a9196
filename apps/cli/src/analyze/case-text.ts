/** @file A case as text for the terminal: differential with limits, other cells, flags, time. */
import type { CaseAnalysis } from '@leukoscope/analysis';
import { expectationNames, isLeukocyte } from '@leukoscope/core';
import type { Style } from '../framework/style.ts';
import { plural, textTable } from '../framework/text-table.ts';

/** Write one case. */
export function caseText(
  analysis: CaseAnalysis,
  style: Style,
  columns: number | undefined,
): string {
  const { name, facts, images, differential: table, flags, poorImages } = analysis;
  const seconds = images.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0) / 1000;
  const expected =
    facts.expectation === undefined
      ? ''
      : `, expected: ${expectationNames[facts.expectation].toLowerCase()}`;
  const head = `${style.bold(name)}  ${style.dim(`${plural(images.length, 'image')}, ${plural(table.total + table.unidentified, 'leukocyte')}, ${seconds.toFixed(2)} s${expected}`)}`;
  const hasAbsolute = table.wbcPerMicrolitre !== null;
  const header = ['Type', 'Count', 'Share', '95 % limits', 'Reference', ''];
  const rows = table.rows.map(({ name: type, count, share, limits, check, perMicrolitre }) => [
    type,
    count,
    share === null ? '–' : `${(100 * share).toFixed(1)} %`,
    limits === null ? '–' : `${(100 * limits.low).toFixed(1)} to ${(100 * limits.high).toFixed(1)}`,
    check === null ? '' : `${check.range.low} to ${check.range.high}`,
    check === null || check.position === 'within'
      ? ''
      : `${check.position === 'above' ? 'high' : 'low'}${check.isCertain ? '' : '?'}`,
    ...(hasAbsolute
      ? [
          perMicrolitre === null
            ? '–'
            : `${Math.round(perMicrolitre.value)} (${Math.round(perMicrolitre.low)} to ${Math.round(perMicrolitre.high)})`,
        ]
      : []),
  ]);
  const lines = [head];
  if (rows.length > 0) {
    lines.push(textTable([...header, ...(hasAbsolute ? ['per µL'] : [])], rows, style, columns));
  }
  const others = table.accompanying
    .filter(({ count, cellClass }) => count > 0 && !isLeukocyte(cellClass))
    .map(({ name: kind, count, per100 }) =>
      per100 === null
        ? `${plural(count, kind.toLowerCase())}`
        : `${plural(count, kind.toLowerCase())} (${per100.toFixed(1)} per 100)`,
    );
  if (others.length > 0) lines.push(style.dim(`Other cells: ${others.join(', ')}`));
  for (const { severity, text } of flags) {
    lines.push(severity === 'warning' ? style.yellow(`! ${text}`) : style.dim(`- ${text}`));
  }
  for (const file of poorImages.slice(0, 5)) {
    const image = images.find((candidate) => candidate.file === file)!;
    const texts = image.quality.filter(({ isFlagged }) => isFlagged).map(({ text }) => text);
    lines.push(style.yellow(`! ${file}: ${texts.join('; ')}`));
  }
  if (poorImages.length > 5) {
    lines.push(style.yellow(`! ${plural(poorImages.length - 5, 'more image')} of low quality`));
  }
  return lines.join('\n');
}
