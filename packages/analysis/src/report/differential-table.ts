/** @file The differential as HTML tables: shares with bars and limits, and cells per 100 leukocytes. */
import { colourOfClass } from '@leukoscope/image';
import type { Differential, DifferentialRow, RangeCheck } from '../differential/differential.ts';
import { percentText, scaleOf, shareBar } from './share-bar.ts';

/** Write the table of leukocytes. */
export function differentialTable(table: Differential): string {
  const { rows, total, ranges, wbcPerMicrolitre } = table;
  if (rows.length === 0) return '<p class="soft">No leukocyte was found.</p>';
  const most = scaleOf(rows);
  const hasAbsolute = wbcPerMicrolitre !== null;
  const absoluteHead = hasAbsolute ? '<th scope="col">per µL (95 %)</th>' : '';
  const head = `<tr><th scope="col">Type</th><th scope="col">Count</th><th scope="col">Share</th><th scope="col">95 % limits</th><th scope="col" class="graph">0 to ${Math.round(most * 100)} %</th><th scope="col" class="wide">Reference</th><th scope="col"></th>${absoluteHead}</tr>`;
  const body = rows.map((row) => rowHtml(row, most, hasAbsolute));
  const foot = `<tr><th scope="row">All typed</th><td>${total}</td><td>${total === 0 ? '–' : '100 %'}</td><td></td><td class="graph"></td><td class="wide"></td><td></td>${hasAbsolute ? `<td>${Math.round(wbcPerMicrolitre).toLocaleString('en-GB')}</td>` : ''}</tr>`;
  return `<div class="table card"><table><caption>Differential</caption><thead>${head}</thead><tbody>${body.join('')}</tbody><tfoot>${foot}</tfoot></table><p class="soft">Reference ranges: ${ranges}. A mark stands in bold only where the whole range of limits is outside.</p></div>`;
}

function rowHtml(row: DifferentialRow, most: number, hasAbsolute: boolean): string {
  const colour = cssColour(colourOfClass(row.cellClass));
  const { share, limits, check, perMicrolitre } = row;
  const range = check === null ? '' : `${check.range.low} to ${check.range.high} %`;
  const dim = row.count === 0 ? ' class="zero"' : '';
  const absolute = hasAbsolute
    ? `<td>${perMicrolitre === null ? '–' : `${whole(perMicrolitre.value)} (${whole(perMicrolitre.low)} to ${whole(perMicrolitre.high)}) ${markHtml(row.absoluteCheck)}`}</td>`
    : '';
  return `<tr${dim}><th scope="row"><span class="swatch" style="background:${colour}"></span>${row.name}</th><td>${row.count}</td><td>${share === null ? '–' : percentText(share)}</td><td>${limits === null ? '–' : `${(100 * limits.low).toFixed(1)} to ${(100 * limits.high).toFixed(1)}`}</td><td class="graph">${shareBar(row, colour, most)}</td><td class="wide">${range}</td><td>${markHtml(check)}</td>${absolute}</tr>`;
}

function markHtml(check: RangeCheck | null): string {
  if (check === null || check.position === 'within') return '<span class="mark"></span>';
  const text = check.position === 'above' ? '▲ high' : '▼ low';
  return `<span class="mark${check.isCertain ? ' certain' : ''}">${text}${check.isCertain ? '' : '?'}</span>`;
}

/** Write the table of cells that are no leukocytes. */
export function accompanyingTable({ accompanying }: Differential): string {
  const seen = accompanying.filter(({ count }) => count > 0);
  if (seen.length === 0) return '';
  const rows = seen.map(({ cellClass, name, count, per100, limits }) => {
    const colour = cssColour(colourOfClass(cellClass));
    const per = per100 === null ? '–' : per100.toFixed(1);
    const range = limits === null ? '–' : `${limits.low.toFixed(1)} to ${limits.high.toFixed(1)}`;
    return `<tr><th scope="row"><span class="swatch" style="background:${colour}"></span>${name}</th><td>${count.toLocaleString('en-GB')}</td><td>${per}</td><td>${range}</td></tr>`;
  });
  return `<div class="table card"><table><caption>Other cells</caption><thead><tr><th scope="col">Kind</th><th scope="col">Count</th><th scope="col">per 100 leukocytes</th><th scope="col">95 % limits</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** Write a colour for CSS. */
export function cssColour([r, g, b]: readonly [number, number, number]): string {
  return `rgb(${r} ${g} ${b})`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
