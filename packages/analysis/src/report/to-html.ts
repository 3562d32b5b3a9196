/**
 * @file Cases -> one page that needs nothing else: no script, no network. Uncertainty is always shown.
 */
import { escapeMarkup, expectationNames, type TypeDepth } from '@leukoscope/core';
import { type CaseAnalysis, researchNotice } from '../case-analysis.ts';
import { accompanyingTable, differentialTable } from './differential-table.ts';
import { pageStyle } from './page-style.ts';
import { type CasePictures, gallery, imageFigure } from './picture-sections.ts';
import { percentText } from './share-bar.ts';

/** Options of `toHtml`. */
export interface ToHtmlOptions {
  /** @default 'Blood smear analysis' */
  readonly title?: string;
  /** How fine types are shown. @default 'fine' */
  readonly depth?: TypeDepth;
  /** Pictures per case, in the order of the cases. @default none */
  readonly pictures?: readonly CasePictures[];
  /** Files that could not be analysed. @default [] */
  readonly failed?: readonly { readonly file: string; readonly reason: string }[];
}

/** Write the page. */
export function toHtml(cases: readonly CaseAnalysis[], options: ToHtmlOptions = {}): string {
  const { title = 'Blood smear analysis', depth = 'fine', pictures = [], failed = [] } = options;
  const sections = cases.map((analysis, i) => caseSection(analysis, depth, pictures[i]));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Leukoscope">
<title>${escapeMarkup(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escapeMarkup(title)}</h1>
<p class="notice">${researchNotice}</p>
${factList(cases)}
</header>
${failedSection(failed)}
${sections.join('\n')}
<footer><p>Made by Leukoscope. ${researchNotice} Limits are exact 95 % limits (Clopper-Pearson): with as many cells as were counted here, the true share lies within them in 95 of 100 smears. Grey bands are reference ranges.</p></footer>
</main>
</body>
</html>
`;
}

function factList(cases: readonly CaseAnalysis[]): string {
  const facts = cases[0]?.facts;
  if (facts === undefined) return '';
  const images = cases.reduce((sum, analysis) => sum + analysis.images.length, 0);
  const rows: [string, string | undefined][] = [
    ['Cases', `${cases.length} with ${images} ${images === 1 ? 'image' : 'images'}`],
    ['Model', `${escapeMarkup(facts.modelName)} <code>${facts.modelHash.slice(0, 12)}</code>`],
    [
      'Specimen',
      facts.expectation === undefined
        ? undefined
        : `expected to be ${expectationNames[facts.expectation].toLowerCase()}`,
    ],
    ['Date', facts.createdAt === undefined ? undefined : escapeMarkup(dateText(facts.createdAt))],
    [
      'Command',
      facts.command === undefined ? undefined : `<code>${escapeMarkup(facts.command)}</code>`,
    ],
  ];
  const written = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`);
  return `<dl class="facts">${written.join('')}</dl>`;
}

/** `2026-11-20T15:00:00.000Z` as people write it. */
function dateText(iso: string): string {
  return iso.replace(/T(\d\d:\d\d).*Z$/, ' $1 UTC');
}

function failedSection(failed: ToHtmlOptions['failed'] = []): string {
  if (failed.length === 0) return '';
  const rows = failed.map(
    ({ file, reason }) =>
      `<tr><th scope="row">${escapeMarkup(file)}</th><td class="left">${escapeMarkup(reason)}</td></tr>`,
  );
  return `<section><h3>Not analysed</h3><div class="table card"><table><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function caseSection(
  analysis: CaseAnalysis,
  depth: TypeDepth,
  pictures: CasePictures | undefined,
): string {
  const { differential, flags, images, name, poorImages } = analysis;
  const warnings = [
    ...flags.map(({ severity, text }) => ({ severity, text })),
    ...(poorImages.length === 0 ? [] : [{ severity: 'warning', text: qualityText(analysis) }]),
  ];
  const list = warnings.map(
    ({ severity, text }) => `<li class="${severity}">${escapeMarkup(text)}</li>`,
  );
  const many = images.length > 1 ? ' many' : '';
  const figures = images.map((image) =>
    imageFigure(image, analysis.facts.classes, depth, pictures?.overlays.get(image.file)),
  );
  return `<section>
<h2>${escapeMarkup(name)}</h2>
${keyFigures(analysis)}
${list.length === 0 ? '' : `<ul class="flags">${list.join('')}</ul>`}
${differentialTable(differential)}
${accompanyingTable(differential)}
${pictures === undefined ? '' : gallery(pictures, images, analysis.facts.classes, depth)}
<h3>Images and their quality</h3>
<div class="images${many}">${figures.join('')}</div>
</section>`;
}

function qualityText({ images, poorImages }: CaseAnalysis): string {
  const [file] = poorImages;
  if (images.length === 1) return 'Image quality flagged';
  return poorImages.length === 1
    ? `Image quality flagged: ${file}`
    : `Image quality flagged in ${poorImages.length} of ${images.length} images`;
}

function keyFigures({ differential, images }: CaseAnalysis): string {
  const { total, target, unidentified, incomplete, accompanying } = differential;
  const nrbc = accompanying.find(({ cellClass }) => cellClass === 'erythroblast');
  const keys: [string, string, string][] = [
    [
      'Leukocytes typed',
      String(total),
      total >= target ? `target ${target} reached` : `of ${target} to count`,
    ],
    [
      'Unidentified',
      String(unidentified),
      unidentified === 0
        ? 'every type is sure enough'
        : `${percentText(unidentified / (total + unidentified))} of all leukocytes`,
    ],
    [
      'Erythroblasts',
      nrbc?.per100 === undefined || nrbc.per100 === null ? '0' : nrbc.per100.toFixed(1),
      'per 100 leukocytes',
    ],
    ['Cut by a border', String(incomplete), 'typed, and counted'],
    ['Images', String(images.length), perImage(total + unidentified, images.length)],
  ];
  const written = keys.map(
    ([label, value, note]) =>
      `<dl class="key card"><dt>${label}</dt><dd>${value}</dd><dd class="note">${note}</dd></dl>`,
  );
  return `<div class="keys">${written.join('')}</div>`;
}

function perImage(leukocytes: number, images: number): string {
  return `${(leukocytes / Math.max(1, images)).toFixed(1)} leukocytes each`;
}
