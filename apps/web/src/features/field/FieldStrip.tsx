/** @file The fields of the case: small pictures with their states, the one that is shown among them. */
import type { Cell, Field } from '@leukoscope/contract';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Progress } from '../../components/Progress.tsx';
import { addressOf } from '../../state/api.ts';
import type { FieldProgress } from '../../state/case-store.ts';
import { isUnsure } from '../../state/unsure-cells.ts';
import { useOpenCase } from '../case/case-context.ts';
import styles from './FieldStrip.module.css';

/** The strip; each picture leads to its field. */
export function FieldStrip({ currentId }: { readonly currentId: string }) {
  const { fields, cells, progress } = useOpenCase();
  const current = useRef<HTMLAnchorElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another field means another element to show.
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [currentId]);
  const byField = Map.groupBy(cells.values(), (cell: Cell) => cell.fieldId);
  return (
    <nav className={styles.strip} aria-label="Fields">
      <ol>
        {fields.map((field) => (
          <li key={field.id}>
            <Link
              to={`/cases/${field.caseId}/field/${field.id}`}
              className={styles.item}
              aria-current={field.id === currentId ? 'page' : undefined}
              ref={field.id === currentId ? current : undefined}
              title={field.fileName}
            >
              <img
                src={addressOf('getFieldImage', {
                  params: { id: field.id },
                  query: { form: 'thumbnail' },
                })}
                alt={`Field ${field.position}`}
                loading="lazy"
                width="72"
                height="54"
              />
              <FieldState
                field={field}
                cells={byField.get(field.id) ?? []}
                progress={progress.get(field.id)}
              />
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function FieldState(props: {
  readonly field: Field;
  readonly cells: readonly Cell[];
  readonly progress: FieldProgress | undefined;
}) {
  const { field, cells, progress } = props;
  switch (field.state) {
    case 'queued':
      return <span className={styles.state}>{field.position} · queued</span>;
    case 'analysing':
      return (
        <span className={styles.state}>
          <Progress value={progress?.progress ?? 0} label={`Analysing field ${field.position}`} />
        </span>
      );
    case 'failed':
      return (
        <span className={styles.state} data-kind="bad">
          {field.position} · failed
        </span>
      );
    case 'analysed': {
      const unsure = cells.filter(isUnsure).length;
      return (
        <span className={styles.state}>
          {field.position} · {cells.length} {cells.length === 1 ? 'cell' : 'cells'}
          {unsure > 0 && <span className={styles.unsure}>{unsure} unsure</span>}
        </span>
      );
    }
  }
}
