/** @file The selected cell: what it is, how sure that is, and what can be done with it. */
import type { Bin, Cell } from '@leukoscope/contract';
import { cellClasses } from '@leukoscope/core';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { AttributeList, ReasonLine } from '../../components/CellReason.tsx';
import { binColour, binName } from '../../state/bins.ts';
import { isMarkedUnsure } from '../../state/unsure-cells.ts';
import { flagNames, flagsOf } from '../../viewer/cell-filter.ts';
import { scoreText } from '../../viewer/cell-label.ts';
import { threeDigits } from '../../viewer/measure.ts';
import { useOpenCase } from '../case/case-context.ts';
import { cropAddress } from '../../state/crop-address.ts';
import { BoxForm } from './BoxForm.tsx';
import styles from './CellCard.module.css';
import { useFieldPage } from './desk-context.ts';
import { TypeChooser } from './TypeChooser.tsx';

/** Probabilities shown without asking. */
const shownProbabilities = 4;

/** The card of one cell, or of several together. */
export function CellCard(props: {
  readonly cells: readonly Cell[];
  readonly binOfKey: ReadonlyMap<string, Bin>;
  readonly pixelSizeUm: number | null;
  readonly locked: string | null;
}) {
  const { cells, binOfKey, pixelSizeUm, locked } = props;
  const { desk, viewer } = useFieldPage();
  const cell = cells.at(-1);
  if (cell === undefined) return null;
  const bins = new Set(cells.map(({ bin }) => bin));
  const isLocked = locked !== null;
  const answer =
    cells.length === 1 && cell.bin === 'unidentified' ? cell.model?.cellClass : undefined;
  return (
    <section className={styles.card} aria-label="Selected cell">
      {cells.length === 1 ? (
        <OneCell cell={cell} pixelSizeUm={pixelSizeUm} />
      ) : (
        <h2>{cells.length} cells selected</h2>
      )}
      {isLocked && <p className={styles.locked}>{locked}</p>}
      <div className={styles.actions}>
        <Button
          look="primary"
          disabled={isLocked}
          onClick={() => desk.confirm()}
          aria-keyshortcuts="Enter"
          title="Confirm (Enter)"
        >
          {answer === undefined ? 'Confirm' : `Confirm ${cellClasses[answer].name.toLowerCase()}`}
        </Button>
        <Button
          look="danger"
          disabled={isLocked}
          onClick={() => desk.remove()}
          aria-keyshortcuts="Delete"
          title="Delete (Delete)"
        >
          Delete
        </Button>
        {cells.length === 1 && (
          <Button onClick={() => viewer?.centreOn(cell.box)} title="Bring it into the middle">
            Centre
          </Button>
        )}
        <Link to={`/cases/${cell.caseId}?cell=${cell.id}`} className={styles.link}>
          Show in gallery
        </Link>
      </div>
      <details className={styles.more}>
        <summary>Change type</summary>
        {isLocked ? (
          <p>{locked}</p>
        ) : (
          <TypeChooser
            binOfKey={binOfKey}
            current={bins.size === 1 ? cell.bin : null}
            onChoose={(bin) => desk.assign(bin)}
          />
        )}
      </details>
      {cells.length === 1 && !isLocked && (
        <details className={styles.more}>
          <summary>Box by numbers</summary>
          <BoxForm
            box={cell.box}
            action="Redraw as this box"
            onSubmit={(box) => desk.placeBox(box, 'redraw')}
          />
        </details>
      )}
    </section>
  );
}

function OneCell({
  cell,
  pixelSizeUm,
}: {
  readonly cell: Cell;
  readonly pixelSizeUm: number | null;
}) {
  const { drawnIds } = useOpenCase();
  const { id, bin, box, model, seen } = cell;
  const flags = flagsOf(cell).filter(
    (flag) => flag !== 'unseen' && (flag !== 'unsure' || isMarkedUnsure(cell)),
  );
  const unit = pixelSizeUm === null ? 'px' : 'µm';
  const size = (pixels: number) => threeDigits(pixels * (pixelSizeUm ?? 1));
  return (
    <div className={styles.one}>
      {!drawnIds.has(id) && (
        <img
          className={styles.crop}
          src={cropAddress(cell, 88, { pixelRatio: devicePixelRatio })}
          alt=""
          width="88"
          height="88"
        />
      )}
      <div className={styles.facts}>
        <h2 className={styles.type}>
          <span className={styles.swatch} style={{ background: binColour(bin) }} aria-hidden />
          {binName(bin)}
        </h2>
        <p className={styles.soft}>
          {model === null
            ? 'Added by a person'
            : `Model: ${cellClasses[model.cellClass].name}, score ${scoreText(model.score)}`}
        </p>
        {model?.unexpected !== undefined && (
          <p className={styles.soft}>
            Looks like {cellClasses[model.unexpected.cellClass].name.toLowerCase()} (
            {scoreText(model.unexpected.probability)}), which the specimen was not expected to hold
          </p>
        )}
        {model !== null && <ReasonLine className={styles.soft} model={model} />}
        <p className={styles.soft}>
          {size(box.x2 - box.x1)} x {size(box.y2 - box.y1)} {unit}
        </p>
        <p className={styles.soft}>{seen === null ? 'Not seen yet' : `Seen by ${seen.by.name}`}</p>
        {flags.length > 0 && (
          <ul className={styles.flags} aria-label="Flags">
            {flags.map((flag) => (
              <li key={flag}>{flagNames[flag]}</li>
            ))}
          </ul>
        )}
      </div>
      {model !== null && model.probabilities.length > 0 && <Probabilities model={model} />}
      {model !== null && <AttributeList model={model} />}
    </div>
  );
}

function Probabilities({ model }: { readonly model: NonNullable<Cell['model']> }) {
  const first = model.probabilities.slice(0, shownProbabilities);
  const rest = model.probabilities.slice(shownProbabilities);
  return (
    <div className={styles.probabilities}>
      <h3>
        Probabilities of the model
        {model.runnerUp !== null && (
          <span> (runner-up: {cellClasses[model.runnerUp.cellClass].name.toLowerCase()})</span>
        )}
      </h3>
      <ProbabilityList items={first} />
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more</summary>
          <ProbabilityList items={rest} />
        </details>
      )}
    </div>
  );
}

function ProbabilityList({
  items,
}: {
  readonly items: NonNullable<Cell['model']>['probabilities'];
}) {
  return (
    <ul>
      {items.map(({ cellClass, probability }) => (
        <li key={cellClass}>
          <span>{cellClasses[cellClass].name}</span>
          <span className={styles.track} aria-hidden>
            <span
              className={styles.bar}
              style={{ inlineSize: `${probability * 100}%`, background: binColour(cellClass) }}
            />
          </span>
          <span>{scoreText(probability)}</span>
        </li>
      ))}
    </ul>
  );
}
