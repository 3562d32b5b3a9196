/** @file The main numbers of a report section for the screen. */
import type {
  ClassificationSection,
  DetectionSection,
  IntervalEstimate,
  ReportSection,
  SegmentationSection,
} from '@leukoscope/metrics';
import type { Style } from '../framework/style.ts';
import { plural, textTable } from '../framework/text-table.ts';

/** Write a section. */
export function reportText(
  section: ReportSection,
  style: Style,
  columns: number | undefined,
): string {
  if (section.kind === 'detection') return detectionText(section, style, columns);
  if (section.kind === 'segmentation') return segmentationText(section, style, columns);
  return classificationText(section, style, columns);
}

function detectionText(s: DetectionSection, style: Style, columns: number | undefined): string {
  const typed = s.typing.found === 0 ? null : s.typing.right / s.typing.found;
  const { all } = s.counts;
  return [
    `${style.bold(s.overlap === 'box' ? 'Boxes' : 'Masks')}: ${plural(s.groundTruthCells, 'cell')}, ${plural(s.detections, 'detection')} in ${plural(s.images, 'image')}`,
    '',
    textTable(
      ['measure', 'value', '95 % limits'],
      [
        ['AP (IoU .50 to .95)', value(s.coco.AP), limits(s.intervals?.AP)],
        ['AP50', value(s.coco.AP50), limits(s.intervals?.AP50)],
        ['AP75', value(s.coco.AP75), ''],
        ['AR, 100 an image', value(s.coco.AR100), ''],
        [
          'found cells typed right',
          value(typed),
          s.typing.low === null ? '' : `${value(s.typing.low)} to ${value(s.typing.high)}`,
        ],
        ['counted / there', `${all.detectedTotal} / ${all.groundTruthTotal}`, ''],
      ],
      style,
      columns,
    ),
    '',
    textTable(
      ['type', 'cells', 'AP', 'AP50', 'AP75', 'AR'],
      s.classes.map((c) => [
        c.name,
        c.groundTruthCells,
        ...[c.AP, c.AP50, c.AP75, c.AR100].map(value),
      ]),
      style,
      columns,
    ),
    '',
  ].join('\n');
}

function segmentationText(
  s: SegmentationSection,
  style: Style,
  columns: number | undefined,
): string {
  const names = {
    dice: 'Dice',
    iou: 'IoU',
    meanIou: 'mIoU (with background)',
    precision: 'precision',
    recall: 'recall',
    falsePositiveRate: 'false positive rate',
    falseNegativeRate: 'false negative rate',
    misclassificationError: 'misclassification error',
    boundaryF1: 'boundary F1',
  } as const;
  const keys = Object.keys(names).filter((key): key is keyof typeof names => key in names);
  return [
    `${style.bold('Pixels')}: ${plural(s.images.length, 'image')}`,
    '',
    textTable(
      ['measure', 'mean', '95 % limits', 'median', 'worst image'],
      keys.map((key) => {
        const { mean, interval, box } = s.measures[key];
        const isError = /Rate|Error/.test(key);
        return [
          names[key],
          value(mean),
          limits(interval),
          value(box.median),
          value(isError ? box.maximum : box.minimum),
        ];
      }),
      style,
      columns,
    ),
    '',
  ].join('\n');
}

function classificationText(
  s: ClassificationSection,
  style: Style,
  columns: number | undefined,
): string {
  const { scores, accuracyInterval, intervals, kappa, roc, calibration } = s;
  return [
    `${style.bold('Types')}: ${plural(scores.cells, 'cell')}`,
    '',
    textTable(
      ['measure', 'value', '95 % limits'],
      [
        [
          'accuracy',
          value(scores.accuracy),
          `${value(accuracyInterval.low)} to ${value(accuracyInterval.high)}`,
        ],
        ['macro F1', value(scores.macro.f1), limits(intervals?.macroF1)],
        ['balanced accuracy', value(scores.balancedAccuracy), ''],
        [
          "Cohen's kappa",
          value(kappa?.kappa ?? null),
          kappa === null ? '' : `${value(kappa.low)} to ${value(kappa.high)}`,
        ],
        ...(roc === null ? [] : [['ROC area, macro', value(roc.macroArea), '']]),
        ...(calibration === null
          ? []
          : [['calibration error', value(calibration.expectedCalibrationError), '']]),
      ],
      style,
      columns,
    ),
    '',
    textTable(
      ['type', 'cells', 'precision', 'recall', 'F1', 'specificity'],
      scores.classes.map((c) => [
        c.name,
        c.support,
        ...[c.precision, c.recall, c.f1, c.specificity].map(value),
      ]),
      style,
      columns,
    ),
    '',
  ].join('\n');
}

function value(number: number | null): string {
  return number === null ? '–' : number.toFixed(3);
}

function limits(interval: IntervalEstimate | null | undefined): string {
  return interval === null || interval === undefined
    ? ''
    : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`;
}
