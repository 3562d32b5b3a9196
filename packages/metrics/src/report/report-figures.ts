/** @file The figures of a report, in the order in which a page shows them. */
import { type BoxGroup, boxPlotFigure } from '../figures/box-plot-figure.ts';
import { barFigure } from '../figures/bar-figure.ts';
import { confusionFigure } from '../figures/confusion-figure.ts';
import { precisionRecallFigure, rocFigure } from '../figures/curve-figures.ts';
import type { Figure } from '../figures/figure.ts';
import { reliabilityFigure } from '../figures/reliability-figure.ts';
import { type FigureTheme, printTheme } from '../figures/theme.ts';
import { segmentationReportNames } from './evaluate-segmentation.ts';
import type {
  ClassificationSection,
  DetectionSection,
  EvaluationReport,
  ReportSection,
  SegmentationMeasureName,
  SegmentationSection,
} from './evaluation-report.ts';

/** Names of kinds of error for readers. */
export const errorNames: Readonly<
  Record<DetectionSection['errors']['errors'][number]['kind'], string>
> = {
  type: 'Wrong type',
  place: 'Badly placed',
  'type-and-place': 'Wrong type and badly placed',
  duplicate: 'Duplicate',
  background: 'Nothing there',
  missed: 'Missed',
};

/** Draw all figures of a report; their names are unique in it. */
export function reportFigures(
  report: EvaluationReport,
  options: { theme?: FigureTheme } = {},
): Figure[] {
  return report.sections.flatMap((section) => sectionFigures(section, options));
}

/** Draw the figures of one section. */
export function sectionFigures(
  section: ReportSection,
  options: { theme?: FigureTheme } = {},
): Figure[] {
  const { theme = printTheme } = options;
  if (section.kind === 'detection') return detectionFigures(section, theme);
  if (section.kind === 'segmentation') return segmentationFigures(section, theme);
  return classificationFigures(section, theme);
}

function detectionFigures(section: DetectionSection, theme: FigureTheme): Figure[] {
  const prefix = section.overlap;
  const named = (name: string) => ({ name: `${prefix}-${name}`, theme });
  const figures = [
    precisionRecallFigure(section.curves, {
      ...named('precision-recall'),
      title: 'Precision and recall by IoU threshold',
    }),
    barFigure(
      section.classes.map((c) => ({
        label: c.name,
        bars: [
          { series: 'IoU .50', value: c.AP50 },
          { series: 'IoU .50 to .95', value: c.AP },
        ],
      })),
      {
        ...named('ap-by-type'),
        title: 'Average precision by type',
        xTitle: 'Average precision',
        highest: 1,
      },
    ),
    confusionFigure(section.confusion, {
      ...named('confusion'),
      title: 'Cells by true and detected type',
    }),
    barFigure(
      section.errors.errors.map((error) => ({
        label: `${errorNames[error.kind]} (${error.count})`,
        bars: [{ series: 'Gain', value: error.gain }],
      })),
      {
        ...named('errors'),
        title: 'What mending one kind of error would gain',
        xTitle: `Gain in AP at IoU ${section.settings.iouThreshold}`,
      },
    ),
  ];
  if (section.calibration !== null) {
    figures.push(
      reliabilityFigure(section.calibration, {
        ...named('reliability'),
        title: 'Reliability of scores',
      }),
    );
  }
  return figures;
}

function segmentationFigures(section: SegmentationSection, theme: FigureTheme): Figure[] {
  const groups = (names: readonly SegmentationMeasureName[]) =>
    names.map(
      (name): BoxGroup => ({
        label: segmentationReportNames[name],
        boxes: [{ series: 'images', box: section.measures[name].box }],
      }),
    );
  const bounds = { low: 0, high: 1 };
  return [
    boxPlotFigure(groups(['precision', 'dice', 'meanIou', 'boundaryF1']), {
      name: 'segmentation-overlap',
      title: 'Agreement of masks, image by image (1 is best)',
      yTitle: 'Measure',
      bounds,
      theme,
    }),
    boxPlotFigure(groups(['falsePositiveRate', 'falseNegativeRate', 'misclassificationError']), {
      name: 'segmentation-errors',
      title: 'Errors of masks, image by image (0 is best)',
      yTitle: 'Share of pixels',
      bounds,
      theme,
    }),
  ];
}

function classificationFigures(section: ClassificationSection, theme: FigureTheme): Figure[] {
  const figures = [
    confusionFigure(section.confusion, {
      name: 'classification-confusion',
      title: 'Cells by true and predicted type',
      theme,
    }),
    barFigure(
      section.scores.classes.map((c) => ({
        label: c.name,
        bars: [
          { series: 'Precision', value: c.precision },
          { series: 'Recall', value: c.recall },
        ],
      })),
      {
        name: 'classification-by-type',
        title: 'Precision and recall by type',
        xTitle: 'Share of cells',
        highest: 1,
        theme,
      },
    ),
  ];
  const curves = (section.roc?.classes ?? []).flatMap((curve, k) =>
    curve === null ? [] : [{ label: section.confusion.classNames[k]!, curve }],
  );
  if (curves.length > 0) {
    figures.push(
      rocFigure(curves, {
        name: 'classification-roc',
        title: 'Receiver operating characteristic, each type against the rest',
        theme,
      }),
    );
  }
  if (section.calibration !== null) {
    figures.push(
      reliabilityFigure(section.calibration, { name: 'classification-reliability', theme }),
    );
  }
  return figures;
}
