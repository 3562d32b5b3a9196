/** @file Pictures of doubtful labels: contact sheets, and a page with all of them beside what is said. */
import { type Box, messageOf, type RgbRaster } from '@leukoscope/core';
import type { ImportIssue } from '@leukoscope/datasets';
import {
  colourOfClass,
  type ContactSheetItem,
  drawContactSheet,
  encodeJpeg,
  encodePng,
} from '@leukoscope/image';
import { escapeXml } from '@leukoscope/metrics';
import type { DoubtKind } from '@leukoscope/analysis';
import type { CommandContext } from '../framework/command.ts';
import { htmlPage } from '../framework/html-page.ts';
import type { OutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import type { FoundDoubt } from './audit-image.ts';
import { drawBoxesAround, type NamedBox } from './draw-boxes-around.ts';
import type { OpenedDataset } from './open-dataset.ts';
import { loadRaster } from './samples.ts';

/** What is written beside the pictures. */
export interface DoubtPictures {
  /** The models. */
  readonly names: readonly string[];
  readonly words: Readonly<Record<DoubtKind, string>>;
  readonly maxMegapixels: number;
}

const perSheet = 40;
const sizePx = 200;
// Orange and blue, told apart without colour by their names in the picture.
const labelColour = colourOfClass('eosinophil');
const modelColour = colourOfClass('lymphocyte');

/** Draw doubts in their order; returns images that could not be read. */
export async function drawDoubts(
  doubts: readonly FoundDoubt[],
  { folder, dataset, path }: OpenedDataset,
  { names, words, maxMegapixels }: DoubtPictures,
  output: OutputFolder,
  context: CommandContext,
): Promise<ImportIssue[]> {
  const failed: ImportIssue[] = [];
  const rows: string[] = [];
  let items: ContactSheetItem[] = [];
  let sheets = 0;
  const writeSheet = async () => {
    if (items.length === 0) return;
    sheets++;
    const sheet = drawContactSheet(items, {
      columns: Math.min(8, items.length),
      cellSizePx: sizePx,
      title: 'Doubtful labels, numbered as in audit.csv',
      legend: [
        { name: 'label', colour: labelColour },
        { name: 'models', colour: modelColour },
      ],
    });
    await output.write(`doubts-${String(sheets).padStart(3, '0')}.png`, await encodePng(sheet));
    items = [];
  };
  const progress = context.progress('Drawing doubts', doubts.length);
  try {
    for (const [i, doubt] of doubts.entries()) {
      context.signal.throwIfAborted();
      try {
        const raster = await loadRaster(folder, doubt.image, maxMegapixels);
        const picture = drawBoxesAround(raster, boxesOf(doubt, raster), sizePx);
        const told = `${doubt.type ?? (doubt.record === undefined ? 'no label' : 'no type')} / ${doubt.proposedType ?? 'nothing'}`;
        items.push({ raster: picture, caption: `${i + 1}: ${told}` });
        rows.push(await rowOf(doubt, i + 1, picture, words[doubt.kind]));
      } catch (error) {
        if (isAbort(error)) throw error;
        failed.push({ file: doubt.image.file, reason: messageOf(error) });
      }
      if (items.length === perSheet) await writeSheet();
      progress.update(i + 1);
    }
  } finally {
    progress.finish();
  }
  await writeSheet();
  const head = ['', 'Cell', 'What', 'Label', 'Models say', 'Suspicion', 'Found, voted', 'File'];
  const body = `<section><h2>Most suspicious first</h2><table><thead><tr>${head.map((text) => `<th>${text}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
  const page = htmlPage({
    title: `Label audit of ${dataset.name}`,
    facts: [
      ['Data set', path],
      ['Models', names.join(', ')],
      ['Date', context.io.now().toISOString().slice(0, 16).replace('T', ' ')],
      ['Command', context.commandLine],
    ],
    body,
    style: 'td img { display: block; width: 160px; height: 160px; } td { vertical-align: top; }',
  });
  await output.write('audit.html', page);
  return failed;
}

function boxesOf({ box, type, proposed, proposedType, record }: FoundDoubt, raster: RgbRaster) {
  const boxes: NamedBox[] = [];
  const whole: Box = { x1: 0, y1: 0, x2: raster.width, y2: raster.height };
  if (record !== undefined)
    boxes.push({ box: box ?? whole, colour: labelColour, label: type ?? 'no type' });
  // One box is enough where whole pictures have types.
  if (proposed !== undefined && (record === undefined || box !== undefined))
    boxes.push({ box: proposed.box, colour: modelColour, label: proposedType! });
  return boxes;
}

async function rowOf(
  doubt: FoundDoubt,
  number: number,
  picture: RgbRaster,
  word: string,
): Promise<string> {
  const jpeg = Buffer.from(await encodeJpeg(picture)).toString('base64');
  const cells = [
    word,
    doubt.type ?? '–',
    doubt.proposedType ?? '–',
    doubt.suspicion.toFixed(2),
    `${doubt.found}, ${doubt.voted}`,
    doubt.image.file,
  ].map((text) => `<td>${escapeXml(text)}</td>`);
  return `<tr><td>${number}</td><td><img alt="Doubt ${number}" src="data:image/jpeg;base64,${jpeg}"></td>${cells.join('')}</tr>`;
}
