/**
 * @file The parts of the validation report in their order (CLSI H20, ICSH: what was compared, agreement by type, abnormal
 * kinds, shares, people, drift). HTML, PDF and CSV write the same parts.
 */
import {
  type Agreement,
  type AgreementEstimate,
  type Bin,
  binName,
  numberWords,
  percentWords,
} from '@leukoscope/contract';
import {
  blandAltman,
  blandAltmanFigure,
  controlChart,
  controlFigure,
  type Figure,
  type MethodRegression,
  regressionFigure,
} from '@leukoscope/metrics';
import type { AgreementSource } from './agreement-source.ts';

/** A table. */
export interface PartTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One part. */
export interface AgreementPart {
  readonly title: string;
  readonly notes: readonly string[];
  readonly tables: readonly PartTable[];
  readonly figures: readonly Figure[];
}

/** The whole report. */
export interface AgreementReport {
  readonly title: string;
  readonly researchUse: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly parts: readonly AgreementPart[];
}

/** Shares that are drawn; rarer types stand in the table. */
const mostDrawn = 6;

/** Make the parts. */
export function agreementReport(source: AgreementSource): AgreementReport {
  const { agreement, siteName, at } = source;
  return {
    title: 'Agreement of model and people',
    researchUse: 'For research use only, not for diagnosis.',
    facts: [
      ['Site', siteName === '' ? 'not named' : siteName],
      ['Written', `${at.slice(0, 16).replace('T', ' ')} UTC`],
      ['Signed', periodOf(agreement)],
      [
        'Cases',
        `${agreement.cases.length}${agreement.hasMore ? ', the newest; there are more' : ''}`,
      ],
      ['Cells', String(agreement.cells)],
      [
        'Models',
        agreement.models
          .map(
            ({ modelId, modelSha256, cells }) =>
              `${modelId} ${modelSha256.slice(0, 12)} (${cells} cells)`,
          )
          .join('; '),
      ],
    ],
    parts: [
      overall(agreement),
      types(agreement),
      shares(source),
      people(agreement),
      drift(agreement),
      casesOf(agreement),
    ].filter(({ tables, figures }) => tables.length + figures.length > 0),
  };
}

function periodOf({ from, to, cases }: Agreement): string {
  const days = cases.map(({ signedAt }) => signedAt.slice(0, 10));
  const first = from ?? days.at(-1) ?? 'never';
  const last = to ?? days[0] ?? 'never';
  return first === last ? first : `${first} to ${last}`;
}

function overall({ found, sameType, kappa, pairs }: Agreement): AgreementPart {
  const confusion = pairs.map(({ people: told, model, count }) => [
    answerName(told),
    model === null ? 'Not found' : answerName(model),
    String(count),
  ]);
  return {
    title: 'Over all',
    notes: [
      'The reference is what people signed; they saw the answer of the model before they gave theirs, which makes both more alike than two who do not know of each other.',
      'Limits in brackets hold 95 %; they come from cases drawn again, since cells of one patient are alike, and are never narrower than the exact ones of single cells. Below five cases there are none.',
    ],
    tables: [
      {
        name: 'Found and typed',
        header: ['What', 'Value'],
        rows: [
          ['Cells that both found', String(found.both)],
          ['Cells that people added', String(found.missed)],
          ['Findings that are no cells', String(found.spurious)],
          ['Same type, of those that both found', percentWords(sameType)],
          ["Cohen's kappa of the types", numberWords(kappa, 3)],
        ],
      },
      { name: 'Answers', header: ['People', 'Model', 'Cells'], rows: confusion },
    ],
    figures: [],
  };
}

function types({ types: all, abnormal }: Agreement): AgreementPart {
  const row = (name: string, one: Omit<Agreement['types'][number], 'bin' | 'name'>) => [
    name,
    String(one.people),
    String(one.model),
    percentWords(one.sensitivity),
    percentWords(one.specificity),
    percentWords(one.predictive),
  ];
  return {
    title: 'By type',
    notes: [
      `Abnormal are blasts, immature granulocytes, plasma cells, reactive lymphocytes and erythroblasts. Of ${abnormal.people} abnormal cells the model called ${abnormal.both} abnormal and sent ${abnormal.unidentified} to a person without a type.`,
    ],
    tables: [
      {
        name: 'Types',
        header: ['Type', 'People', 'Model', 'Sensitivity', 'Specificity', 'Predictive value'],
        rows: [...all.map((one) => row(one.name, one)), row('Abnormal kinds together', abnormal)],
      },
    ],
    figures: [],
  };
}

