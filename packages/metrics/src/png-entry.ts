/** @file The entry `@leukoscope/metrics/png`: pictures of figures, in Node only. */
export { type PngOptions, svgToPng } from './svg-to-png-node.ts';
