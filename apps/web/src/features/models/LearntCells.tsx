/** @file Cells of a run to look at: labels in doubt, by person, and cells that change their type; wrong labels are taken out. */
import type { LearningDetail, LearningResult, LearntCell } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { addressOf, api } from '../../state/api.ts';
import { binName } from '../../state/bins.ts';
import { cellCount } from '../../state/review-intent.ts';
import styles from './Learning.module.css';

type Candidate = NonNullable<LearningResult['candidate']>;

const tileSide = 96;
/** More pictures at once are no help, and each is a request. */
const mostTiles = 60;

/** The cells. */
export function LearntCells(props: {
  readonly learning: LearningDetail;
  readonly candidate: Candidate;
  readonly onStarted: (id: string) => void;
}) {
  const { learning, candidate, onStarted } = props;
  const { contradicting, suspicious, byAuthor, changed } = candidate;
  const [out, setOut] = useState<ReadonlySet<string>>(new Set());
  const [fault, setFault] = useState<string | null>(null);
  const toggle = (cellId: string) =>
    setOut((before) => {
      const after = new Set(before);
      if (!after.delete(cellId)) after.add(cellId);
      return after;
    });
  const again = () => {
    const { choice, parentId } = learning;
    const leftOut = [...new Set([...choice.leftOut, ...out])];
    api.startLearning({ body: { ...choice, leftOut, parentId } }).then(
      ({ id }) => onStarted(id),
      (error: unknown) => setFault(messageOf(error)),
    );
  };
  const doubted = [...contradicting, ...suspicious];
  return (
    <>
      <section className={styles.part}>
        <h4>Labels in doubt</h4>
        <p>
          {contradicting.length} contradict another cell that looks the same; {suspicious.length}{' '}
          are contradicted by all other cells.
        </p>
        <table className={styles.table}>
          <caption>By who named them</caption>
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Cells</th>
              <th scope="col">In doubt</th>
            </tr>
          </thead>
          <tbody>
            {byAuthor.map(({ author, cells, suspicious: doubtful }) => (
              <tr key={author}>
                <th scope="row">{author}</th>
                <td>{cells}</td>
                <td>{doubtful}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Tiles
          cells={doubted}
          words={({ label, author }) => `${author} says ${binName(label)}`}
          out={out}
          onToggle={toggle}
        />
      </section>
      <section className={styles.part}>
        <h4>Cells that change their type</h4>
        <p>{cellCount(changed.length)} would be called otherwise than by the parent.</p>
        <Tiles
          cells={changed}
          words={({ label, before, after }) =>
            `${binName(before)} becomes ${binName(after)}; people say ${binName(label)}`
          }
          out={out}
          onToggle={toggle}
        />
      </section>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      {out.size > 0 && (
        <p>
          <Button look="primary" onClick={again}>
            Learn again without {cellCount(out.size)}
          </Button>
        </p>
      )}
    </>
  );
}

function Tiles<T extends LearntCell>(props: {
  readonly cells: readonly T[];
  readonly words: (cell: T) => string;
  readonly out: ReadonlySet<string>;
  readonly onToggle: (cellId: string) => void;
}) {
  const { cells, words, out, onToggle } = props;
  const [most, setMost] = useState(mostTiles);
  if (cells.length === 0) return null;
  return (
    <>
      <ul className={styles.tiles}>
        {cells.slice(0, most).map((cell) => (
          <li key={cell.cellId} data-out={out.has(cell.cellId)}>
            <Link to={`/cases/${cell.caseId}/field/${cell.fieldId}?cell=${cell.cellId}`}>
              <img
                src={addressOf('getCellCrop', {
                  params: { id: cell.cellId },
                  query: { size: tileSide },
                })}
                width={tileSide}
                height={tileSide}
                loading="lazy"
                alt="Show the cell in its field"
              />
            </Link>
            <label>
              <input
                type="checkbox"
                checked={out.has(cell.cellId)}
                onChange={() => onToggle(cell.cellId)}
              />{' '}
              Take out<span className="visually-hidden">: {words(cell)}</span>
            </label>
            <span aria-hidden>{words(cell)}</span>
          </li>
        ))}
      </ul>
      {cells.length > most && (
        <p>
          <Button onClick={() => setMost(most + mostTiles)}>
            Show more ({cells.length - most} left)
          </Button>
        </p>
      )}
    </>
  );
}
