/** @file Writes figures as SVG, PNG and CSV. */
import type { Figure } from '@leukoscope/metrics';
import { svgToPng } from '@leukoscope/metrics/png';
import type { OutputFolder } from './output.ts';

/** Write `FOLDER/NAME.svg`, `.png` and `.csv` of each figure. */
export async function writeFigures(
  figures: readonly Figure[],
  folder: string,
  output: OutputFolder,
): Promise<void> {
  for (const { name, svg, csv } of figures) {
    await output.write(`${folder}/${name}.svg`, svg);
    await output.write(`${folder}/${name}.png`, svgToPng(svg));
    await output.write(`${folder}/${name}.csv`, csv);
  }
}
