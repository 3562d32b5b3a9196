/** @file Accuracy before and after with its limits, here and in the parent's laboratories; confusion; doubt. */
import {
  type LearningComparison,
  type LearningResult,
  percent,
  percentLimits,
} from '@leukoscope/contract';
import { type CellClass, lineageOf } from '@leukoscope/core';
import { binName } from '../../state/bins.ts';
import { cellCount } from '../../state/review-intent.ts';
import styles from './Learning.module.css';
import { comparisonWords } from './learning-words.ts';

type CountedRight = LearningComparison['parent'];

/** The figures. */
export function LearningFigures({ result }: { readonly result: LearningResult }) {
  const { cells, groups, notFound, notTyped, byType, candidate } = result;
  return (
    <>
      <p>
        Learnt from {cellCount(cells)} of{' '}
        {groups === 1 ? '1 patient or case' : `${groups} patients or cases`}
        {byType.length > 0 &&
          `: ${byType.map((type) => `${type.cells} ${binName(type.label)}`).join(', ')}`}
        .{notFound > 0 && ` ${cellCount(notFound)} of people the parent does not find.`}
        {notTyped > 0 && ` ${cellCount(notTyped)} are of no type of the parent.`}
      </p>
      {candidate !== null && (
        <>
          <Accuracy
            title="Here, on cells held apart by patient or case"
            comparison={candidate.here}
          />
          {candidate.loneLabels.length > 0 && (
            <p>
              Named in one patient or case only, so learnt but measured in no other:{' '}
              {candidate.loneLabels.map(binName).join(', ')}.
            </p>
          )}
          <Accuracy
            title="There, on stored cells of the laboratories that the parent knows"
            comparison={candidate.there}
          />
          <Confusion comparison={candidate.here} />
          <p>
            Calibration, on cells held apart: {doubtWords(candidate)} flagged as not sure (below{' '}
            {candidate.calibration.unsureBelow.toFixed(3)}, temperature{' '}
            {candidate.calibration.temperature.toFixed(2)}).
          </p>
        </>
      )}
    </>
  );
}

function doubtWords({ here, doubt }: NonNullable<LearningResult['candidate']>): string {
  const right = `${percent(doubt.ofRight)} % of its right types are`;
  // Where none is wrong, no share of them says anything.
  if (here.candidate.right === here.cells) return `none of its types is wrong, and ${right}`;
  return `${percent(doubt.ofWrong)} % of its wrong types and ${right}`;
}

function isKindOf(finer: CellClass, coarser: CellClass): boolean {
  return lineageOf(finer).includes(coarser);
}

function Accuracy(props: { readonly title: string; readonly comparison: LearningComparison }) {
  const { title, comparison } = props;
  return (
    <section className={styles.part}>
      <h4>{title}</h4>
      <p>{comparisonWords(comparison)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className={styles.scroller} tabIndex={0} aria-label={`Table: ${title}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">Cells</th>
              <th scope="col">Parent, % right (95 % limits)</th>
              <th scope="col">Candidate, % right (95 % limits)</th>
            </tr>
          </thead>
          <tbody>
            {comparison.byType.map(({ label, parent, candidate }) => (
              <Row key={label} name={binName(label)} parent={parent} candidate={candidate} />
            ))}
            <Row name="All" parent={comparison.parent} candidate={comparison.candidate} />
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row(props: {
  readonly name: string;
  readonly parent: CountedRight;
  readonly candidate: CountedRight;
}) {
  const { name, parent, candidate } = props;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{parent.cells}</td>
      <td>{shareWords(parent)}</td>
      <td>{shareWords(candidate)}</td>
    </tr>
  );
}

function shareWords({ share, low, high }: CountedRight): string {
  return `${percent(share)} (${percentLimits({ low, high })})`;
}

function Confusion({ comparison }: { readonly comparison: LearningComparison }) {
  const wrong = comparison.confusion
    // A label may say more than the model tells, or less.
    .filter(({ label, answer }) => !isKindOf(label, answer) && !isKindOf(answer, label))
    .sort((a, b) => b.cells - a.cells);
  if (wrong.length === 0) return <p>The candidate calls every cell held apart as people do.</p>;
  return (
    <table className={styles.table}>
      <caption>What the candidate calls otherwise than people, here</caption>
      <thead>
        <tr>
          <th scope="col">People say</th>
          <th scope="col">It says</th>
          <th scope="col">Cells</th>
        </tr>
      </thead>
      <tbody>
        {wrong.map(({ label, answer, cells }) => (
          <tr key={`${label} ${answer}`}>
            <th scope="row">{binName(label)}</th>
            <td>{binName(answer)}</td>
            <td>{cells}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
