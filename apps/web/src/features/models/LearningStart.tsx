/** @file Which cells a model would learn from, by type and person, and the button that begins. */
import type { Learnable, LearningChoice, Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useMemo, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { binName } from '../../state/bins.ts';
import { cellCount } from '../../state/review-intent.ts';
import styles from './Learning.module.css';
import pageStyles from './ModelsPage.module.css';
import { useLearnable } from './use-learnable.ts';

/** Enough that learning again is worth a try. */
const manyNew = 50;

/** The choice. `isRunning`: another run is under way. */
export function LearningStart(props: {
  readonly models: readonly Model[];
  readonly isRunning: boolean;
  readonly onStarted: (id: string) => void;
}) {
  const { models, isRunning, onStarted } = props;
  const [caseIds, setCaseIds] = useState<readonly string[] | null>(null);
  const [leftOutPeople, setLeftOutPeople] = useState<readonly string[]>([]);
  const [parentId, setParentId] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const choice = useMemo<LearningChoice>(
    () => ({
      caseIds: caseIds === null ? null : [...caseIds],
      leftOut: [],
      leftOutPeople: [...leftOutPeople],
    }),
    [caseIds, leftOutPeople],
  );
  const counted = useLearnable(choice);
  const start = async () => {
    setSending(true);
    setFault(null);
    try {
      const parent = parentId === '' ? {} : { parentId };
      const { id } = await api.startLearning({ body: { ...choice, ...parent } });
      onStarted(id);
    } catch (error) {
      setFault(messageOf(error));
    } finally {
      setSending(false);
    }
  };
  const { learnable } = counted;
  if (learnable === undefined) {
    return counted.fault === null ? (
      <Loading what="cells to learn from" />
    ) : (
      <Notice kind="bad">{counted.fault}</Notice>
    );
  }
  return (
    <div className={styles.part}>
      {learnable.newCells >= manyNew && (
        <Notice kind="note">
          {cellCount(learnable.newCells)} have been named since the last model was accepted:
          learning again may be worth it.
        </Notice>
      )}
      <CasesChoice learnable={learnable} caseIds={caseIds} onChoose={setCaseIds} />
      <p role="status">
        {learnable.cells === 0
          ? 'No cells to learn from yet: correct or confirm cells, and sign their cases.'
          : `${cellCount(learnable.cells)} to learn from, of which the model had called ${learnable.corrected} otherwise.${learnable.isCut ? ' Older ones are left out: a run takes so many.' : ''}`}
      </p>
      {learnable.cells > 0 && (
        <>
          <Counts learnable={learnable} leftOut={leftOutPeople} onLeaveOut={setLeftOutPeople} />
          <Disagreements learnable={learnable} />
        </>
      )}
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      <div className={pageStyles.form}>
        <Field label="Model that learns">
          {(control) => (
            <select
              {...control}
              value={parentId === '' ? learnable.parentId : parentId}
              onChange={(event) => setParentId(event.target.value)}
            >
              {models.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Button
          look="primary"
          disabled={isSending || isRunning || learnable.cells === 0}
          onClick={() => void start()}
        >
          Learn from these cells
        </Button>
      </div>
    </div>
  );
}

function CasesChoice(props: {
  readonly learnable: Learnable;
  readonly caseIds: readonly string[] | null;
  readonly onChoose: (caseIds: readonly string[] | null) => void;
}) {
  const { learnable, caseIds, onChoose } = props;
  const signed = learnable.cases.filter(({ state }) => state === 'signed');
  return (
    <fieldset className={styles.choice}>
      <legend>Cells of</legend>
      <label>
        <input type="radio" checked={caseIds === null} onChange={() => onChoose(null)} /> all signed
        cases
      </label>
      <label>
        <input
          type="radio"
          checked={caseIds !== null}
          onChange={() => onChoose(signed.map(({ id }) => id))}
        />{' '}
        chosen cases, open ones too
      </label>
      {caseIds !== null && (
        <ul className={styles.cases} aria-label="Cases">
          {learnable.cases.map(({ id, number, state, cells }) => (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={caseIds.includes(id)}
                  onChange={(event) =>
                    onChoose(
                      event.target.checked
                        ? [...caseIds, id]
                        : caseIds.filter((other) => other !== id),
                    )
                  }
                />{' '}
                {number}: {cellCount(cells)}, {state}
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}

function Counts(props: {
  readonly learnable: Learnable;
  readonly leftOut: readonly string[];
  readonly onLeaveOut: (people: readonly string[]) => void;
}) {
  const { learnable, leftOut, onLeaveOut } = props;
  return (
    <div className={styles.pair}>
      <table className={styles.table}>
        <caption>By type</caption>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Cells</th>
            <th scope="col">Corrected</th>
          </tr>
        </thead>
        <tbody>
          {learnable.byType.map(({ cellClass, cells, corrected }) => (
            <tr key={cellClass}>
              <th scope="row">{binName(cellClass)}</th>
              <td>{cells}</td>
              <td>{corrected}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={styles.table}>
        <caption>By who named them last</caption>
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Cells</th>
            <th scope="col">Corrected</th>
            <th scope="col">Leave out</th>
          </tr>
        </thead>
        <tbody>
          {learnable.byPerson.map(({ by, cells, corrected }) => (
            <tr key={`${by.kind} ${by.id}`}>
              <th scope="row">{by.name}</th>
              <td>{cells}</td>
              <td>{corrected}</td>
              <td>
                {by.id !== null && (
                  <Button look="quiet" onClick={() => onLeaveOut([...leftOut, by.id!])}>
                    Leave out<span className="visually-hidden"> {by.name}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
          {leftOut.length > 0 && (
            <tr>
              <th scope="row">Left out</th>
              <td colSpan={2}>{leftOut.length === 1 ? '1 person' : `${leftOut.length} people`}</td>
              <td>
                <Button look="quiet" onClick={() => onLeaveOut([])}>
                  Take in again
                </Button>
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Disagreements({ learnable }: { readonly learnable: Learnable }) {
  const { disagreements } = learnable;
  if (disagreements.length === 0) {
    return <p className={pageStyles.soft}>Nobody has moved a cell that somebody else had named.</p>;
  }
  return (
    <table className={styles.table}>
      <caption>Reviewers who disagreed about cells among these; the later word counts</caption>
      <thead>
        <tr>
          <th scope="col">First</th>
          <th scope="col">Then</th>
          <th scope="col">Cells</th>
        </tr>
      </thead>
      <tbody>
        {disagreements.map(({ first, second, before, after, cells }) => (
          <tr key={`${first.id} ${second.id} ${before} ${after}`}>
            <td>
              {first.name}: {binName(before)}
            </td>
            <td>
              {second.name}: {binName(after)}
            </td>
            <td>{cells}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