function shares({ agreement, shares: drawn }: AgreementSource): AgreementPart {
  const byCells = (name: string) => agreement.types.find((type) => type.name === name)?.people ?? 0;
  const largest = [...agreement.shares]
    .sort((a, b) => byCells(b.name) - byCells(a.name))
    .slice(0, mostDrawn);
  const figures = largest.flatMap(({ cellClass, name, slope, intercept }) => {
    const points = drawn.find((one) => one.cellClass === cellClass)?.points ?? [];
    const told = points.map((point) => point.people);
    const model = points.map((point) => point.model);
    const difference = blandAltmanFigure(blandAltman(told, model), {
      name: `bland-altman-${cellClass}`,
      title: `${name}: model − people`,
      unit: '%',
    });
    const fit = lineOf(slope, intercept);
    if (fit === undefined) return [difference];
    const line = regressionFigure(told, model, fit, {
      name: `regression-${cellClass}`,
      title: `${name}: model against people`,
      xTitle: 'People (%)',
      yTitle: 'Model (%)',
    });
    return [difference, line];
  });
  return {
    title: 'Shares from case to case',
    notes: [
      'Percent of the leukocytes. Bias and limits of agreement by Bland and Altman; lines by Passing and Bablok: both agree where 1 lies within the limits of the slope and 0 within those of the intercept.',
    ],
    tables:
      agreement.shares.length === 0
        ? []
        : [
            {
              name: 'Shares',
              header: ['Type', 'Cases', 'Bias', 'Lower limit', 'Upper limit', 'Slope', 'Intercept'],
              rows: agreement.shares.map((one) => [
                one.name,
                String(one.cases),
                numberWords(one.bias, 1),
                numberWords(one.lowerLimit, 1),
                numberWords(one.upperLimit, 1),
                numberWords(one.slope, 3),
                one.intercept === null ? '–' : numberWords(one.intercept, 1),
              ]),
            },
          ],
    figures,
  };
}

/** The line that was measured, as figures take it; fitted anew here it might be another. */
function lineOf(
  slope: AgreementEstimate | null,
  intercept: AgreementEstimate | null,
): MethodRegression | undefined {
  const [a, b] = [slope, intercept].map((estimate) =>
    estimate === null || estimate.low === null || estimate.high === null
      ? undefined
      : { value: estimate.value, low: estimate.low, high: estimate.high },
  );
  return a && b && { method: 'passing-bablok', slope: a, intercept: b };
}

function people({ people: pairs }: Agreement): AgreementPart {
  return {
    title: 'People among each other',
    notes: [
      'Cells that both have judged, or that one judged and the other signed. The second saw what the first had said.',
    ],
    tables:
      pairs.length === 0
        ? []
        : [
            {
              name: 'People',
              header: ['First', 'Second', 'Cases', 'Cells', 'Same', 'Kappa'],
              rows: pairs.map((pair) => [
                pair.first,
                pair.second,
                String(pair.cases),
                String(pair.cells),
                pair.cells === 0 ? '–' : `${((100 * pair.same) / pair.cells).toFixed(1)} %`,
                pair.kappa === null ? '–' : pair.kappa.toFixed(3),
              ]),
            },
          ],
    figures: [],
  };
}

const driftNames = { corrected: 'Corrected', unsure: 'Unsure' } as const;

function drift({ weeks, drift: charts }: Agreement): AgreementPart {
  return {
    title: 'Week by week',
    notes: [
      "Control limits are those of Laney's p' chart: three deviations, as much wider than chance as the weeks themselves vary. A week beyond them is marked with !.",
    ],
    tables: [
      {
        name: 'Weeks',
        header: ['Week of', 'Cases', 'Cells', 'Corrected', 'Unsure'],
        rows: weeks.map((week, i) => [
          week.start,
          String(week.cases),
          String(week.cells),
          ...charts.map(({ points: ofWeeks }) => {
            const { share, isOut } = ofWeeks[i]!;
            return `${(100 * share).toFixed(1)} %${isOut ? ' !' : ''}`;
          }),
        ]),
      },
    ],
    figures:
      weeks.length < 2
        ? []
        : charts.map(({ what }) =>
            controlFigure(
              controlChart(weeks.map((week) => ({ hits: week[what], count: week.cells }))),
              weeks.map(({ start }) => start),
              {
                name: `drift-${what}`,
                title: `${driftNames[what]} cells, week by week`,
                what: driftNames[what],
              },
            ),
          ),
  };
}

function casesOf({ cases }: Agreement): AgreementPart {
  return {
    title: 'Cases',
    notes: [],
    tables: [
      {
        name: 'Cases',
        header: ['Case', 'Signed', 'Cells', 'Corrected'],
        rows: cases.map(({ number, signedAt, cells, corrected }) => [
          number,
          signedAt.slice(0, 10),
          String(cells),
          String(corrected),
        ]),
      },
    ],
    figures: [],
  };
}

function answerName(answer: Bin | null): string {
  return answer === null ? 'No cell' : binName(answer);
}
