/** @file The report of a case: which version, print and downloads above, the sheet below. */
import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useOpenCase } from '../case/case-context.ts';
import { timeWords } from '../../state/time-words.ts';
import { useVersions } from '../case/use-versions.ts';
import { Downloads } from './Downloads.tsx';
import { PrintButton } from './PrintButton.tsx';
import { ReportSheet } from './ReportSheet.tsx';
import styles from './ReportView.module.css';
import { useReport } from './use-report.ts';

/** The report. */
export default function ReportView() {
  const { case: facts } = useOpenCase();
  const [search, setSearch] = useSearchParams();
  const { versions } = useVersions();
  const asked = Number(search.get('version') ?? Number.NaN);
  // A signed case has nothing newer than its last version.
  const version = Number.isInteger(asked) && asked > 0 ? asked : undefined;
  const { report, fault, reload } = useReport(version);
  const signed = useMemo(() => [...(versions ?? [])].reverse(), [versions]);
  const shownVersion = version ?? (facts.state === 'signed' ? facts.version : undefined);
  const newest = signed[0]?.version ?? 0;
  const later =
    shownVersion === undefined || shownVersion >= facts.version
      ? null
      : laterWords(newest, shownVersion, facts.version);
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        {signed.length > 0 && (
          <label className={styles.version}>
            <span>Version</span>
            <select
              value={shownVersion ?? ''}
              onChange={(event) =>
                setSearch(event.target.value === '' ? {} : { version: event.target.value })
              }
            >
              {facts.state !== 'signed' && (
                <option value="">{facts.version}, as it is now: preliminary</option>
              )}
              {signed.map((one) => (
                <option key={one.version} value={one.version}>
                  {one.version}, signed {timeWords(one.signedAt)}
                </option>
              ))}
            </select>
          </label>
        )}
        <PrintButton isReady={report !== undefined} />
        <Downloads caseId={facts.id} version={shownVersion} />
      </header>
      {fault !== null && (
        <Notice kind="bad">
          {fault} <Button onClick={reload}>Try again</Button>
        </Notice>
      )}
      {report === undefined ? (
        fault === null && <Loading what="report" />
      ) : (
        <ReportSheet report={report} later={later} />
      )}
    </div>
  );
}

/** A reader of an old version must know what became of it. */
function laterWords(newestSigned: number, shown: number, current: number): string {
  return newestSigned > shown
    ? `replaced by version ${newestSigned}`
    : `version ${current} is being worked on`;
}
