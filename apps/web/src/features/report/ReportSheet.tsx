/** @file The report as it is printed: its parts in the order and the words of all its forms (contract, report-parts). */
import { type Report, type ReportParts, reportParts } from '@leukoscope/contract';
import { CaseFlags } from '../../components/CaseFlags.tsx';
import { ReportPictures } from './ReportPictures.tsx';
import styles from './ReportSheet.module.css';
import { ReportTable } from './ReportTable.tsx';

/** The sheet. `later`: what became of this version since, in words; null for the newest. */
export function ReportSheet(props: { readonly report: Report; readonly later: string | null }) {
  const { report, later } = props;
  const parts = reportParts(report);
  return (
    <article className={styles.sheet} data-status={parts.status} aria-label="Report">
      {parts.status === 'preliminary' && (
        // The status stands in words below: the large word is decoration.
        <div className={styles.watermark} data-word="Preliminary" aria-hidden />
      )}
      <header className={styles.head}>
        <div>
          <h1>{parts.title}</h1>
          {parts.place !== '' && <p dir="auto">{parts.place}</p>}
        </div>
        <p className={styles.status} data-status={parts.status}>
          {parts.statusName}
          {later !== null && ` (${later})`}
        </p>
      </header>
      <p className={styles.research}>{parts.researchUse}</p>
      <dl className={styles.facts}>
        {parts.facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <section>
        <h2>{parts.counted}</h2>
        <ReportTable parts={parts} differential={report.snapshot.differential} />
      </section>
      <section>
        <h2>Flags</h2>
        <CaseFlags flags={parts.flags} />
      </section>
      <section>
        <h2>Conclusion</h2>
        <p className={styles.text} dir="auto">
          {parts.conclusion || 'None.'}
        </p>
      </section>
      {parts.comments.length > 0 && (
        <section>
          <h2>Comments</h2>
          <Texts texts={parts.comments} />
        </section>
      )}
      <ReportPictures cells={report.snapshot.cells} isOld={later !== null} />
      <Signatures parts={parts} />
      {parts.amendments.length > 0 && (
        <section>
          <h2>Amendments</h2>
          <Texts texts={parts.amendments} />
        </section>
      )}
      <p className={styles.research}>{parts.researchUse}</p>
    </article>
  );
}

function Signatures({ parts }: { readonly parts: ReportParts }) {
  return (
    <section className={styles.signatures}>
      <h2>Signatures</h2>
      {parts.unsigned !== null && <p>{parts.unsigned}</p>}
      {parts.signatures.length > 0 && (
        <ul className={styles.comments}>
          {parts.signatures.map(([sentence, bound]) => (
            <li key={sentence}>
              <bdi>{sentence}</bdi>
              <div className={styles.hash}>{bound}</div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Texts({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul className={styles.comments}>
      {texts.map((text) => (
        <li key={text}>
          <bdi>{text}</bdi>
        </li>
      ))}
    </ul>
  );
}
