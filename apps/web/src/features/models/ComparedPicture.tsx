/** @file The picture of a compared cell: the case's own crop, or the field's tiles where the case has no cell. */
import type { ComparedCell, Field } from '@leukoscope/contract';
import { addressOf } from '../../state/api.ts';
import styles from './ComparisonResult.module.css';
import { cropTiles } from './crop-tiles.ts';

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
      {cropTiles(field, cell.second.box).map(({ level, column, row, ...place }) => (
        <img
          key={`${column} ${row}`}
          src={addressOf('getFieldTile', { params: { id: field.id, level, x: column, y: row } })}
          alt=""
          loading="lazy"
          style={{
            left: `${place.left * 100}%`,
            top: `${place.top * 100}%`,
            width: `${place.width * 100}%`,
            height: `${place.height * 100}%`,
          }}
        />
      ))}
    </span>
  );
}
