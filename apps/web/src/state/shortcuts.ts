/**
 * @file Every keyboard shortcut, for the sheet that `?` opens. The parts that listen to keys stand in
 * their features; whoever adds a key there adds its line here.
 */

/** Where a shortcut works. */
export type ShortcutPlace = 'everywhere' | 'worklist' | 'gallery' | 'fields' | 'report';

/** One shortcut. */
export interface Shortcut {
  /** As written on the keys; several are pressed together when joined with `+`, else either works. */
  readonly keys: readonly string[];
  readonly what: string;
  readonly where: ShortcutPlace;
}

/** Every shortcut but the keys of cell classes, which are the site's. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ['?'], what: 'Show this sheet', where: 'everywhere' },
  { keys: ['Escape'], what: 'Close what is open', where: 'everywhere' },
  { keys: ['/'], what: 'Search cases', where: 'worklist' },
  { keys: ['n'], what: 'New case', where: 'worklist' },
];

/** Keys that no cell class may have, since they do something else where classes have keys; with what. */
export function reservedKeys(): ReadonlyMap<string, string> {
  return new Map(
    shortcuts
      .filter(({ where }) => where === 'everywhere' || where === 'gallery' || where === 'fields')
      .flatMap(({ keys, what }) => keys.map((key) => [key, what] as const))
      .filter(([key]) => key.length === 1),
  );
}
