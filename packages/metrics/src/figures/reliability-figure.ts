/**
 * @file Reliability diagram: accuracy per bin of score against the diagonal of perfect calibration, the gap
 * hatched, and below how many cells each bin holds.
 */
import type { Calibration } from '../classification/calibration.ts';
import { toCsv } from './csv.ts';
import { type Figure, type FigureOptions, finishFigure } from './figure.ts';
import { fontSizes, layOutFrame } from './frame.ts';
import { hatchedRectangle } from './marks.ts';
import { line, rectangle, text } from './svg.ts';
import { printTheme } from './theme.ts';
import { niceTicks, scoreText } from './ticks.ts';

const histogramHeight = 64;

/** Draw the diagram. */
export function reliabilityFigure(calibration: Calibration, options: FigureOptions = {}): Figure {
  const { name = 'reliability', title = 'Reliability of scores', theme = printTheme } = options;
  const width = 440;
  const unit = niceTicks(0, 1, 5);
  const drawGap = (x: number, y: number, w: number, h: number): string =>
    hatchedRectangle(x, y, w, h, 1, theme.series[1]!, theme);
  const barColour = theme.series[0]!;
  const frame = layOutFrame({
    name,
    title,
    width,
    plotHeight: 300,
    theme,
    legend: [
      { label: 'Accuracy', swatch: (x, y) => rectangle(x, y - 6, 28, 12, { fill: barColour }) },
      {
        label: 'Gap to the mean score',
        swatch: (x, y) => drawGap(x, y - 6, 28, 12),
      },
      {
        label: 'Perfect',
        swatch: (x, y) => line(x, y, x + 28, y, { stroke: theme.ink, 'stroke-dasharray': '4 3' }),
      },
    ],
    x: { title: '', low: 0, high: 1, ticks: unit },
    y: { title: 'Accuracy', low: 0, high: 1, ticks: unit, grid: true },
  });
  const bars = calibration.bins.flatMap((bin) => {
    if (bin.accuracy === null || bin.meanScore === null) return [];
    const [left, right] = [frame.x(bin.low) + 1, frame.x(bin.high) - 1];
    const [from, to] = [
      frame.y(Math.max(bin.accuracy, bin.meanScore)),
      frame.y(Math.min(bin.accuracy, bin.meanScore)),
    ];
    return [
      rectangle(left, frame.y(bin.accuracy), right - left, frame.bottom - frame.y(bin.accuracy), {
        fill: barColour,
      }),
      drawGap(left, from, right - left, to - from),
    ];
  });
  const most = Math.max(1, ...calibration.bins.map((bin) => bin.count));
  const histogramTop = frame.bottom + 30;
  const histogramBottom = histogramTop + histogramHeight;
  const counts = calibration.bins.map((bin) => {
    const height = (bin.count / most) * (histogramHeight - 16);
    const x = frame.x(bin.low) + 1;
    const w = frame.x(bin.high) - frame.x(bin.low) - 2;
    return (
      rectangle(x, histogramBottom - height, w, height, { fill: theme.muted }) +
      text(String(bin.count), {
        x: x + w / 2,
        y: histogramBottom - height - 4,
        size: 9.5,
        anchor: 'middle',
        fill: theme.ink,
      })
    );
  });
  const ink = { stroke: theme.ink, 'stroke-width': 1 };
  const notes = [
    line(frame.left, histogramBottom, frame.right, histogramBottom, ink),
    text('Cells', {
      x: frame.left - 8,
      y: histogramBottom - 8,
      size: fontSizes.tick,
      anchor: 'end',
      fill: theme.ink,
    }),
    text('Score', {
      x: (frame.left + frame.right) / 2,
      y: histogramBottom + 20,
      size: fontSizes.axis,
      anchor: 'middle',
      fill: theme.ink,
    }),
    text(`ECE ${scoreText(calibration.expectedCalibrationError)}`, {
      x: frame.left + 12,
      y: frame.top + 18,
      size: 12,
      weight: 'bold',
      fill: theme.ink,
    }),
    line(frame.x(0), frame.y(0), frame.x(1), frame.y(1), {
      ...ink,
      'stroke-width': 1.4,
      'stroke-dasharray': '4 3',
    }),
  ];
  const csv = toCsv(
    ['low', 'high', 'count', 'accuracy', 'mean score'],
    calibration.bins.map((bin) => [bin.low, bin.high, bin.count, bin.accuracy, bin.meanScore]),
  );
  const description = `Accuracy over score in ${calibration.bins.length} bins; expected calibration error ${scoreText(calibration.expectedCalibrationError)}.`;
  return finishFigure(
    { name, title, description, width, height: histogramBottom + 34, csv },
    theme,
    [],
    [frame.back, ...bars, frame.front, ...counts, ...notes],
  );
}
