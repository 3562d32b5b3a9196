/**
 * @file A report as one page that needs nothing else: no script, no network, no fonts to load. Light, dark
 * and print; each figure carries its numbers as a CSV to download.
 */
import { escapeXml } from '../figures/svg.ts';
import { pageTheme } from '../figures/theme.ts';
import { numberText, scoreText } from '../figures/ticks.ts';
import { segmentationReportNames } from './evaluate-segmentation.ts';
import type {
  ClassificationSection,
  DetectionSection,
  EvaluationReport,
  IntervalEstimate,
  ReportFacts,
  ReportSection,
  SegmentationMeasureName,
  SegmentationSection,
} from './evaluation-report.ts';
import { figureGrid, keyFigures, table } from './page-parts.ts';
import { pageStyle } from './page-style.ts';
import { errorNames, sectionFigures } from './report-figures.ts';

/** The sentence that every report carries. */
export const researchNotice = 'For research use only, not for diagnosis.';

// Beyond this a page is slow to open; the whole list is in metrics.json.
const mostImageRows = 500;

/** Write the page. */
export function reportToHtml(report: EvaluationReport): string {
  const { title = 'Evaluation' } = report.facts;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escapeXml(title)}</h1>
<p class="warning">${researchNotice}</p>
${factList(report.facts)}
</header>
${report.sections.map(writeSection).join('\n')}
<footer><p>Made by Leukoscope. ${researchNotice} A dash means that there is nothing to measure.</p></footer>
</main>
</body>
</html>
`;
}

function factList(facts: ReportFacts): string {
  const rows: [string, string | undefined][] = [
    ['Model', facts.model],
    ['Data set', facts.dataSet],
    ['Date', facts.createdAt],
    ['Command', facts.command],
  ];
  const written = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<dt>${name}</dt><dd>${escapeXml(value!)}</dd>`);
  return written.length === 0 ? '' : `<dl class="facts">${written.join('')}</dl>`;
}

function writeSection(section: ReportSection): string {
  const body =
    section.kind === 'detection'
      ? detectionBody(section)
      : section.kind === 'segmentation'
        ? segmentationBody(section)
        : classificationBody(section);
  const figures = figureGrid(sectionFigures(section, { theme: pageTheme }));
  return `<section><h2>${escapeXml(headingOf(section))}</h2>${body.head}${figures}<div class="tables">${body.tables.join('')}</div>${body.tail ?? ''}</section>`;
}

function headingOf(section: ReportSection): string {
  if (section.kind === 'segmentation') return 'Segmentation, pixel by pixel';
  if (section.kind === 'classification') return 'Classification of cells';
  return section.overlap === 'box' ? 'Detection, compared by box' : 'Detection, compared by mask';
}

interface Body {
  readonly head: string;
  readonly tables: readonly string[];
  readonly tail?: string;
}

function detectionBody(section: DetectionSection): Body {
  const { coco, intervals, typing, counts, settings } = section;
  const cells = `${section.groundTruthCells} cells and ${section.detections} detections in ${section.images} images`;
  const crowd = section.crowdRegions === 0 ? '' : `, ${section.crowdRegions} crowd regions`;
  const typed = typing.found === 0 ? null : typing.right / typing.found;
  const head = `<p class="soft">${cells}${crowd}. AP and AR as COCO defines them; matrix and counts at IoU ${settings.iouThreshold} and scores of at least ${settings.scoreThreshold}.</p>${keyFigures(
    [
      { label: 'AP (IoU .50 to .95)', value: scoreText(coco.AP), note: rangeText(intervals?.AP) },
      { label: 'AP50', value: scoreText(coco.AP50), note: rangeText(intervals?.AP50) },
      { label: 'AP75', value: scoreText(coco.AP75) },
      { label: 'AR', value: scoreText(coco.AR100), note: '100 detections an image' },
      {
        label: 'Found cells typed right',
        value: scoreText(typed),
        note:
          typing.low === null ? '' : `${scoreText(typing.low)} to ${scoreText(typing.high)} (95 %)`,
      },
      {
        label: 'Count error',
        value: counts.all.relativeError === null ? '–' : percentText(counts.all.relativeError),
        note: `${counts.all.detectedTotal} counted, ${counts.all.groundTruthTotal} there`,
      },
    ],
  )}`;
  const tables = [
    table(
      'By type',
      ['Type', 'Cells', 'AP', 'AP50', 'AP75', 'AR'],
      section.classes.map((c) => [
        c.name,
        String(c.groundTruthCells),
        ...[c.AP, c.AP50, c.AP75, c.AR100].map(scoreText),
      ]),
    ),
    table(
      'Counts by type (bias and mean absolute error an image)',
      ['Type', 'There', 'Counted', 'Bias', 'MAE'],
      [counts.all, ...counts.classes].map((c) => [
        c.name,
        String(c.groundTruthTotal),
        String(c.detectedTotal),
        numberText(c.bias, 3),
        numberText(c.meanAbsoluteError, 3),
      ]),
    ),
    table(
      'By size and limit (COCO), and PASCAL',
      ['Figure', 'Value'],
      [
        ['AP, small (area to 32²)', scoreText(coco.APs)],
        ['AP, medium (to 96²)', scoreText(coco.APm)],
        ['AP, large', scoreText(coco.APl)],
        ['AR, 1 detection an image', scoreText(coco.AR1)],
        ['AR, 10 detections', scoreText(coco.AR10)],
        ['AR, small / medium / large', [coco.ARs, coco.ARm, coco.ARl].map(scoreText).join(' / ')],
        [
          `PASCAL AP, all points, IoU ${section.pascal.iouThreshold}`,
          scoreText(section.pascal.allPoint),
        ],
        [
          `PASCAL AP, 11 points, IoU ${section.pascal.iouThreshold}`,
          scoreText(section.pascal.elevenPoint),
        ],
      ],
    ),
    table(
      'Errors',
      ['Kind', 'Count', 'Gain in AP if mended'],
      section.errors.errors.map((error) => [
        errorNames[error.kind],
        String(error.count),
        scoreText(error.gain),
      ]),
    ),
  ];
  return { head, tables };
}

