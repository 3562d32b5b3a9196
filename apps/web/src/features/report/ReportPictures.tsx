/** @file Small pictures of a report's cells by type. */
import type { Cell } from '@leukoscope/contract';
import { binName } from '../../state/bins.ts';
import { addressOf } from '../../state/api.ts';
import { cropGroups } from './crop-groups.ts';
import styles from './ReportSheet.module.css';

/** Of each type; enough to judge by, few enough for paper. */
const mostOfType = 22;

/** The pictures; nothing without cells. */
export function ReportPictures(props: {
  readonly cells: readonly Cell[];
  readonly isOld: boolean;
}) {
  const { cells: all, isOld } = props;
  const groups = cropGroups(all, mostOfType);
  if (groups.length === 0) return null;
  return (
    <section>
      <h2>Cells</h2>
      {isOld && (
        <p className={styles.small}>
          Types are those of this version; pictures are cut by the outlines as they are now.
        </p>
      )}
      {groups.map(({ bin, cells, total }) => (
        <figure key={bin} className={styles.figure}>
          <figcaption>
            {binName(bin)}:{' '}
            {cells.length < total
              ? `${total}, of which ${cells.length} are pictured: those the model was surest of`
              : total}
          </figcaption>
          <div className={styles.crops}>
            {cells.map((cell) => (
              <img
                key={cell.id}
                src={addressOf('getCellCrop', {
                  params: { id: cell.id },
                  query: { size: 96, revision: cell.revision },
                })}
                width="44"
                height="44"
                alt=""
              />
            ))}
          </div>
        </figure>
      ))}
    </section>
  );
}
