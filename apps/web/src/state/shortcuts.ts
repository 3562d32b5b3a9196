/**
 * @file Every keyboard shortcut, for the sheet that `?` opens. The parts that listen to keys stand in
 * their features; whoever adds a key there adds its line here.
 */

/** Where a shortcut works. */
export type ShortcutPlace = 'everywhere' | 'worklist' | 'gallery' | 'fields' | 'report' | 'audit';

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
  { keys: ['u'], what: 'Move to Unidentified', where: 'gallery' },
  { keys: ['o'], what: 'Move to Not classed', where: 'gallery' },
  { keys: ['Enter', 'Space'], what: 'Confirm the cell or the selected ones', where: 'gallery' },
  { keys: ['Shift+Enter'], what: 'Confirm everything on the screen', where: 'gallery' },
  { keys: ['Ctrl+Enter'], what: 'Confirm what was on the screen of the bin', where: 'gallery' },
  { keys: ['1 to 9'], what: 'Go to the nth unseen cell from here', where: 'gallery' },
  { keys: ['n'], what: 'Go to the next unsure cell', where: 'gallery' },
  { keys: ['m'], what: 'Choose a bin from the list', where: 'gallery' },
  {
    keys: ['Arrows', 'Home', 'End'],
    what: 'Go to another cell; with Shift: select',
    where: 'gallery',
  },
  { keys: ['Ctrl+Space'], what: 'Select the cell, or no longer', where: 'gallery' },
  { keys: ['Ctrl+A'], what: 'Select the bin', where: 'gallery' },
  { keys: ['Delete'], what: 'Delete what is no cell', where: 'gallery' },
  { keys: ['Ctrl+Z'], what: 'Undo', where: 'gallery' },
  { keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], what: 'Redo', where: 'gallery' },
  { keys: ['+', '-'], what: 'Closer, or farther away', where: 'fields' },
  { keys: ['0'], what: 'Show the whole field', where: 'fields' },
  { keys: ['1'], what: 'One pixel of the image on one of the screen', where: 'fields' },
  { keys: ['Arrows'], what: 'Move the field', where: 'fields' },
  { keys: ['[', ']'], what: 'The field before, or after', where: 'fields' },
  { keys: ['n', 'Shift+N'], what: 'The next unsure cell, or the one before', where: 'fields' },
  { keys: ['h'], what: 'Hide or show the outlines', where: 'fields' },
  { keys: ['Enter'], what: 'Confirm the selected cell, or end a drawing', where: 'fields' },
  { keys: ['Delete'], what: 'Delete the selected cell', where: 'fields' },
  { keys: ['Backspace'], what: 'Take the last point of a drawing back', where: 'fields' },
  { keys: ['Shift+V'], what: 'Move and select', where: 'fields' },
  { keys: ['Shift+A'], what: 'Add a cell by its outline', where: 'fields' },
  { keys: ['Shift+B'], what: 'Add a cell by a box', where: 'fields' },
  { keys: ['Shift+R'], what: 'Redraw the outline of the selected cell', where: 'fields' },
  { keys: ['Shift+X'], what: 'Redraw the selected cell as a box', where: 'fields' },
  { keys: ['Shift+M'], what: 'Measure a distance', where: 'fields' },
  { keys: ['Shift+P'], what: 'Measure an area', where: 'fields' },
  { keys: ['Ctrl+Z'], what: 'Undo', where: 'fields' },
  { keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], what: 'Redo', where: 'fields' },
  { keys: ['k', 'c', 't'], what: 'Keep the cell, change it, take it out', where: 'audit' },
  { keys: ['u'], what: 'Take the verdict back', where: 'audit' },
  { keys: ['←', '→'], what: 'Go to the doubt before, or to the next', where: 'audit' },
];

/** Keys that no cell class may have, since they do something else where classes have keys; with what. */
export function reservedKeys(): ReadonlyMap<string, string> {
  return new Map(
    shortcuts
      .filter(({ where }) => where === 'everywhere' || where === 'gallery' || where === 'fields')
      .flatMap(({ keys, what }) =>
        keys.map((key) => [key, `${what[0]?.toLowerCase()}${what.slice(1)}`] as const),
      )
      .filter(([key]) => /^[a-z]$/.test(key)),
  );
}
