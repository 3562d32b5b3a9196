/**
 * @file What a person does in the gallery: the active cell, the selection, filters, and commands. No page
 * in here: key strokes can be counted in a test.
 *
 * After each correction the next unseen cell of the bin becomes the active one; the least certain come
 * first, so most corrections need one key and no way to get there.
 */
import type { Bin, Cell } from '@leukoscope/contract';
import { binName } from './bins.ts';
import { confirmationsOf } from './confirm-cells.ts';
import { createStore, type Store } from './create-store.ts';
import {
  type CellGroup,
  type GalleryFilter,
  type GallerySort,
  type GalleryView,
  groupCells,
  wholeFilter,
} from './gallery-cells.ts';
import type { GalleryCommand } from './gallery-keys.ts';
import { type CellOrder, orderOf } from './gallery-order.ts';
import { cellCount, type ReviewIntent } from './review-intent.ts';
import { isUnsure } from './unsure-cells.ts';

/** What the gallery shows. */
export interface GalleryState {
  readonly view: GalleryView;
  readonly sort: GallerySort;
  readonly filter: GalleryFilter;
  /** Side of a tile in CSS pixels. */
  readonly tileSize: number;
  /** All tiles at one magnification, or each cell as large as its tile. */
  readonly isOneScale: boolean;
  /** The cell that keys act on. */
  readonly activeId: string | null;
  /** Whether it was reached by the pointer: then nothing scrolls by itself. */
  readonly isPointed: boolean;
  readonly selected: ReadonlySet<string>;
  /** Cells whose pictures have been on the screen: besides those that are, only these can be decided. */
  readonly shownIds: ReadonlySet<string>;
  /** What the last command left to do, for people. */
  readonly note: string | null;
  /** What the last command did, for those who do not see it. */
  readonly said: string | null;
}

/** What a gallery works with. */
export interface GalleryParts {
  readonly cells: () => ReadonlyMap<string, Cell>;
  readonly review: (intent: ReviewIntent) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canChange: () => boolean;
  /** Cells on the screen now. */
  readonly visibleIds: () => readonly string[];
  /** Whether a cell is on the screen and its picture there. */
  readonly isPictured: (id: string) => boolean;
  /** Tiles in a row. */
  readonly columns: () => number;
  readonly openMoves: () => void;
  /** Bring the active cell into view; `start`: at the upper border, with a new screen below it. */
  readonly reveal: (at: 'nearest' | 'start') => void;
}

/** The gallery. */
export interface GalleryStore extends Store<GalleryState> {
  /** The groups as they are shown. */
  groups(): readonly CellGroup[];
  order(): CellOrder;
  run(command: GalleryCommand): void;
  /** The cells that the next command acts on. */
  targets(): readonly Cell[];
  /** Make a cell the active one. */
  point(id: string | null, by: 'pointer' | 'keyboard'): void;
  /** Click on a cell: alone, with Ctrl (one more or less), with Shift (from the last one to here). */
  pick(id: string, how: 'only' | 'toggle' | 'range'): void;
  select(ids: Iterable<string>): void;
  /** These cells have rested on the screen long enough to be looked at. */
  noteShown(ids: readonly string[]): void;
  /** Of these cells, those that confirming them all would confirm: named, and looked at. */
  confirmable(cells: readonly Cell[]): readonly Cell[];
  /** Confirm exactly these. */
  confirmThese(cells: readonly Cell[]): void;
  /** Move these cells, or else the targets. */
  move(bin: Bin, ids?: readonly string[]): void;
}

/** Where tiles begin. */
export const firstGalleryState: GalleryState = {
  view: 'bins',
  sort: 'uncertain',
  filter: wholeFilter,
  tileSize: 104,
  isOneScale: true,
  activeId: null,
  isPointed: false,
  selected: new Set(),
  shownIds: new Set(),
  note: null,
  said: null,
};

