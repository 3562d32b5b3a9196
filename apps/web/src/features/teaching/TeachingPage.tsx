/** @file Teaching: type cells of signed cases whose answer is hidden, and see how many were right. */
import type { TeachingRound, TeachingSummary } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { api } from '../../state/api.ts';
import { RoundList } from './RoundList.tsx';
import { RoundQuestions } from './RoundQuestions.tsx';
import { RoundResult } from './RoundResult.tsx';
import styles from './TeachingPage.module.css';

const lengths = [10, 20, 50, 100, 200];

/** The page: the rounds, or the one that is open. */
export default function TeachingPage() {
  usePageTitle('Teaching');
  const [rounds, setRounds] = useState<readonly TeachingSummary[]>();
  const [round, setRound] = useState<TeachingRound>();
  const [length, setLength] = useState(20);
  const [fault, setFault] = useState<string | null>(null);
  const tell = useCallback((error: unknown) => setFault(messageOf(error)), []);
  const load = useCallback(() => {
    api.listTeaching().then(({ items }) => setRounds(items), tell);
  }, [tell]);
  useEffect(load, [load]);
  const open = (asked: Promise<TeachingRound>) => {
    setFault(null);
    asked.then(setRound, tell);
  };
  const close = () => {
    setRound(undefined);
    load();
  };
  return (
    <div className={styles.page}>
      <h1>Teaching</h1>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      {round === undefined ? (
        <>
          <p className={styles.note}>
            Cells of signed cases, each type alike often, without their answer. Type them as you
            would in a case; at the end you see how often you say what was signed. For research use
            only.
          </p>
          <form
            className={styles.start}
            onSubmit={(event) => {
              event.preventDefault();
              open(api.startTeaching({ body: { cells: length } }));
            }}
          >
            <Field label="Cells">
              {(control) => (
                <select
                  {...control}
                  value={length}
                  onChange={(event) => setLength(Number(event.currentTarget.value))}
                >
                  {lengths.map((count) => (
                    <option key={count}>{count}</option>
                  ))}
                </select>
              )}
            </Field>
            <Button look="primary" type="submit">
              Begin a round
            </Button>
          </form>
          {rounds === undefined && fault === null && <Loading what="rounds" />}
          {rounds !== undefined && (
            <RoundList rounds={rounds} onOpen={(id) => open(api.getTeaching({ params: { id } }))} />
          )}
        </>
      ) : round.result === null ? (
        <RoundQuestions round={round} onRound={setRound} onFault={tell} onClose={close} />
      ) : (
        <RoundResult round={round} result={round.result} onClose={close} />
      )}
    </div>
  );
}
