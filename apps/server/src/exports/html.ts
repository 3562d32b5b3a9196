/** @file A case as one printable HTML page without scripts; also a browser's way to PDF. */
import { methodOf, type Report, researchUse, round, statusOf } from './report-facts.ts';
import { boundWords, signatureSentence } from './signature-words.ts';

const style = `
  body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid #ccc; }
  th:first-child, td:first-child { text-align: left; }
  .status { border: 1px solid #555; padding: .1rem .5rem; border-radius: .2rem; }
  .research { border: 2px solid #8a5a00; padding: .4rem .7rem; margin: 1rem 0; font-weight: 600; }
  .out { font-weight: 700; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
  @media print { body { margin: 0; max-width: none; } }`;

/** Write a case as an HTML page. */
export function toHtml(report: Report): string {
  const { snapshot } = report;
  const { differential } = snapshot;
  const percent = (share: number) => round(share * 100, 1).toFixed(1);
  const rows = differential.rows.map((row) => {
    const range =
      row.reference === null
        ? ''
        : `${row.reference.low === null ? '' : percent(row.reference.low)}–${row.reference.high === null ? '' : percent(row.reference.high)}`;
    const isOut = row.interpretation === 'low' || row.interpretation === 'high';
    const mark = isOut ? (row.interpretation === 'low' ? ' L' : ' H') : '';
    return `<tr${isOut ? ' class="out"' : ''}><td>${escapeHtml(row.name)}</td><td>${row.count}</td><td>${percent(row.share)}${mark}</td><td>${percent(row.low)}–${percent(row.high)}</td><td>${row.absoluteE9PerLitre === null ? '' : row.absoluteE9PerLitre.toFixed(2)}</td><td>${range}</td><td>${row.modelCount}</td></tr>`;
  });
  const others = differential.nonLeukocytes.map(
    (row) =>
      `<tr><td>${escapeHtml(row.name)}</td><td>${row.count}</td><td>${row.per100 === null ? '' : row.per100.toFixed(1)}</td></tr>`,
  );
  const signed = report.signatures.map(
    (signature) =>
      `<dt>Signature</dt><dd>${escapeHtml(signatureSentence(signature))}<br><small>${escapeHtml(boundWords(signature))}</small></dd>`,
  );
  const facts: [string, string][] = [
    ['Case', snapshot.case.number],
    ['Patient', snapshot.case.patientReference],
    ['Specimen', snapshot.case.specimen],
    ['Collected', snapshot.case.collectedAt ?? ''],
    ['Version', String(snapshot.case.version)],
    ['Amended because', report.amendmentReason ?? ''],
    ['Method', methodOf(snapshot)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(snapshot.case.number)}: leukocyte differential</title>
<style>${style}
</style>
</head>
<body>
<header>
<h1>Leukocyte differential <span class="status">${statusOf(report)}</span></h1>
<p>${escapeHtml([snapshot.site.name, snapshot.site.address].filter((text) => text !== '').join(', '))}</p>
</header>
<p class="research">${researchUse}</p>
<dl>${facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`)
    .join('')}${signed.join('')}</dl>
<h2>${differential.leukocytes} leukocytes counted (aim ${differential.targetCells})</h2>
<table>
<thead><tr><th>Type</th><th>Count</th><th>%</th><th>95 % limits</th><th>10⁹/L</th><th>Reference %</th><th>Model</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
${others.length === 0 ? '' : `<h2>Other cells</h2><table><thead><tr><th>Type</th><th>Count</th><th>per 100 leukocytes</th></tr></thead><tbody>${others.join('\n')}</tbody></table>`}
<p>Unidentified: ${differential.unidentified}. Not classed: ${differential.notClassed}.</p>
${differential.flags.length === 0 ? '' : `<h2>Flags</h2><ul>${differential.flags.map((flag) => `<li>${escapeHtml(flag.message)}</li>`).join('')}</ul>`}
${snapshot.case.conclusion === '' ? '' : `<h2>Comment</h2><p>${escapeHtml(snapshot.case.conclusion).replaceAll('\n', '<br>')}</p>`}
${snapshot.comments.length === 0 ? '' : `<h2>Remarks</h2><ul>${snapshot.comments.map((comment) => `<li>${escapeHtml(comment.text)} (${escapeHtml(comment.by.name)})</li>`).join('')}</ul>`}
<p class="research">${researchUse}</p>
</body>
</html>
`;
}

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => signs[sign]!);
}
