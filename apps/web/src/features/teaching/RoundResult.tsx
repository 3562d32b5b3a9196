/** @file How a round went: how many were right, by type, and the cells that were answered otherwise. */
import type { TeachingResult, TeachingRound } from '@leukoscope/contract';
import { Button } from '../../components/Button.tsx';
import { binName } from '../../state/bins.ts';
import { cropAddress } from '../../state/crop-address.ts';
import { scoreWords } from './score-words.ts';
import styles from './TeachingPage.module.css';

const tileSide = 112;

/** The result. */
export function RoundResult(props: {
  readonly round: TeachingRound;
  readonly result: TeachingResult;
  readonly onClose: () => void;
}) {
  const { round, result, onClose } = props;
  const others = round.cells.filter(({ answer, signed }) => answer !== signed);
  return (
    <section className={styles.question} aria-label="Result">
      <h2>{round.by.name}</h2>
      <p role="status">
        {result.same} of {result.cells} as signed: {scoreWords(result)}
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Signed</th>
            <th scope="col">Answered</th>
            <th scope="col">Same</th>
          </tr>
        </thead>
        <tbody>
          {result.types.map((type) => (
            <tr key={type.cellClass}>
              <th scope="row">{type.name}</th>
              <td>{type.signed}</td>
              <td>{type.answered}</td>
              <td>{type.same}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 0 && (
        <>
          <h3>Answered otherwise</h3>
          <ul className={styles.others}>
            {others.map(({ cellId, box, answer, signed }) => (
              <li key={cellId}>
                <img
                  src={cropAddress({ id: cellId, box }, tileSide, { pixelRatio: 2 })}
                  alt=""
                  width={tileSide}
                  height={tileSide}
                  loading="lazy"
                />
                <span>
                  You: {answer === null ? 'none' : binName(answer)}
                  <br />
                  Signed: {signed === null ? 'none' : binName(signed)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      <div>
        <Button look="primary" onClick={onClose}>
          All rounds
        </Button>
      </div>
    </section>
  );
}
