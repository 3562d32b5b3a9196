/** @file The cell in focus, closely: its outline, what the model thinks of every type, its size, its comments. */
import type { Cell, Field } from '@leukoscope/contract';
import { ringArea } from '@leukoscope/core';
import { Link } from 'wouter';
import { AttributeList, ReasonLine } from '../../components/CellReason.tsx';
import { binColour, binName } from '../../state/bins.ts';
import { scoreText } from '../../viewer/cell-label.ts';
import { outlineOf } from '../../viewer/cell-outline.ts';
import { threeDigits } from '../../viewer/measure.ts';
import { useStore } from '../../components/use-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { useComments } from '../case/use-comments.ts';
import { CellComments } from './CellComments.tsx';
import styles from './CellPanel.module.css';
import { whoWords } from './cell-words.ts';
import { cropAddress, cropRegion } from '../../state/crop-address.ts';

const zoom = 1.6;
const side = 176;

/** The panel of a cell. */
export function CellPanel(props: {
  readonly cell: Cell;
  readonly field: Field | undefined;
  readonly isDrawn: boolean;
}) {
  const { cell, field, isDrawn } = props;
  const { bin, model, seen } = cell;
  const me = useStore(sessionStore)?.user?.id ?? null;
  // Asked for here, not below: the list is that of the case, and cells change with every move of the mouse.
  const comments = useComments();
  return (
    <section className={styles.panel} aria-label="Cell">
      <div className={styles.top}>
        <OutlinedCrop cell={cell} isDrawn={isDrawn} />
        <div>
          <h2>
            <span className={styles.swatch} style={{ background: binColour(bin) }} />
            {binName(bin)}
          </h2>
          <p>
            {model === null
              ? 'Added by a person: no model has scored it.'
              : `Model: ${binName(model.cellClass)}, score ${scoreText(model.score)}`}
          </p>
          {model !== null && bin !== model.bin && (
            <p className={styles.changed}>
              {model.bin === 'unidentified'
                ? `Decided by ${whoWords(cell, me)}: it lay in Unidentified.`
                : `Changed by ${whoWords(cell, me)}: it lay in ${binName(model.bin)}.`}
            </p>
          )}
          <p>{seen === null ? 'Not seen yet' : `Seen by ${whoWords(cell, me)}`}</p>
          {model?.unexpected !== undefined && (
            <p>
              Looks like {binName(model.unexpected.cellClass).toLowerCase()} (
              {scoreText(model.unexpected.probability)}), which the specimen was not expected to
              hold.
            </p>
          )}
          {cell.isUnsure && <p>The model does not trust its type.</p>}
          {cell.isIncomplete && <p>Cut by the border of the image.</p>}
          {model !== null && <ReasonLine model={model} />}
          <SizeLine cell={cell} field={field} />
          <p>
            <Link to={`/cases/${cell.caseId}/field/${cell.fieldId}?cell=${cell.id}`}>
              Show in field{field === undefined ? '' : ` ${field.position}`}
            </Link>
          </p>
        </div>
      </div>
      {model !== null && <Probabilities cell={cell} />}
      {model !== null && <AttributeList model={model} />}
      {!isDrawn && <CellComments key={cell.id} cellId={cell.id} loaded={comments} />}
      <p className={styles.note}>For research use only.</p>
    </section>
  );
}

function OutlinedCrop({ cell, isDrawn }: { readonly cell: Cell; readonly isDrawn: boolean }) {
  const region = cropRegion(cell, zoom);
  const lines = pathOf(outlineOf(cell).fine);
  const found = cell.model?.nucleus;
  const nucleus = found === undefined ? '' : pathOf(outlineOf({ ...cell, mask: found.mask }).fine);
  return (
    <div className={styles.crop}>
      {!isDrawn && (
        <img
          src={cropAddress(cell, side, { zoom, pixelRatio: devicePixelRatio })}
          width={side}
          height={side}
          alt={`${binName(cell.bin)}, large`}
        />
      )}
      <svg
        viewBox={`${region.x} ${region.y} ${region.side} ${region.side}`}
        width={side}
        height={side}
        aria-hidden="true"
      >
        {[lines, nucleus].map((path) => (
          <g key={path}>
            <path d={path} className={styles.casing} />
            <path d={path} className={styles.line} />
          </g>
        ))}
      </svg>
    </div>
  );
}

function pathOf(rings: readonly ArrayLike<number>[]): string {
  return rings
    .map((ring) => {
      const points: string[] = [];
      for (let i = 0; i < ring.length; i += 2) points.push(`${ring[i]} ${ring[i + 1]}`);
      return `M${points.join('L')}Z`;
    })
    .join('');
}

/** Area and the diameter of a circle of that area; without the pixel's size in pixels. */
function SizeLine({ cell, field }: { readonly cell: Cell; readonly field: Field | undefined }) {
  const [outer] = outlineOf(cell).fine;
  if (cell.mask === null || outer === undefined) return null;
  const scale = field?.pixelSizeUm ?? 1;
  const unit = field?.pixelSizeUm == null ? 'px' : 'µm';
  const area = ringArea(outer) * scale ** 2;
  const diameter = 2 * Math.sqrt(area / Math.PI);
  return (
    <p>
      Area {threeDigits(area)} {unit}², diameter {threeDigits(diameter)} {unit}
    </p>
  );
}

function Probabilities({ cell }: { readonly cell: Cell }) {
  const { bin, model } = cell;
  if (model === null) return null;
  if (model.probabilities.length === 0)
    return <p className={styles.note}>This model gives no probabilities of other types.</p>;
  return (
    <table className={styles.bars}>
      <caption className="visually-hidden">Probability of each type by the model</caption>
      <tbody>
        {model.probabilities.map(({ cellClass, probability }) => (
          <tr key={cellClass} data-here={cellClass === bin || undefined}>
            <th scope="row">{binName(cellClass)}</th>
            <td className={styles.bar}>
              <span
                style={{ inlineSize: `${probability * 100}%`, background: binColour(cellClass) }}
              />
            </td>
            <td>{probability < 0.0005 ? '< .001' : probability.toFixed(3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
