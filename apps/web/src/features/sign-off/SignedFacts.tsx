/** @file What a signature binds, as the signer reads it: whose smear, what is counted, warnings, conclusion, hash. */
import { percent, type Signing, specimenNames } from '@leukoscope/contract';
import { RangeBadge } from '../../components/RangeBadge.tsx';
import { zonedTimeWords } from '../../state/time-words.ts';
import styles from './SignOffSection.module.css';

/** The facts. */
export function SignedFacts({ signing }: { readonly signing: Signing }) {
  const { facts, differential, fields, cells, comments } = signing;
  const warnings = differential.flags.filter((flag) => flag.severity === 'warning');
  const rows: readonly (readonly [string, string])[] = [
    ['Patient', facts.patientReference || 'not given'],
    ['Specimen', specimenNames[facts.specimen]],
    ['Collected', facts.collectedAt === null ? 'not given' : zonedTimeWords(facts.collectedAt)],
    ['Counted', `${differential.leukocytes} of ${differential.targetCells} leukocytes`],
    [
      'From',
      `${plural(fields, 'field')}, ${plural(cells, 'cell')}, ${plural(comments, 'comment')}`,
    ],
    ['Warnings', warnings.map((flag) => flag.message).join('\n') || 'none'],
    ['Conclusion', facts.conclusion || 'none'],
  ];
  const counted = [
    ...differential.rows.filter((row) => row.count > 0),
    ...differential.nonLeukocytes.filter((row) => row.count > 0),
  ];
  return (
    <>
      <dl className={styles.facts}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <table className={styles.counts}>
        <caption className="visually-hidden">What is signed: cells by type</caption>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Count</th>
            <th scope="col">%</th>
          </tr>
        </thead>
        <tbody>
          {counted.map((row) => (
            <tr key={row.cellClass}>
              <th scope="row">{row.name}</th>
              <td>{row.count}</td>
              <td>
                {'share' in row ? percent(row.share) : ''}
                {'interpretation' in row && <RangeBadge row={row} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <code className={styles.hash}>You sign SHA-256 {signing.sha256}</code>
      </p>
    </>
  );
}

function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
