/** @file The report as it is printed: facts, table, flags, conclusion, pictures, signatures, method, limits of use. */
import { CaseFlags } from '../../components/CaseFlags.tsx';
import { SignatureLine } from '../../components/SignatureLine.tsx';
import { specimenNames } from '../../state/case-words.ts';
import { zonedTimeWords } from '../../state/time-words.ts';
import { modelsOf, type Report, statusOf } from './parse-report.ts';
import { ReportPictures } from './ReportPictures.tsx';
import styles from './ReportSheet.module.css';
import { ReportTable } from './ReportTable.tsx';

const statusWords = {
  preliminary: 'Preliminary: not signed',
  final: 'Final',
  corrected: 'Corrected',
} as const;

/** The sheet. `later`: what became of this version since, in words; null for the newest. */
export function ReportSheet(props: {
  readonly report: Report;
  readonly sha256: string | undefined;
  readonly later: string | null;
}) {
  const { report, sha256, later } = props;
  const { facts, site, differential, signatures } = report;
  const status = statusOf(report);
  const place = [site.name, site.address].filter((text) => text !== '').join(', ');
  return (
    <article className={styles.sheet} data-status={status} aria-label="Report">
      {status === 'preliminary' && (
        // The status stands in words below: the large word is decoration.
        <div className={styles.watermark} data-word="Preliminary" aria-hidden />
      )}
      <header className={styles.head}>
        <div>
          <h1>Leukocyte differential</h1>
          {place !== '' && <p>{place}</p>}
        </div>
        <p className={styles.status} data-status={status}>
          {statusWords[status]}
          {later !== null && ` (${later})`}
        </p>
      </header>
      <ResearchLine />
      <Facts report={report} />
      <section>
        <h2>
          {differential.leukocytes} leukocytes counted (target {differential.targetCells})
        </h2>
        <ReportTable differential={differential} />
      </section>
      <section>
        <h2>Flags</h2>
        <CaseFlags flags={differential.flags} />
      </section>
      <section>
        <h2>Conclusion</h2>
        <p className={styles.text}>{facts.conclusion || 'None.'}</p>
      </section>
      {report.comments.length > 0 && (
        <section>
          <h2>Comments</h2>
          <ul className={styles.comments}>
            {report.comments.map((comment) => (
              <li key={comment.id}>
                {comment.text} ({comment.by.name}, {zonedTimeWords(comment.at)})
              </li>
            ))}
          </ul>
        </section>
      )}
      <ReportPictures report={report} isOld={later !== null} />
      <section className={styles.signatures}>
        <h2>Signatures</h2>
        {signatures.length === 0 ? (
          <p>Not signed. As of {zonedTimeWords(report.at)}; every figure may still change.</p>
        ) : (
          <ul className={styles.comments}>
            {signatures.map((signature) => (
              <li key={signature.id}>
                <SignatureLine signature={signature} />
              </li>
            ))}
          </ul>
        )}
        {sha256 !== undefined && (
          <p className={styles.hash}>
            Version {facts.version}, SHA-256 {sha256}
          </p>
        )}
      </section>
      <ResearchLine />
    </article>
  );
}

function ResearchLine() {
  return (
    <p className={styles.research}>For research use only. Not for use in diagnostic procedures.</p>
  );
}

function Facts({ report }: { readonly report: Report }) {
  const { facts, fields, amendmentReason } = report;
  const models = modelsOf(fields);
  const rows: readonly (readonly [string, string])[] = [
    ['Case', facts.number],
    ['Patient', facts.patientReference],
    ['Specimen', specimenNames[facts.specimen]],
    ['Collected', facts.collectedAt === null ? '' : zonedTimeWords(facts.collectedAt)],
    [
      'Leukocytes',
      facts.leukocytesE9PerLitre === null ? '' : `${facts.leukocytesE9PerLitre} × 10⁹/L (analyser)`,
    ],
    ['Fields', String(fields.length)],
    ['Version', String(facts.version)],
    ['Amended because', amendmentReason ?? ''],
    [
      'Method',
      `Digital image analysis, preclassified by ${models.join(', ') || 'nobody'}, reviewed by a person`,
    ],
  ];
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
