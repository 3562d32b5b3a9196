/**
 * @file Joins two people's changes of one text when they touch different places of it.
 *
 * Each change is taken as one piece: what lies between the common beginning and the common end of the old
 * and the new text. Two pieces that overlap or touch cannot be joined by a machine.
 */

interface Piece {
  /** Where in the old text the replaced part begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** Join two changes of a text; undefined when they touch the same place. */
export function mergeTexts(base: string, mine: string, theirs: string): string | undefined {
  const a = pieceOf(base, mine);
  const b = pieceOf(base, theirs);
  const [first, second] = a.from <= b.from ? [a, b] : [b, a];
  if (first.to >= second.from) return undefined;
  return (
    base.slice(0, first.from) +
    first.by +
    base.slice(first.to, second.from) +
    second.by +
    base.slice(second.to)
  );
}

function pieceOf(before: string, after: string): Piece {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let same = 0;
  while (same < shorter - from && before.at(-1 - same) === after.at(-1 - same)) same++;
  return {
    from,
    to: before.length - same,
    by: after.slice(from, after.length - same),
  };
}
