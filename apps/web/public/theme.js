/** @file Runs before the first paint: a page that is to be dark must not flash light. See src/state/theme.ts. */
const kept = localStorage.getItem('leukoscope.theme');
if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept;
