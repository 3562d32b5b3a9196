/** @file The surroundings of a box as the field's tiles show them, also where the case has no cell, with boxes drawn in. */
import type { Field } from '@leukoscope/contract';
import type { Box } from '@leukoscope/core';
import { addressOf } from '../state/api.ts';
import { cropSquare, cropTiles } from '../state/crop-tiles.ts';
import styles from './BoxPicture.module.css';

/** A box that is drawn in. */
export interface DrawnBox {
  readonly box: Box;
  /** Dashed: what is proposed. */
  readonly isProposed: boolean;
}

/** A square picture that fills its place. */
export function BoxPicture(props: {
  readonly field: Pick<Field, 'id' | 'width' | 'height'>;
  readonly box: Box;
  /** Side of the square, in multiples of the longer side of the box. @default that of crops */
  readonly zoom?: number;
  readonly drawn?: readonly DrawnBox[];
}) {
  const { field, box, zoom, drawn = [] } = props;
  const { x, y, side } = cropSquare(box, zoom);
  const share = (value: number) => `${(100 * value) / side}%`;
  return (
    <span className={styles.picture}>
      {cropTiles(field, box, zoom).map(({ level, column, row, ...place }) => (
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
      {drawn.map(({ box: one, isProposed }) => (
        <span
          key={String(isProposed)}
          className={styles.box}
          data-proposed={isProposed}
          style={{
            left: share(one.x1 - x),
            top: share(one.y1 - y),
            width: share(one.x2 - one.x1),
            height: share(one.y2 - one.y1),
          }}
        />
      ))}
    </span>
  );
}
