/** @file The style sheet of report.html: light, dark and print; phone to wide screen. @data */

/** CSS text. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --soft: #5a626c; --rule: #dde2e8; --page: #f3f5f8; --card: #ffffff; --accent: #0b5c94;
  --warn: #9a3b00; --warn-page: #fff1e6; --good: #0a6b4b; --range: #dfe6ee; --whisker: #1b1f24;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --text: #e8ecf1; --soft: #a2acb8; --rule: #313a44; --page: #0e1216; --card: #161b21; --accent: #7cc0f2;
    --warn: #ffb27a; --warn-page: #33210f; --good: #6fd3ac; --range: #2a333e; --whisker: #e8ecf1;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif;
}
main { max-width: 1200px; margin: 0 auto; padding: 32px 24px 56px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.015em; }
h2 { font-size: 21px; margin: 44px 0 4px; letter-spacing: -0.01em; }
h3 { font-size: 15px; margin: 26px 0 8px; }
p { margin: 6px 0; max-width: 80ch; }
a { color: var(--accent); }
.notice { font-weight: 700; color: var(--warn); margin: 0; }
.soft { color: var(--soft); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 1px 18px; margin: 14px 0 0; font-size: 14px; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.facts code { font-size: 12.5px; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; }
.keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 14px 0; }
.key { padding: 10px 14px 12px; margin: 0; }
.key dt { color: var(--soft); font-size: 13px; }
.key dd { margin: 0; font-size: 25px; font-weight: 700; line-height: 1.25; font-variant-numeric: tabular-nums; }
.key dd.note { font-size: 12.5px; font-weight: 400; color: var(--soft); }
.flags { list-style: none; padding: 0; margin: 14px 0; display: flex; flex-wrap: wrap; gap: 8px; }
.flags li { border: 1px solid var(--rule); background: var(--card); border-radius: 999px; padding: 3px 13px; font-size: 13.5px; }
.flags li.warning { border-color: transparent; background: var(--warn-page); color: var(--warn); font-weight: 700; }
.table { overflow-x: auto; padding: 4px 18px 12px; margin: 12px 0; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 700; padding: 10px 0 6px; }
th, td { padding: 5px 0 5px 16px; text-align: right; border-top: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--soft); font-weight: 400; font-size: 13px; border-top: 0; vertical-align: bottom; }
tbody th { font-weight: 400; }
tfoot td, tfoot th { font-weight: 700; }
td.left { text-align: left; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 9px; vertical-align: -1px; }
.bar { display: block; width: 100%; min-width: 150px; height: 26px; }
.bar .range { fill: var(--range); }
.bar .seam { stroke: var(--card); stroke-width: 4; fill: none; vector-effect: non-scaling-stroke; opacity: 0.85; }
.bar .whisker { stroke: var(--whisker); stroke-width: 1.4; fill: none; vector-effect: non-scaling-stroke; }
td.graph { width: 34%; padding-left: 18px; }
.mark { display: inline-block; min-width: 5.5em; text-align: left; color: var(--soft); }
.mark.certain { color: var(--warn); font-weight: 700; }
.zero { color: var(--soft); }
.groups { display: flex; flex-wrap: wrap; gap: 4px 34px; margin-top: 10px; }
.groups > div { max-width: 100%; }
.groups h3 { margin: 14px 0 8px; white-space: nowrap; }
.gallery { display: flex; flex-wrap: wrap; gap: 10px; }
.cell { width: 104px; margin: 0; font-size: 12px; color: var(--soft); text-align: center; line-height: 1.35; }
.cell img { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: 8px; border-bottom: 4px solid var(--type); }
.cell.unsure img { outline: 2px dashed var(--warn); outline-offset: -2px; }
.group { display: flex; align-items: baseline; gap: 8px; }
.group .count { color: var(--soft); font-weight: 400; }
.images { display: grid; grid-template-columns: 1fr; gap: 18px; margin: 12px 0; }
.image { padding: 0 0 12px; overflow: hidden; break-inside: avoid; }
.image > img { display: block; width: 100%; height: auto; }
.image figcaption { padding: 10px 18px 0; font-size: 14px; overflow-wrap: anywhere; }
.image .legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; color: var(--soft); margin-top: 2px; }
figure { margin: 0; }
.measures { display: grid; grid-template-columns: repeat(auto-fill, minmax(215px, 1fr)); gap: 4px 22px; padding: 8px 18px 0; font-size: 13px; }
.measures div { display: flex; justify-content: space-between; gap: 10px; border-top: 1px solid var(--rule); padding-top: 3px; }
.measures .flagged { color: var(--warn); font-weight: 700; }
.measures b { font-weight: inherit; font-variant-numeric: tabular-nums; white-space: nowrap; }
.measures .why { display: block; border: 0; padding: 0; color: var(--warn); grid-column: 1 / -1; }
footer { margin-top: 44px; padding-top: 14px; border-top: 1px solid var(--rule); color: var(--soft); font-size: 13px; }
@media (min-width: 900px) { .images.many { grid-template-columns: 1fr 1fr; } }
@media (max-width: 620px) {
  main { padding: 20px 12px 40px; }
  h1 { font-size: 23px; }
  .keys { grid-template-columns: 1fr 1fr; }
  .key { padding: 8px 11px; }
  .key dd { font-size: 21px; }
  .table { padding: 2px 12px 8px; }
  th, td { padding-left: 9px; font-size: 12.5px; }
  .wide, .graph { display: none; }
  th:first-child { white-space: normal; }
  .mark { min-width: 0; }
  .swatch { margin-right: 6px; }
  .groups { gap: 0 20px; }
  .gallery { gap: 8px; }
  .cell { width: 84px; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 5px; }
  .measures { padding: 8px 12px 0; }
  .image figcaption { padding: 10px 12px 0; }
}
@media print {
  body { background: #fff; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .card { border-color: #ccc; }
  h2 { break-before: page; }
  section:first-of-type h2 { break-before: auto; }
  h2, h3 { break-after: avoid; }
  .key, .cell, tr { break-inside: avoid; }
  @page { margin: 15mm; }
}
`;
