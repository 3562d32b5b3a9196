/** @file Contact sheets of the cells of a case, sorted by type, with their probabilities. */
import { legendOf, type ShownCell, sortShown } from '@leukoscope/analysis';
import type { RgbRaster } from '@leukoscope/core';
import { drawContactSheet } from '@leukoscope/image';

const perSheet = 240;
const columns = 12;

/** Draw sheets of at most 240 cells; `crops` holds the picture of each. */
export function cellSheets(
  title: string,
  cells: readonly { readonly shown: ShownCell; readonly crop: RgbRaster }[],
): RgbRaster[] {
  const cropOf = new Map(cells.map(({ shown, crop }) => [shown, crop]));
  const sorted = sortShown([...cropOf.keys()]);
  const legend = legendOf(sorted);
  const sheets: RgbRaster[] = [];
  for (let start = 0; start < sorted.length; start += perSheet) {
    const page = sorted.slice(start, start + perSheet);
    const pages = Math.ceil(sorted.length / perSheet);
    sheets.push(
      drawContactSheet(
        page.map((shown) => ({
          raster: cropOf.get(shown)!,
          caption: captionOf(shown),
          colour: shown.colour,
        })),
        {
          columns: Math.min(columns, Math.max(4, page.length)),
          cellSizePx: 128,
          title: pages === 1 ? title : `${title}, sheet ${sheets.length + 1} of ${pages}`,
          legend,
        },
      ),
    );
  }
  return sheets;
}

function captionOf({ name, certainty, finding }: ShownCell): string {
  const short = name.replace(/^(Segmented|Band) neutrophil$/, '$1');
  return `${short} ${certainty}${finding.isIncomplete ? ', cut' : ''}`;
}
