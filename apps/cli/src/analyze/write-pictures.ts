/**
 * @file Pictures of an analysis: overlays at once, crops kept small for sheets and the report.
 *
 * What is kept grows with the number of cells, not with the size of images: 128 pixel crops as JPEG.
 */
import {
  type AnalysedImage,
  type CaseAnalysis,
  type CasePictures,
  isNamed,
  shownCell,
  toHtml,
} from '@leukoscope/analysis';
import type { RgbRaster } from '@leukoscope/core';
import { decodeRgb, encodeJpeg, encodePng } from '@leukoscope/image';
import { makePreview, type OpenImage } from '@leukoscope/pipeline';
import type { OutputFolder } from '../framework/output.ts';
import { cellSheets } from './cell-sheets.ts';
import { cutCrop, downwards } from './cut-crops.ts';
import { type DrawStyle, drawCells, fitWithin, longestOverlay, withLegend } from './draw-image.ts';

/** Collects pictures while images are analysed. */
export interface Pictures {
  /** Draw one image; call it while the image is open. */
  add(analysed: AnalysedImage, image: OpenImage): Promise<void>;
  /** Write sheets and report.html. */
  writeReport(
    cases: readonly CaseAnalysis[],
    failed: readonly { readonly file: string; readonly reason: string }[],
  ): Promise<void>;
}

/** Leukocytes of one image that get a crop; a field has a few, a whole scan has the best of them. */
const mostCropsPerImage = 600;

/** Start collecting; overlays go to `output` as they come. */
export function createPictures(
  output: OutputFolder,
  style: DrawStyle,
  imageCount: number,
): Pictures {
  const overlays = new Map<string, string>();
  const crops = new Map<string, (Uint8Array | undefined)[]>();
  const names = createNames();
  const inReport = reportSide(imageCount);
  return {
    async add({ file, findings }, image) {
      const preview = await makePreview(image, longestOverlay);
      const { raster, shown } = drawCells(preview, findings, style);
      await output.write(`overlays/${names(file)}.png`, await encodePng(withLegend(raster, shown)));
      overlays.set(file, dataUri(await encodeJpeg(fitWithin(raster, inReport), { quality: 82 })));
      const own: (Uint8Array | undefined)[] = findings.map(() => undefined);
      const chosen = new Set(
        findings
          .map(({ cellClass, score }, i) => ({ cellClass, score, i }))
          .filter(({ cellClass }) => isNamed(cellClass))
          .sort((a, b) => b.score - a.score)
          .slice(0, mostCropsPerImage)
          .map(({ i }) => i),
      );
      for (const i of downwards(findings)) {
        if (!chosen.has(i)) continue;
        own[i] = await encodeJpeg(await cutCrop(image, findings[i]!), { quality: 85 });
      }
      crops.set(file, own);
    },
    async writeReport(cases, failed) {
      const caseNames = createNames();
      const pictures: CasePictures[] = [];
      for (const { name, images } of cases) {
        const cells: { shown: ReturnType<typeof shownCell>; crop: RgbRaster }[] = [];
        const uris = new Map<string, (string | undefined)[]>();
        for (const { file, findings } of images) {
          const own = crops.get(file) ?? [];
          uris.set(
            file,
            own.map((jpeg) => (jpeg === undefined ? undefined : dataUri(jpeg))),
          );
          for (const [i, finding] of findings.entries()) {
            const jpeg = own[i];
            if (jpeg === undefined) continue;
            const shown = shownCell(finding, style.classes, style.depth);
            cells.push({ shown, crop: await decodeRgb(jpeg) });
          }
        }
        pictures.push({ overlays, crops: uris });
        const base = cases.length === 1 ? 'cells' : `cells-${caseNames(name)}`;
        for (const [i, sheet] of cellSheets(name, cells).entries()) {
          await output.write(`${base}${i === 0 ? '' : `-${i + 1}`}.png`, await encodePng(sheet));
        }
      }
      const { depth } = style;
      await output.write('report.html', toHtml(cases, { depth, pictures, failed }));
    },
  };
}

/** A report of hundreds of images must still open: then each picture is smaller. */
function reportSide(imageCount: number): number {
  if (imageCount <= 12) return 1400;
  return imageCount <= 60 ? 800 : 420;
}

function dataUri(jpeg: Uint8Array): string {
  return `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
}

/** Names of files from names of images: no folders outside, no endings, no two alike. */
function createNames(): (name: string) => string {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  return (name) => {
    const known = given.get(name);
    if (known !== undefined) return known;
    const plain = name
      .replace(/\.[A-Za-z]{3,4}$/, '')
      .replaceAll(/[^\p{L}\p{N}._/-]/gu, '_')
      .split('/')
      .filter((part) => part !== '' && part !== '..' && part !== '.')
      .join('/');
    const base = plain === '' ? 'image' : plain;
    let unique = base;
    for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${base}-${i}`;
    taken.add(unique.toLowerCase());
    given.set(name, unique);
    return unique;
  };
}
