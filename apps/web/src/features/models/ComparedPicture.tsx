/** @file The picture of a compared cell: the case's own crop, or the field's tiles where the case has no cell. */
import type { ComparedCell, Field } from '@leukoscope/contract';
import { addressOf } from '../../state/api.ts';
import { BoxPicture } from '../../components/BoxPicture.tsx';
import styles from './ComparisonResult.module.css';

/** A small square picture. */
export function ComparedPicture(props: {
  readonly cell: ComparedCell;
  readonly field: Field | undefined;
}) {
  const { cell, field } = props;
  if (cell.cellId !== null) {
    const address = addressOf('getCellCrop', { params: { id: cell.cellId }, query: { size: 96 } });
    return <img className={styles.picture} src={address} alt="" loading="lazy" />;
  }
  if (field === undefined || cell.second === null) return null;
  return (
    <span className={styles.picture}>
      <BoxPicture field={field} box={cell.second.box} />
    </span>
  );
}
