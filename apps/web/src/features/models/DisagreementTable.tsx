/** @file The cells of which two models say different things, with pictures, page by page. */
import type { ComparedAnswer, ComparedCell, ComparisonDetail, Field } from '@leukoscope/contract';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { binName } from '../../state/bins.ts';
import { ComparedPicture } from './ComparedPicture.tsx';
import { cellCount } from '../../state/review-intent.ts';
import styles from './ComparisonResult.module.css';
import { differenceFilters, disagreements } from './disagreements.ts';

type Filter = keyof typeof differenceFilters;

const filters = Object.keys(differenceFilters) as Filter[];
const rowsPerPage = 40;

/** The table of disagreeing cells. */
export function DisagreementTable(props: {
  readonly comparison: ComparisonDetail;
  readonly fields: readonly Field[];
}) {
  const { comparison, fields } = props;
  const [filter, setFilter] = useState<Filter>('all');
  const [page, setPage] = useState(0);
  const all = useMemo(() => disagreements(comparison.cells, filter), [comparison.cells, filter]);
  const byId = useMemo(() => new Map(fields.map((field) => [field.id, field])), [fields]);
  const pages = Math.max(1, Math.ceil(all.length / rowsPerPage));
  const here = Math.min(page, pages - 1);
  return (
    <section>
      <div className={styles.head}>
        <h3>Cells that differ</h3>
        <select
          aria-label="Which differences"
          value={filter}
          onChange={(event) => {
            const chosen = filters.find((one) => one === event.target.value);
            if (chosen === undefined) return;
            setFilter(chosen);
            setPage(0);
          }}
        >
          {filters.map((one) => (
            <option key={one} value={one}>
              {differenceFilters[one]}
            </option>
          ))}
        </select>
        <span role="status">{cellCount(all.length)}</span>
      </div>
      {all.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Cell</th>
              <th scope="col">First</th>
              <th scope="col">Second</th>
              <th scope="col">People</th>
            </tr>
          </thead>
          <tbody>
            {all.slice(here * rowsPerPage, (here + 1) * rowsPerPage).map((cell) => (
              <Row
                key={`${cell.cellId} ${cell.fieldId} ${cell.second?.box.x1} ${cell.second?.box.y1}`}
                cell={cell}
                field={byId.get(cell.fieldId)}
                caseId={comparison.caseId}
              />
            ))}
          </tbody>
        </table>
      )}
      {pages > 1 && (
        <div className={styles.head}>
          <Button disabled={here === 0} onClick={() => setPage(here - 1)}>
            Before
          </Button>
          <span>
            {here + 1} of {pages}
          </span>
          <Button disabled={here === pages - 1} onClick={() => setPage(here + 1)}>
            Next
          </Button>
        </div>
      )}
    </section>
  );
}

function Row(props: {
  readonly cell: ComparedCell;
  readonly field: Field | undefined;
  readonly caseId: string;
}) {
  const { cell, field, caseId } = props;
  const place = `/cases/${caseId}/field/${cell.fieldId}`;
  const name = field === undefined ? 'the field' : `field ${field.position}`;
  return (
    <tr>
      <th scope="row">
        <Link
          className={styles.cell}
          to={cell.cellId === null ? place : `${place}?cell=${cell.cellId}`}
        >
          <ComparedPicture cell={cell} field={field} />
          <span>Show in {name}</span>
        </Link>
      </th>
      <td>
        <AnswerWords answer={cell.first} />
      </td>
      <td>
        <AnswerWords answer={cell.second} />
      </td>
      <td>{reviewedWords(cell.reviewed)}</td>
    </tr>
  );
}

function AnswerWords({ answer }: { readonly answer: ComparedAnswer | null }) {
  if (answer === null) return <>not found</>;
  const { bin, cellClass, score } = answer;
  return (
    <>
      {binName(bin)}
      <small>
        {bin === cellClass ? '' : `${binName(cellClass)}, `}score {score.toFixed(2)}
      </small>
    </>
  );
}

function reviewedWords(reviewed: ComparedCell['reviewed']): string {
  if (reviewed === null) return 'not seen';
  return reviewed === 'deleted' ? 'deleted' : binName(reviewed);
}
