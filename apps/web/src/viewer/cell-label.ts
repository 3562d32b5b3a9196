/** @file What is written at a cell: its type, and how sure the model was of it. */
import type { Cell } from '@leukoscope/contract';
import { cellClasses } from '@leukoscope/core';
import { binName } from '../state/bins.ts';

/** Write a score or probability: two digits after the point. Little is not nothing. */
export function scoreText(score: number): string {
  return score > 0 && score < 0.005 ? '<0.01' : score.toFixed(2);
}

/** Return the text at a cell. A person's type has no score; the model's is given beside another bin. */
export function cellLabel({ bin, model }: Pick<Cell, 'bin' | 'model'>): string {
  if (model === null) return `${binName(bin)}, added`;
  if (bin === model.cellClass) return `${binName(bin)} ${scoreText(model.score)}`;
  const answer = `${cellClasses[model.cellClass].name.toLowerCase()} ${scoreText(model.score)}`;
  const says = bin === 'unidentified' ? '' : 'model: ';
  return `${binName(bin)} (${says}${answer})`;
}
