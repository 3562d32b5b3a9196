/**
 * @file Draws contact sheets of synthetic cells, looks and interference, to be looked at beside real ones.
 *
 * node --conditions=@leukoscope/source scripts/render-synthetic-sheet.ts cells OUT.png
 * node --conditions=@leukoscope/source scripts/render-synthetic-sheet.ts looks OUT.png
 * node --conditions=@leukoscope/source scripts/render-synthetic-sheet.ts interference OUT.png
 * node --conditions=@leukoscope/source scripts/render-synthetic-sheet.ts field OUT.png
 * Options: --classes a,b,c  --look NAME  --side PIXELS  --columns N  --seed N
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type CellClass,
  createRandom,
  createRgbRaster,
  isCellClass,
  type RgbRaster,
} from '@leukoscope/core';
import {
  applyInterference,
  type InterferenceFactor,
  interferenceFactors,
  type SmearLookName,
  severities,
  smearLooks,
  synthesiseCell,
  synthesiseField,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';

const leukocytes = [
  'segmented-neutrophil',
  'band-neutrophil',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'myeloblast',
  'eosinophil',
  'basophil',
  'lymphocyte',
  'reactive-lymphocyte',
  'monocyte',
  'plasma-cell',
  'pronormoblast',
  'basophilic-normoblast',
  'polychromatic-normoblast',
  'orthochromatic-normoblast',
  'smudge-cell',
  'giant-platelet',
];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    classes: { type: 'string', default: leukocytes.join(',') },
    look: { type: 'string', default: 'scanner' },
    side: { type: 'string', default: '160' },
    columns: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
});
const [what, out] = positionals;
const look = parseLook(values.look);
const side = Number(values.side);
const columns = Number(values.columns);
const seed = Number(values.seed);

const sheets: Record<string, () => RgbRaster> = {
  cells: () =>
    tile(
      values.classes
        .split(',')
        .flatMap((name) =>
          Array.from({ length: columns }, (_, i) => cell(parseClass(name), seed + i)),
        ),
      columns,
    ),
  looks: () =>
    tile(
      (Object.keys(smearLooks) as SmearLookName[]).map(
        (name) =>
          synthesiseField({
            seed,
            look: name,
            size: { width: 480, height: 360 },
            cells: ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil'],
            pixelsPerMicron: Math.min(8, smearLooks[name].pixelsPerMicron),
          }).raster,
      ),
      3,
    ),
  interference: () => tile(interfered(), severities.length),
  field: () => synthesiseField({ seed, look }).raster,
};

const render = sheets[what ?? ''];
if (render === undefined || out === undefined) {
  console.error(`usage: render-synthetic-sheet.ts ${Object.keys(sheets).join('|')} OUT.png`);
  process.exit(1);
}
const sheet = render();
writeFileSync(out, await encodePng(sheet));
console.log(`${out}: ${sheet.width} x ${sheet.height}`);

function cell(name: CellClass, cellSeed: number): RgbRaster {
  return synthesiseCell(name, { seed: cellSeed, side, look, microns: 23 }).raster;
}

function interfered(): RgbRaster[] {
  const sample = synthesiseField({
    seed,
    look,
    size: { width: 240, height: 180 },
    pixelsPerMicron: 6,
    cells: ['segmented-neutrophil', 'lymphocyte', 'eosinophil'],
  });
  return (Object.keys(interferenceFactors) as InterferenceFactor[]).flatMap((factor) =>
    severities.map((severity) => {
      const { raster } = applyInterference(sample, factor, severity, createRandom(seed));
      return onWhite(raster, sample.raster);
    }),
  );
}

/** Put a picture that became smaller onto white of the size of the others. */
function onWhite(raster: RgbRaster, size: { width: number; height: number }): RgbRaster {
  const page = createRgbRaster(size);
  page.data.fill(255);
  copy(raster, page, 0, 0);
  return page;
}

function tile(rasters: readonly RgbRaster[], perRow: number): RgbRaster {
  const { width, height } = rasters[0]!;
  const rows = Math.ceil(rasters.length / perRow);
  const page = createRgbRaster({ width: width * perRow, height: height * rows });
  page.data.fill(255);
  rasters.forEach((raster, i) => {
    copy(raster, page, (i % perRow) * width, Math.floor(i / perRow) * height);
  });
  return page;
}

function copy(from: RgbRaster, to: RgbRaster, left: number, top: number): void {
  for (let y = 0; y < from.height; y++) {
    const row = from.data.subarray(y * from.width * 3, (y + 1) * from.width * 3);
    to.data.set(row, ((top + y) * to.width + left) * 3);
  }
}

function parseClass(name: string): CellClass {
  if (isCellClass(name)) return name;
  throw new Error(`--classes must name cell classes. Received ${name}.`);
}

function parseLook(name: string): SmearLookName {
  if (Object.hasOwn(smearLooks, name)) return name as SmearLookName;
  throw new Error(`--look must be one of ${Object.keys(smearLooks).join(', ')}. Received ${name}.`);
}