/** Open a gallery. */
export function openGallery(parts: GalleryParts, first = firstGalleryState): GalleryStore {
  const store = createStore<GalleryState>(first);
  const { get, patch } = store;
  let memo: { key: readonly unknown[]; groups: CellGroup[]; order: CellOrder } | undefined;
  /** Where a range of a selection begins. */
  let anchorId: string | null = null;
  /** Where each piece of work was done: undo goes back there. */
  const placesDone: string[] = [];
  const placesUndone: string[] = [];

  const derive = () => {
    const { filter, sort, view } = get();
    const key = [parts.cells(), filter, sort, view];
    if (memo === undefined || memo.key.some((part, i) => part !== key[i])) {
      const groups = groupCells(parts.cells().values(), { filter, sort, view });
      memo = { key, groups, order: orderOf(groups) };
    }
    return memo;
  };
  const order = () => derive().order;

  const targets = (): Cell[] => {
    const { selected, activeId } = get();
    const ids = selected.size > 0 ? [...selected] : activeId === null ? [] : [activeId];
    return ids.flatMap((id) => parts.cells().get(id) ?? []);
  };

  /** Work on cells, then go to the next unseen one: chosen by the order before they move away. */
  const workOn = (
    ids: readonly string[],
    work: () => void,
    at: 'nearest' | 'start' = 'nearest',
  ) => {
    if (ids.length === 0 || !parts.canChange()) return;
    const { activeId, isPointed } = get();
    const from = activeId ?? ids.at(-1) ?? null;
    const before = order();
    const neighbour = before.neighbour(from, ids);
    const next = isPointed ? neighbour : (before.nextUnseen(from, ids) ?? neighbour);
    placesDone.push(ids[0]!);
    placesUndone.length = 0;
    work();
    patch({ activeId: next ?? from, selected: new Set() });
    if (!isPointed) parts.reveal(at);
  };

  /** Nobody has seen a cell whose picture was not on the screen: it cannot be decided, also not by moving it. */
  const isLooked = (id: string) => get().shownIds.has(id) || parts.isPictured(id);

  /** Work on those that were looked at; the others stay, selected, and it is said. */
  const decide = (
    ids: readonly string[],
    did: string,
    work: (looked: readonly string[]) => void,
  ) => {
    if (!parts.canChange()) return;
    const looked = ids.filter(isLooked);
    const left = ids.filter((id) => !isLooked(id));
    workOn(looked, () => work(looked));
    if (looked.length > 0)
      patch({ said: didWords(looked.length, did, parts.cells().get(get().activeId ?? '')) });
    if (left.length === 0) return;
    patch({ note: missingWords(left.length, ids.length) });
    if (ids.length > 1) patch({ selected: new Set(left) });
  };

  const move = (bin: Bin, ids = targets().map(({ id }) => id)) =>
    decide(ids, `moved to ${binName(bin)}`, (cellIds) =>
      parts.review({ kind: 'reclassify', cellIds, bin }),
    );

  const confirm = () => {
    const cells = new Map(targets().map((cell) => [cell.id, cell]));
    decide([...cells.keys()], 'confirmed', (ids) => {
      for (const intent of confirmationsOf(ids.map((id) => cells.get(id)!))) parts.review(intent);
    });
  };

  /** Cells that nobody has named cannot be confirmed by the dozen: each wants a decision. */
  const confirmAll = (cells: readonly Cell[]) => {
    const ids = cells.filter(isConfirmable).map(({ id }) => id);
    if (!parts.canChange()) return;
    if (ids.length === 0) return goOn(cells.map(({ id }) => id));
    const last = order().last(cells.map(({ id }) => id));
    const next = order().nextUnseen(last, ids);
    placesDone.push(ids[0]!);
    placesUndone.length = 0;
    parts.review({ kind: 'see', cellIds: ids });
    const said = didWords(ids.length, 'confirmed', parts.cells().get(next ?? ''));
    patch({ activeId: next ?? last, selected: new Set(), isPointed: false, said });
    parts.reveal('start');
  };

  /** Confirm the whole screen, but for pictures that have not come yet. */
  const confirmScreen = () => {
    const cells = parts.visibleIds().flatMap((id) => parts.cells().get(id) ?? []);
    const looked = cells.filter(({ id }) => isLooked(id));
    const wanted = cells.filter(isConfirmable).length;
    const left = wanted - looked.filter(isConfirmable).length;
    if (looked.length > 0) confirmAll(looked);
    if (left > 0 && parts.canChange()) patch({ note: missingWords(left, wanted) });
  };

  /** "Seen" must be true: what nobody has scrolled to yet stays, and comes to the screen next. */
  const confirmBin = () => {
    const { activeId } = get();
    const cells = order().groupOf(activeId)?.cells ?? [];
    const looked = cells.filter(({ id }) => isLooked(id));
    const wanted = cells.filter(isConfirmable).length;
    const left = wanted - looked.filter(isConfirmable).length;
    if (looked.length > 0) confirmAll(looked);
    else parts.reveal('start');
    if (left > 0 && parts.canChange()) patch({ note: leftWords(left, wanted) });
  };

  const goOn = (ids: readonly string[]) => {
    const last = order().last(ids);
    patch({ activeId: order().nextUnseen(last, ids) ?? last, isPointed: false });
    parts.reveal('start');
  };

  const goTo = (id: string | null | undefined) => {
    if (id === null || id === undefined) return;
    patch({ activeId: id, isPointed: false });
    parts.reveal('nearest');
  };

  const goToUnsure = () => {
    const id = order().next(get().activeId, isUnsure);
    if (id === null || id === undefined) patch({ note: 'No unsure cell is left.' });
    else goTo(id);
  };

  /** Undo or redo, and go to where it was done: what changes must be seen to change. */
  const turnBack = (turn: () => void, from: string[], to: string[], words: string) => {
    if (!parts.canChange()) return;
    turn();
    const place = from.pop();
    patch({ said: `${words}.` });
    if (place === undefined) return;
    to.push(place);
    goTo(place);
  };

  const pick: GalleryStore['pick'] = (id, how) => {
    const { selected } = get();
    if (how === 'range') {
      const range = order().between(anchorId ?? get().activeId ?? id, id);
      return patch({ activeId: id, selected: new Set([...selected, ...range]) });
    }
    anchorId = id;
    if (how === 'only') return patch({ activeId: id, selected: new Set() });
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    patch({ activeId: id, selected: next });
  };

  const run = (command: GalleryCommand) => {
    const { activeId, selected, note } = get();
    if (note !== null) patch({ note: null });
    switch (command.kind) {
      case 'move':
        return move(command.bin);
      case 'confirm':
        return confirm();
      case 'confirm-screen':
        return confirmScreen();
      case 'confirm-bin':
        return confirmBin();
      case 'jump':
        return goTo(order().unseenAfter(activeId, command.steps).at(-1));
      case 'next-unsure':
        return goToUnsure();
      case 'step': {
        const id = order().step(activeId, command.to, parts.columns());
        if (command.selects && id !== null) {
          anchorId ??= activeId;
          pick(id, 'range');
        } else anchorId = id;
        return goTo(id);
      }
      case 'toggle':
        return activeId === null ? undefined : pick(activeId, 'toggle');
      case 'select-bin':
        return patch({
          selected: new Set((order().groupOf(activeId)?.cells ?? []).map(({ id }) => id)),
        });
      case 'clear':
        anchorId = null;
        return patch({ selected: new Set() });
      case 'delete': {
        const ids = targets().map(({ id }) => id);
        workOn(ids, () => parts.review({ kind: 'delete', cellIds: ids }));
        return patch({ said: `${cellCount(ids.length)} deleted.` });
      }
      case 'undo':
        return turnBack(parts.undo, placesDone, placesUndone, 'Undone');
      case 'redo':
        return turnBack(parts.redo, placesUndone, placesDone, 'Done again');
      case 'open-moves':
        return parts.canChange() && (selected.size > 0 || activeId !== null)
          ? parts.openMoves()
          : undefined;
    }
  };

  return {
    ...store,
    groups: () => derive().groups,
    order,
    run,
    targets,
    pick,
    confirmable: (cells) => cells.filter((cell) => isConfirmable(cell) && isLooked(cell.id)),
    confirmThese: confirmAll,
    move,
    select: (ids) => patch({ selected: new Set(ids) }),
    noteShown(resting) {
      const { shownIds } = get();
      const ids = resting.filter(parts.isPictured);
      if (ids.some((id) => !shownIds.has(id))) patch({ shownIds: new Set([...shownIds, ...ids]) });
    },
    point(id, by) {
      const isPointed = by === 'pointer';
      const now = get();
      if (now.activeId !== id || now.isPointed !== isPointed) patch({ activeId: id, isPointed });
    },
  };
}

/** "2 cells confirmed. Now Lymphocyte, score 0.91, not seen." */
function didWords(count: number, did: string, now: Cell | undefined): string {
  const next =
    now === undefined ? '' : ` Now ${binName(now.bin)}${now.seen === null ? ', not seen' : ''}.`;
  return `${cellCount(count)} ${did}.${next}`;
}

function leftWords(left: number, wanted: number): string {
  // Short enough for the bar of a phone.
  return `${left} of ${wanted} not on the screen yet: look, repeat.`;
}

function missingWords(left: number, wanted: number): string {
  return wanted === 1
    ? 'Its picture is not on the screen yet: wait, repeat.'
    : `${left} of ${wanted} pictures not on the screen yet: look, repeat.`;
}

function isConfirmable(cell: Cell): boolean {
  return cell.seen === null && cell.bin !== 'unidentified';
}
