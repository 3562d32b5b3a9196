/** @file The parts of report.html that show pictures: the gallery by type, and images with their quality. */
import { type CellClass, escapeMarkup, type TypeDepth } from '@leukoscope/core';
import type { AnalysedImage } from '../case-analysis.ts';
import type { QualityMeasure } from '../quality/quality-flags.ts';
import { cssColour } from './differential-table.ts';
import { isNamed, legendOf, type ShownCell, shownCell, sortShown } from './overlay-data.ts';

/** Pictures of one case, as data URIs. */
export interface CasePictures {
  /** By file: the image with its cells drawn. */
  readonly overlays: ReadonlyMap<string, string>;
  /** By file: one crop per finding, in the order of the findings; undefined for those not shown. */
  readonly crops: ReadonlyMap<string, readonly (string | undefined)[]>;
}

/** A page with thousands of crops is slow to open; the rest is in cells.csv. */
const mostCropsOfType = 60;

/** Write the gallery: crops by type, the surest first. */
export function gallery(
  { crops }: CasePictures,
  images: readonly AnalysedImage[],
  classes: readonly CellClass[],
  depth: TypeDepth,
): string {
  const uris = new Map<ShownCell, string>();
  const shown = images.flatMap(({ file, findings }) =>
    findings.flatMap((finding, i) => {
      const uri = crops.get(file)?.[i];
      if (uri === undefined || !isNamed(finding.cellClass)) return [];
      const cell = shownCell(finding, classes, depth);
      uris.set(cell, uri);
      return [cell];
    }),
  );
  const byName = new Map<string, ShownCell[]>();
  for (const cell of sortShown(shown))
    byName.set(cell.name, [...(byName.get(cell.name) ?? []), cell]);
  const groups = [...byName].map(([name, cells]) => {
    const figures = cells.slice(0, mostCropsOfType).map((cell) => {
      const unsure = cell.type === undefined ? ' unsure' : '';
      const cut = cell.finding.isIncomplete ? ', cut' : '';
      const guess = cell.type === undefined ? `${escapeMarkup(cell.finding.cellClass)}? ` : '';
      return `<figure class="cell${unsure}" style="--type:${cssColour(cell.colour)}"><img src="${uris.get(cell)}" alt="${name}, ${cell.certainty}" loading="lazy"><figcaption>${guess}${cell.certainty}${cut}</figcaption></figure>`;
    });
    const more =
      cells.length > mostCropsOfType
        ? `<p class="soft">${cells.length - mostCropsOfType} more are in cells.csv.</p>`
        : '';
    return `<div><h3 class="group">${name} <span class="count">${cells.length}</span></h3><div class="gallery">${figures.join('')}</div>${more}</div>`;
  });
  return groups.length === 0 ? '' : `<div class="groups">${groups.join('')}</div>`;
}

/** Write one image with its legend and measures. */
export function imageFigure(
  image: AnalysedImage,
  classes: readonly CellClass[],
  depth: TypeDepth,
  overlay: string | undefined,
): string {
  const { file, size, findings, quality, milliseconds } = image;
  const shown = findings.map((finding) => shownCell(finding, classes, depth));
  const legend = legendOf(shown).map(
    ({ colour, name }) =>
      `<span><span class="swatch" style="background:${cssColour(colour)}"></span>${name}</span>`,
  );
  const time = milliseconds === undefined ? '' : `, ${(milliseconds / 1000).toFixed(2)} s`;
  const picture =
    overlay === undefined ? '' : `<img src="${overlay}" alt="${escapeMarkup(file)} with outlines">`;
  return `<figure class="image card">${picture}<figcaption><b>${escapeMarkup(file)}</b> <span class="soft">${size.width} × ${size.height}${time}</span><div class="legend">${legend.join('')}</div></figcaption><div class="measures">${quality.map(measureHtml).join('')}${reasons(quality)}</div></figure>`;
}

function measureHtml(measure: QualityMeasure): string {
  const flagged = measure.isFlagged ? ' class="flagged"' : '';
  const value =
    measure.value === null
      ? '–'
      : `${measure.value.toPrecision(measure.value < 0.01 ? 1 : 2)}${measure.unit === '' ? '' : ` ${measure.unit}`}`;
  return `<div${flagged} title="${limitText(measure)}"><span>${measure.name}</span><b>${value}</b></div>`;
}

function limitText({ low, high }: QualityMeasure): string {
  if (low !== null && high !== null) return `good from ${low} to ${high}`;
  return low === null ? `good up to ${high}` : `good from ${low}`;
}

function reasons(quality: readonly QualityMeasure[]): string {
  const texts = quality.filter(({ isFlagged }) => isFlagged).map(({ text }) => text);
  return texts.length === 0 ? '' : `<span class="why">${escapeMarkup(texts.join('; '))}</span>`;
}
