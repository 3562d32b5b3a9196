/** @file The rounds so far: open ones to go on with, finished ones with their score. */
import type { TeachingSummary } from '@leukoscope/contract';
import { Button } from '../../components/Button.tsx';
import { addressOf } from '../../state/api.ts';
import { scoreWords } from './score-words.ts';
import styles from './TeachingPage.module.css';

/** The list; nothing where there is none. */
export function RoundList(props: {
  readonly rounds: readonly TeachingSummary[];
  readonly onOpen: (id: string) => void;
}) {
  const { rounds, onOpen } = props;
  if (rounds.length === 0) return null;
  return (
    <section className={styles.list}>
      <h2>Rounds</h2>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Begun</th>
            <th scope="col">Score</th>
            <th scope="col">
              <span className="visually-hidden">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rounds.map((round) => (
            <tr key={round.id}>
              <th scope="row">{round.by.name}</th>
              <td>{new Date(round.startedAt).toLocaleString()}</td>
              <td>
                {round.result === null
                  ? `${round.answered} of ${round.cells} answered`
                  : scoreWords(round.result)}
              </td>
              <td>
                <Button onClick={() => onOpen(round.id)}>
                  {round.result === null ? 'Go on' : 'Look'}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <a href={addressOf('exportTeaching', {})} download>
          Finished rounds as CSV
        </a>
      </p>
    </section>
  );
}
