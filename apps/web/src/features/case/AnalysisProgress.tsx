/** @file How far the analysis of the case's fields is, as long as there is something to analyse. */
import { Link } from 'wouter';
import { Progress } from '../../components/Progress.tsx';
import styles from './CaseHead.module.css';
import { useOpenCase } from './case-context.ts';

/** A bar for all fields; nothing when all are done. */
export function AnalysisProgress() {
  const fields = useOpenCase((open) => open.fields);
  const progress = useOpenCase((open) => open.progress);
  const caseId = useOpenCase((open) => open.case.id);
  const failed = fields.filter(({ state }) => state === 'failed').length;
  const running = fields.filter(({ state }) => state === 'queued' || state === 'analysing');
  const done = fields.length - running.length;
  const part = running.reduce((sum, { id }) => sum + (progress.get(id)?.progress ?? 0), 0);
  return (
    <>
      {running.length > 0 && (
        <span className={styles.analysis}>
          {done} of {fields.length} fields analysed
          <Progress value={(done + part) / fields.length} label="Analysis of the fields" />
        </span>
      )}
      {failed > 0 && (
        <Link to={`/cases/${caseId}/field`} className={styles.failed}>
          {failed === 1 ? '1 field failed' : `${failed} fields failed`}
        </Link>
      )}
    </>
  );
}
