/** @file What the agreement says: by type, from case to case, between people, week by week. */
import { type Agreement, numberWords, percentWords } from '@leukoscope/contract';
import { Link } from 'wouter';
import { AgreementTable } from './AgreementTable.tsx';

/** All tables that have something to say. */
export function AgreementTables({ agreement }: { readonly agreement: Agreement }) {
  const { people, shares } = agreement;
  return (
    <>
      <TypesTable agreement={agreement} />
      {shares.length > 0 && (
        <AgreementTable
          title="Shares from case to case"
          note="Model minus people, in percent of the leukocytes (Bland-Altman), and the line of Passing and Bablok: both agree where 1 lies within the limits of the slope and 0 within those of the intercept."
          header={['Type', 'Cases', 'Bias', 'Lower limit', 'Upper limit', 'Slope', 'Intercept']}
          rows={shares.map((one) => ({
            cells: [
              one.name,
              one.cases,
              numberWords(one.bias, 2),
              numberWords(one.lowerLimit, 2),
              numberWords(one.upperLimit, 2),
              numberWords(one.slope, 3),
              numberWords(one.intercept, 2),
            ],
          }))}
        />
      )}
      {people.length > 0 && (
        <AgreementTable
          title="People among each other"
          note="Cells that both have judged, or that one judged and the other signed. The second saw what the first had said."
          header={['First', 'Second', 'Cases', 'Cells', 'Same', 'Kappa']}
          rows={people.map((pair) => ({
            cells: [
              pair.first,
              pair.second,
              pair.cases,
              pair.cells,
              `${((100 * pair.same) / Math.max(1, pair.cells)).toFixed(1)} %`,
              pair.kappa?.toFixed(3) ?? '–',
            ],
          }))}
        />
      )}
      <WeeksTable agreement={agreement} />
      <AgreementTable
        title="Cases"
        header={['Case', 'Signed', 'Cells', 'Corrected']}
        rows={agreement.cases.map((one) => ({
          cells: [
            <Link key={one.id} to={`/cases/${one.id}`}>
              {one.number}
            </Link>,
            one.signedAt.slice(0, 10),
            one.cells,
            one.corrected,
          ],
        }))}
      />
    </>
  );
}

function TypesTable({ agreement: { types, abnormal } }: { readonly agreement: Agreement }) {
  const row = (name: string, one: Omit<Agreement['types'][number], 'bin' | 'name'>) => ({
    cells: [
      name,
      one.people,
      one.model,
      percentWords(one.sensitivity),
      percentWords(one.specificity),
      percentWords(one.predictive),
    ],
  });
  return (
    <AgreementTable
      title="By type"
      note={`Abnormal are blasts, immature granulocytes, plasma cells, reactive lymphocytes and erythroblasts. Of ${abnormal.people} such cells the model called ${abnormal.both} abnormal and sent ${abnormal.unidentified} to a person without a type.`}
      header={['Type', 'People', 'Model', 'Sensitivity', 'Specificity', 'Predictive value']}
      rows={[...types.map((one) => row(one.name, one)), row('Abnormal kinds together', abnormal)]}
    />
  );
}

function WeeksTable({ agreement: { weeks, drift } }: { readonly agreement: Agreement }) {
  const header = ['Week of', 'Cases', 'Cells', 'Corrected', 'usual', 'Unsure', 'usual '];
  return (
    <AgreementTable
      title="Week by week"
      note="Usual is what the weeks themselves make expected (Laney's p' chart, three deviations). A week beyond it is marked: the model, the stain or the people have changed."
      header={header}
      rows={weeks.map((week, i) => {
        const points = drift.map((chart) => chart.points[i]!);
        return {
          isOut: points.some(({ isOut }) => isOut),
          cells: [
            week.start,
            week.cases,
            week.cells,
            ...points.flatMap(({ share, low, high, isOut }) => [
              `${percent(share)}${isOut ? ', unusual' : ''}`,
              `${percent(low)} to ${percent(high)}`,
            ]),
          ],
        };
      })}
    />
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