function segmentationBody(section: SegmentationSection): Body {
  const { measures } = section;
  const names = Object.entries(segmentationReportNames);
  const isMeasure = (name: string): name is SegmentationMeasureName => name in measures;
  const head = `<p class="soft">${section.images.length} images; means over images, background counts as a class in mIoU.</p>${keyFigures(
    names.flatMap(([name, label]) =>
      isMeasure(name) && !['iou', 'recall'].includes(name)
        ? [
            {
              label,
              value: scoreText(measures[name].mean),
              note: rangeText(measures[name].interval),
            },
          ]
        : [],
    ),
  )}`;
  const summary = table(
    'Measures over images',
    ['Measure', 'Mean', 'SD', 'Median', 'Minimum', 'Maximum', 'Pooled'],
    names.flatMap(([name, label]) => {
      if (!isMeasure(name)) return [];
      const { mean, standardDeviation, box } = measures[name];
      const pooled = name === 'boundaryF1' ? null : section.pooled[name];
      const values = [mean, standardDeviation, box.median, box.minimum, box.maximum, pooled];
      return [[label, ...values.map(scoreText)]];
    }),
  );
  const worstFirst = section.images.toSorted((a, b) => a.dice - b.dice).slice(0, mostImageRows);
  const perImage = table(
    section.images.length > mostImageRows
      ? `The ${mostImageRows} images of lowest Dice; all are in metrics.json`
      : 'Image by image, lowest Dice first',
    ['Image', ...names.map(([, label]) => label)],
    worstFirst.map((image) => [
      image.id,
      ...names.map(([name]) => (isMeasure(name) ? scoreText(image[name]) : '')),
    ]),
  );
  return {
    head,
    tables: [summary],
    tail: `<details><summary>Image by image</summary>${perImage}</details>`,
  };
}

function classificationBody(section: ClassificationSection): Body {
  const { scores, kappa, accuracyInterval, intervals, roc, topK, calibration } = section;
  const head = `<p class="soft">${scores.cells} cells of ${scores.classes.length} types.</p>${keyFigures(
    [
      {
        label: 'Accuracy',
        value: scoreText(scores.accuracy),
        note: `${scoreText(accuracyInterval.low)} to ${scoreText(accuracyInterval.high)} (95 %, exact)`,
      },
      { label: 'Macro F1', value: scoreText(scores.macro.f1), note: rangeText(intervals?.macroF1) },
      { label: 'Balanced accuracy', value: scoreText(scores.balancedAccuracy) },
      {
        label: "Cohen's kappa",
        value: scoreText(kappa?.kappa ?? null),
        note: kappa === null ? '' : `${scoreText(kappa.low)} to ${scoreText(kappa.high)} (95 %)`,
      },
      ...(roc === null ? [] : [{ label: 'ROC area, macro', value: scoreText(roc.macroArea) }]),
      ...(calibration === null
        ? []
        : [{ label: 'Calibration error', value: scoreText(calibration.expectedCalibrationError) }]),
    ],
  )}`;
  const scoreRow = (name: string, cells: string, row: ClassificationSection['scores']['macro']) => [
    name,
    cells,
    ...[row.precision, row.recall, row.f1, row.specificity].map(scoreText),
  ];
  const tables = [
    table(
      'By type',
      ['Type', 'Cells', 'Precision', 'Recall', 'F1', 'Specificity'],
      [
        ...scores.classes.map((c) => scoreRow(c.name, String(c.support), c)),
        scoreRow('Macro mean', '', scores.macro),
        scoreRow('Micro mean', '', scores.micro),
        scoreRow('Weighted mean', '', scores.weighted),
      ],
    ),
  ];
  if (topK !== null && topK.length > 0) {
    tables.push(
      table(
        'True type among the k most probable',
        ['k', 'Accuracy'],
        topK.map(({ k, accuracy }) => [String(k), scoreText(accuracy)]),
      ),
    );
  }
  return { head, tables };
}

function rangeText(interval: IntervalEstimate | null | undefined): string {
  if (interval === null || interval === undefined) return '';
  return `${scoreText(interval.low)} to ${scoreText(interval.high)} (${100 * interval.confidence} %)`;
}

function percentText(share: number): string {
  return `${share > 0 ? '+' : ''}${numberText(100 * share, 1)} %`;
}
