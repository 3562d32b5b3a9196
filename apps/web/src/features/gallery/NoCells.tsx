/** @file A case without cells: what is being done, or what can be done. */
import { Link } from 'wouter';
import { Notice } from '../../components/Notice.tsx';
import { Progress } from '../../components/Progress.tsx';
import type { OpenCase } from '../../state/case-store.ts';
import { AddFieldsButton } from '../uploads/AddFieldsButton.tsx';
import styles from './NoCells.module.css';

/** What stands where cells would be. */
export function NoCells(props: { readonly open: OpenCase; readonly canChange: boolean }) {
  const { open, canChange } = props;
  const { fields, progress } = open;
  const running = fields.filter(({ state }) => state === 'queued' || state === 'analysing');
  const failed = fields.filter(({ state }) => state === 'failed');
  const add = canChange && (
    <AddFieldsButton caseId={open.case.id} caseNumber={open.case.number} look="primary" />
  );
  if (fields.length === 0) {
    return (
      <div className={styles.empty}>
        <h2>No fields yet</h2>
        <p>Add images of the smear: cells are found, outlined and typed as each arrives.</p>
        {add}
      </div>
    );
  }
  return (
    <div className={styles.empty}>
      <h2>{running.length > 0 ? 'Looking for cells' : 'No cells'}</h2>
      {failed.length > 0 && (
        <Notice kind="bad">
          The analysis of {failed.length === 1 ? '1 field' : `${failed.length} fields`} failed:{' '}
          {failed[0]!.failure} <Link to={`/cases/${open.case.id}/field`}>See the fields</Link>
        </Notice>
      )}
      {running.length === 0 && failed.length === 0 && (
        <p>
          {fields.length === 1 ? 'This field has' : 'These fields have'} no cell: the model found
          none, or all were deleted.{' '}
          <Link to={`/cases/${open.case.id}/field`}>Draw cells in the fields</Link>, or add others.
        </p>
      )}
      <ul>
        {running.map((field) => {
          const now = progress.get(field.id);
          return (
            <li key={field.id}>
              <span>
                {field.position}. {field.fileName}
              </span>
              <Progress value={now?.progress ?? 0} label={`Analysis of ${field.fileName}`} />
              <small>{now?.stage ?? (field.state === 'queued' ? 'waiting' : 'starting')}</small>
            </li>
          );
        })}
      </ul>
      {add}
    </div>
  );
}
