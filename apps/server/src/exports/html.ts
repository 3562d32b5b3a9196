/** @file A case as one printable HTML page without scripts; also a browser's way to PDF. */
import { reportParts } from '@leukoscope/contract';
import { escapeMarkup } from '@leukoscope/core';
import type { Report } from './report-facts.ts';

const style = `
  body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid #ccc; }
  th:first-child, td:first-child { text-align: left; }
  .status { border: 1px solid #555; padding: .1rem .5rem; border-radius: .2rem; }
  .research { border: 2px solid #8a5a00; padding: .4rem .7rem; margin: 1rem 0; font-weight: 600; }
  .out { font-weight: 700; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
  .text { white-space: pre-wrap; } p, li { overflow-wrap: anywhere; }
  @media screen and (prefers-color-scheme: dark) {
    :root { color-scheme: dark; } body { color: #eee; background: #1a1920; } th, td { border-color: #444; } .research { border-color: #f2b866; } }
  @media print { body { margin: 0; max-width: none; } }`;

/** Write a case as an HTML page. */
export function toHtml(report: Report): string {
  const parts = reportParts(report);
  const { number } = report.snapshot.case;
  const text = (given: string) => `<bdi>${escapeMarkup(given)}</bdi>`;
  const list = (items: readonly string[]) =>
    `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    texts.map((one) => `<${tag}>${escapeMarkup(one)}</${tag}>`).join('');
  const flags = parts.flags.map(
    ({ severity, message }) => `${severity === 'warning' ? 'Warning: ' : ''}${message}`,
  );
  const section = (name: string, body: string) => `<h2>${escapeMarkup(name)}</h2>\n${body}\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(number)}: leukocyte differential</title>
<style>${style}
</style>
</head>
<body>
<header>
<h1>${parts.title} <span class="status">${parts.statusName}</span></h1>
${parts.place === '' ? '' : `<p>${text(parts.place)}</p>`}
</header>
<p class="research">${parts.researchUse}</p>
<dl>${parts.facts.map(([name, value]) => `<dt>${name}</dt><dd>${text(value)}</dd>`).join('')}</dl>
${section(
  parts.counted,
  `<table>
<thead><tr>${cells('th', parts.columns)}</tr></thead>
<tbody>
${parts.rows.map((row) => `<tr${row.isOut ? ' class="out"' : ''}>${cells('td', row.cells)}</tr>`).join('\n')}
</tbody>
</table>
<p><small>${parts.legend}</small></p>
<p>${escapeMarkup([...parts.others.map((one) => `${one}.`), parts.leftOut].join(' '))}</p>`,
)}${section('Flags', flags.length === 0 ? '<p>No flags.</p>' : list(flags))}${section(
  'Conclusion',
  `<p class="text" dir="auto">${escapeMarkup(parts.conclusion === '' ? 'None.' : parts.conclusion)}</p>`,
)}${parts.comments.length === 0 ? '' : section('Comments', list(parts.comments))}${section(
  'Signatures',
  parts.unsigned === null
    ? parts.signatures
        .map(([sentence, bound]) => `<p>${text(sentence)}<br><small>${bound}</small></p>`)
        .join('\n')
    : `<p>${parts.unsigned}</p>`,
)}${parts.amendments.length === 0 ? '' : section('Amendments', list(parts.amendments))}<p class="research">${parts.researchUse}</p>
</body>
</html>
`;
}
