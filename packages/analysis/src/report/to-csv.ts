/**
 * @file Cells of cases -> `cells.csv` (RFC 4180): one row a cell, with type, probabilities, box, shape, nucleus,
 * attributes, and the last two in words.
 *
 * Empty means "not measured". Boxes are xyxy pixels of the image. Texts that a spreadsheet would run as a
 * formula get a leading apostrophe.
 */
import {
  type AttributeName,
  attributeNames,
  cellClasses,
  reasonWords,
  reportClass,
  type TypeDepth,
} from '@leukoscope/core';
import type { CaseAnalysis } from '../case-analysis.ts';
import { cellMorphology } from '../morphology/cell-morphology.ts';
import { reasonOf } from '../morphology/reason-of-finding.ts';
import { probabilityOf } from './overlay-data.ts';

const columns = [
  'case',
  'image',
  'cell',
  'type',
  'type_name',
  'fine_type',
  'score',
  'type_probability',
  'unsure',
  'incomplete',
  'x1',
  'y1',
  'x2',
  'y2',
  'area_px',
  'diameter_px',
  'diameter_um',
  'circularity',
  'elongation',
  'solidity',
  'specimen',
  'unexpected_type',
  'unexpected_probability',
  'nucleus_to_cytoplasm',
  'nucleus_to_cell',
  'nucleus_solidity',
  'lobes',
  'reason',
] as const;

/** Options of `toCsv`. */
export interface ToCsvOptions {
  /** How fine the column `type` is. @default 'fine' */
  readonly depth?: TypeDepth;
}

/** Write the cells of cases as one table. */
export function toCsv(cases: readonly CaseAnalysis[], options: ToCsvOptions = {}): string {
  const { depth = 'fine' } = options;
  const classes = [...new Set(cases.flatMap(({ facts }) => facts.classes))];
  const told = attributesIn(cases);
  const head = [
    ...columns,
    ...told.flatMap((name) => [snake(name), `${snake(name)}_probability`]),
    ...classes.map((cellClass) => `p_${cellClass}`),
  ];
  const lines = [head.join(',')];
  for (const { name, images, facts, pixelsPerMicron } of cases) {
    for (const { file, findings } of images) {
      findings.forEach((finding, i) => {
        const { box, probabilities } = finding;
        const type = reportClass(finding.cellClass, depth);
        const shape = cellMorphology(finding, { pixelsPerMicron });
        const own =
          probabilities === undefined ? undefined : probabilityOf(finding, facts.classes, depth);
        const row = [
          textCell(name),
          textCell(file),
          i + 1,
          type,
          cellClasses[type].name,
          finding.cellClass,
          fixed(finding.score, 4),
          fixed(own, 4),
          finding.isUnsure ? 1 : 0,
          finding.isIncomplete ? 1 : 0,
          ...[box.x1, box.y1, box.x2, box.y2].map((side) => fixed(side, 2)),
          shape?.areaPx ?? '',
          fixed(shape?.diameterPx, 2),
          fixed(shape?.diameterUm, 2),
          fixed(shape?.circularity, 4),
          fixed(shape?.elongation, 4),
          fixed(shape?.solidity, 4),
          facts.expectation ?? '',
          finding.unexpected?.cellClass ?? '',
          fixed(finding.unexpected?.probability, 4),
          fixed(shape?.nucleusToCytoplasm, 4),
          fixed(shape?.nucleusToCell, 4),
          fixed(shape?.nucleusSolidity, 4),
          shape?.lobes ?? '',
          textCell(reasonWords(reasonOf(finding))),
          ...told.flatMap((name) => {
            const own = finding.attributes?.find((attribute) => attribute.name === name);
            return [own?.value ?? '', fixed(own?.probability, 4)];
          }),
          ...classes.map((cellClass) => {
            const index = facts.classes.indexOf(cellClass);
            return index < 0 ? '' : fixed(probabilities?.[index], 4);
          }),
        ];
        lines.push(row.join(','));
      });
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** Attributes that any cell has, in core's order: models that tell none add no columns. */
function attributesIn(cases: readonly CaseAnalysis[]): AttributeName[] {
  const found = new Set<AttributeName>();
  for (const { images } of cases)
    for (const { findings } of images)
      for (const { attributes = [] } of findings)
        for (const { name } of attributes) found.add(name);
  return attributeNames.filter((name) => found.has(name));
}

function snake(name: string): string {
  return name.replaceAll('-', '_');
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '' : String(Number(value.toFixed(digits)));
}

function textCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
