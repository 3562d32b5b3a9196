/** @file The style sheet of the report page: light, dark and print; phone to wide screen. @data */

/** CSS text. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --text: #1a1d21; --soft: #565d66; --rule: #d8dde3; --page: #f4f6f8; --card: #ffffff; --accent: #0b5c94;
  --figure-paper: #ffffff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --text: #e7ebf0; --soft: #a3adb8; --rule: #333c46; --page: #0f1317; --card: #171c22; --accent: #7cc0f2;
    --figure-ink: #e7ebf0; --figure-muted: #a3adb8; --figure-grid: #2c343d; --figure-paper: #171c22;
    --figure-wash: #2b3541; --figure-heat: #79b8ee;
    --figure-series-0: #56a8e0; --figure-series-1: #f0894a; --figure-series-2: #35c296;
    --figure-series-3: #d58bc2; --figure-series-4: #d3b441; --figure-series-5: #e7ebf0;
    --figure-ramp-0: #f2e58b; --figure-ramp-1: #d3dd85; --figure-ramp-2: #aed384; --figure-ramp-3: #86c78c;
    --figure-ramp-4: #5fb999; --figure-ramp-5: #45a8a5; --figure-ramp-6: #4093ab; --figure-ramp-7: #457eac;
    --figure-ramp-8: #4c69a6; --figure-ramp-9: #55579a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif;
}
main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 19px; margin: 40px 0 12px; padding-top: 20px; border-top: 1px solid var(--rule); }
h3 { font-size: 15px; margin: 28px 0 8px; }
p { margin: 6px 0; max-width: 75ch; }
.warning { font-weight: 700; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 12px 0; }
.facts dt, .soft { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 10px; margin: 12px 0; }
.key { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 14px; }
.key dt { color: var(--soft); font-size: 13px; }
.key dd { margin: 0; font-size: 23px; font-weight: 700; font-variant-numeric: tabular-nums; line-height: 1.3; }
.key dd.note { font-size: 12px; font-weight: 400; color: var(--soft); min-height: 1.4em; }
.figures { columns: 2 460px; column-gap: 14px; }
figure {
  margin: 0 0 14px; background: var(--figure-paper); border: 1px solid var(--rule);
  border-radius: 8px; overflow: hidden; break-inside: avoid;
}
figure svg { display: block; width: 100%; max-width: var(--width); height: auto; margin: 0 auto; }
figcaption { padding: 0 12px 8px; font-size: 12px; text-align: right; }
a { color: var(--accent); }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); gap: 14px; align-items: start; margin: 14px 0; }
.table { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 4px 14px 10px; break-inside: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 700; padding: 8px 0; }
th, td { padding: 4px 0 4px 14px; text-align: right; border-top: 1px solid var(--rule); white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; white-space: normal; }
thead th { color: var(--soft); font-weight: 400; border-top: 0; vertical-align: bottom; }
tbody th { font-weight: 400; }
details { margin: 14px 0; }
summary { cursor: pointer; color: var(--accent); }
footer { margin-top: 40px; padding-top: 14px; border-top: 1px solid var(--rule); color: var(--soft); font-size: 13px; }
@media (max-width: 560px) {
  main { padding: 18px 12px 36px; }
  .keys { grid-template-columns: 1fr 1fr; }
  .key { padding: 8px 10px; }
  .key dd { font-size: 20px; }
  figure { overflow-x: auto; }
  figure svg { min-width: min(var(--width), 460px); }
  .table { padding: 4px 10px 8px; }
  th, td { padding-left: 10px; font-size: 12.5px; }
}
@media print {
  body { background: #fff; font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  figcaption, summary { display: none; }
  .figures { columns: 2; }
  h2, h3 { break-after: avoid; }
  @page { margin: 16mm; }
}
`;
