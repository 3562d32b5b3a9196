/**
 * @file Confusion matrix as a heat map: rows the truth, columns the prediction, cells shaded by their share
 * of the row, with counts and shares written in. A detector's matrix has a column for missed cells and a
 * row for spurious detections, set apart.
 */
import type { ConfusionMatrix } from '../classification/confusion-matrix.ts';
import type { DetectorConfusion } from '../detection/detector-confusion.ts';
import { type CsvValue, toCsv } from './csv.ts';
import { type Figure, type FigureOptions, finishFigure } from './figure.ts';
import { fontSizes } from './frame.ts';
import { fitText, textWidth, wrapText } from './text-width.ts';
import { rectangle, text } from './svg.ts';
import { type FigureTheme, printTheme } from './theme.ts';

const edge = 12;
const gap = 8;

/** Draw a classifier's or a detector's matrix. */
export function confusionFigure(
  matrix: ConfusionMatrix | DetectorConfusion,
  options: FigureOptions = {},
): Figure {
  const { name = 'confusion', title = 'Confusion matrix', theme = printTheme } = options;
  const detector = 'missed' in matrix ? matrix : undefined;
  const K = matrix.classNames.length;
  const columnNames = [...matrix.classNames, ...(detector === undefined ? [] : ['Missed'])];
  const rowNames = [...matrix.classNames, ...(detector === undefined ? [] : ['Spurious'])];
  const rows: (number | null)[][] = matrix.counts.map((row, k) =>
    detector === undefined ? [...row] : [...row, detector.missed[k]!],
  );
  if (detector !== undefined) rows.push([...detector.spurious, null]);
  const longest = Math.max(...rows.flat().map((count) => textWidth(String(count ?? 0), 12)));
  const side = Math.max(K > 8 ? 38 : 50, Math.ceil(longest + 10));
  const rowLabels = Math.min(170, Math.max(...rowNames.map((n) => textWidth(n, fontSizes.tick))));
  const slant = columnNames.some((n) => textWidth(n, fontSizes.tick) > side - 6);
  const columnRoom = slant
    ? Math.min(130, Math.max(...columnNames.map((n) => textWidth(n, fontSizes.tick)))) * 0.75 + 14
    : 20;
  const left = edge + fontSizes.axis + 12 + rowLabels + 8;
  const extra = detector === undefined ? 0 : gap;
  const gridWidth = columnNames.length * side + extra;
  const overhang = slant ? columnRoom * 0.8 : 0;
  const width = Math.ceil(Math.max(left + gridWidth + edge + overhang, 360));
  const titleRows = wrapText(title, fontSizes.title, width - 2 * edge, 'bold');
  const top =
    edge + titleRows.length * (fontSizes.title + 2) + 10 + fontSizes.axis + 6 + columnRoom;
  const height = Math.ceil(top + rowNames.length * side + extra + edge);
  const drawing = titleRows.map((row, i) =>
    text(row, {
      x: edge,
      y: edge + (i + 1) * (fontSizes.title + 2) - 3,
      size: fontSizes.title,
      weight: 'bold',
      fill: theme.ink,
    }),
  );
  drawing.push(
    text('Predicted', {
      x: left + (K * side) / 2,
      y: top - columnRoom - 4,
      size: fontSizes.axis,
      anchor: 'middle',
      fill: theme.ink,
    }),
    text('True', {
      x: edge + fontSizes.axis - 2,
      y: top + (K * side) / 2,
      size: fontSizes.axis,
      anchor: 'middle',
      rotate: -90,
      fill: theme.ink,
    }),
  );
  const columnAt = (c: number) => left + c * side + (c >= K ? extra : 0);
  const rowAt = (r: number) => top + r * side + (r >= K ? extra : 0);
  columnNames.forEach((columnName, c) => {
    const x = columnAt(c) + side / 2;
    const label = fitText(columnName, fontSizes.tick, slant ? 130 : side);
    drawing.push(
      slant
        ? text(label, { x: x - 2, y: top - 8, size: fontSizes.tick, rotate: -45, fill: theme.ink })
        : text(label, { x, y: top - 8, size: fontSizes.tick, anchor: 'middle', fill: theme.ink }),
    );
  });
  rows.forEach((row, r) => {
    const label = fitText(rowNames[r]!, fontSizes.tick, rowLabels + 1);
    drawing.push(
      text(label, {
        x: left - 8,
        y: rowAt(r) + side / 2,
        size: fontSizes.tick,
        anchor: 'end',
        fill: theme.ink,
        align: 'middle',
      }),
    );
    const total = row.reduce((sum: number, count) => sum + (count ?? 0), 0);
    row.forEach((count, c) => {
      if (count === null) return;
      // The row of spurious detections has no truth to be a share of.
      const share = total === 0 || r >= K ? null : count / total;
      drawing.push(drawCell(columnAt(c), rowAt(r), side, count, share, theme));
    });
  });
  const csv = toCsv(
    ['true \\ predicted', ...columnNames],
    rows.map((row, r): CsvValue[] => [rowNames[r]!, ...row]),
  );
  const description = `Counts of ${K} classes, true classes in rows, predicted ones in columns.`;
  return finishFigure({ name, title, description, width, height, csv }, theme, [], drawing);
}

function drawCell(
  x: number,
  y: number,
  side: number,
  count: number,
  share: number | null,
  theme: FigureTheme,
): string {
  const strength = share ?? 0;
  const ink = strength > 0.7 ? theme.paper : count === 0 ? theme.muted : theme.ink;
  const middle = x + side / 2;
  const parts = [
    rectangle(x, y, side, side, {
      fill: theme.heat,
      'fill-opacity': Math.round(strength * 90) / 100,
      stroke: theme.grid,
      'stroke-width': 1,
    }),
  ];
  const showShare = share !== null && count > 0 && side >= 46;
  parts.push(
    text(count === 0 && side < 46 ? '·' : String(count), {
      x: middle,
      y: y + side / 2 - (showShare ? 6 : 0),
      size: 12,
      anchor: 'middle',
      fill: ink,
      align: 'middle',
      weight: strength > 0.7 ? 'bold' : 'regular',
    }),
  );
  if (showShare) {
    const percent = 100 * share;
    const written = percent >= 99.95 ? '100 %' : `${percent.toFixed(1)} %`;
    parts.push(
      text(written, {
        x: middle,
        y: y + side / 2 + 9,
        size: 9.5,
        anchor: 'middle',
        fill: ink,
        align: 'middle',
      }),
    );
  }
  return parts.join('');
}
