/** @file Parts of the report page: tables, key figures, figures with their numbers to download. */
import type { Figure } from '../figures/figure.ts';
import { escapeXml } from '../figures/svg.ts';

/** A key figure at the head of a section. */
export interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** Write the row of key figures. */
export function keyFigures(figures: readonly KeyFigure[]): string {
  const cards = figures.map(
    ({ label, value, note = '' }) =>
      `<div class="key"><dt>${escapeXml(label)}</dt><dd>${escapeXml(value)}</dd><dd class="note">${escapeXml(note)}</dd></div>`,
  );
  return `<dl class="keys">${cards.join('')}</dl>`;
}

/** Write a table; all columns but the first hold numbers. */
export function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = header.map((cell) => `<th scope="col">${escapeXml(cell)}</th>`).join('');
  const body = rows.map(([first = '', ...rest]) => {
    const cells = rest.map((cell) => `<td>${escapeXml(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeXml(first)}</th>${cells}</tr>`;
  });
  return `<div class="table"><table><caption>${escapeXml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** Write figures side by side, each with links to its picture and its numbers. */
export function figureGrid(figures: readonly Figure[]): string {
  const items = figures.map((figure) => {
    const link = (kind: string, type: string, content: string) =>
      `<a download="${figure.name}.${kind}" href="data:${type};charset=utf-8,${encodeURIComponent(content)}">${kind.toUpperCase()}</a>`;
    return `<figure style="--width:${figure.width}px">${figure.svg}<figcaption>${link('csv', 'text/csv', figure.csv)}</figcaption></figure>`;
  });
  return `<div class="figures">${items.join('')}</div>`;
}
