/** @file A page in the style of evaluation reports: no script, no network, light, dark and print. */
import { escapeXml, pageStyle, researchNotice } from '@leukoscope/metrics';

/** What goes on it. */
export interface HtmlPage {
  readonly title: string;
  /** Names and values below the title. */
  readonly facts: readonly (readonly [string, string])[];
  /** HTML; texts in it are escaped by whoever made it. */
  readonly body: string;
  /** More CSS. @default '' */
  readonly style?: string;
}

/** Write the page. */
export function htmlPage({ title, facts, body, style = '' }: HtmlPage): string {
  const list = facts.map(
    ([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${pageStyle}${style}</style>
</head>
<body>
<main>
<header>
<h1>${escapeXml(title)}</h1>
<p class="warning">${researchNotice}</p>
<dl class="facts">${list.join('')}</dl>
</header>
${body}
<footer><p>Made by Leukoscope. ${researchNotice} A dash means that there is nothing to measure.</p></footer>
</main>
</body>
</html>
`;
}
