/** @file Deals groups of cells into folds: a slide is on one side only, and each fold gets its share of each type. */

/** Return the fold (0..folds-1) of every cell. */
export function groupFolds(
  cells: readonly { readonly group: string; readonly label: string }[],
  folds: number,
): number[] {
  const groups = new Map<string, Map<string, number>>();
  for (const { group, label } of cells) {
    const counts = groups.get(group) ?? new Map<string, number>();
    counts.set(label, (counts.get(label) ?? 0) + 1);
    groups.set(group, counts);
  }
  const sizeOf = (counts: ReadonlyMap<string, number>) =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const held = Array.from({ length: folds }, () => new Map<string, number>());
  const foldOf = new Map<string, number>();
  // Large groups first: small ones then even out.
  const ordered = [...groups].sort(
    ([a, x], [b, y]) => sizeOf(y) - sizeOf(x) || (a < b ? -1 : Number(a > b)),
  );
  for (const [group, counts] of ordered) {
    // Σ over types of what the fold would hold, squared: least where the group's types are rarest.
    const burden = (fold: ReadonlyMap<string, number>) =>
      [...counts].reduce((sum, [label, count]) => sum + count * (fold.get(label) ?? 0), 0) +
      1e-3 * sizeOf(fold);
    const burdens = held.map(burden);
    const fold = burdens.indexOf(Math.min(...burdens));
    foldOf.set(group, fold);
    for (const [label, count] of counts)
      held[fold]!.set(label, (held[fold]!.get(label) ?? 0) + count);
  }
  return cells.map(({ group }) => foldOf.get(group)!);
}
