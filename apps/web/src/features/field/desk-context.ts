/** @file Hands the desk and the viewer of the page to its parts. */
import { createContext, useContext } from 'react';
import { useStore } from '../../components/use-store.ts';
import type { DeskState } from '../../viewer/desk-state.ts';
import type { FieldDesk } from '../../viewer/field-desk.ts';
import type { FieldViewer } from '../../viewer/field-viewer.ts';

/** What the parts of the page work with. The viewer is null until its element is there. */
export interface FieldPage {
  readonly desk: FieldDesk;
  readonly viewer: FieldViewer | null;
}

/** The desk and the viewer of the page. */
export const FieldPageContext = createContext<FieldPage | null>(null);

/** The desk and the viewer; only parts of the page of a field may ask. */
export function useFieldPage(): FieldPage {
  const page = useContext(FieldPageContext);
  if (page === null) throw new Error('useFieldPage must be called inside the page of a field.');
  return page;
}

/** A part of the desk's state. */
export function useDesk<P>(part: (state: DeskState) => P): P {
  return useStore(useFieldPage().desk.state, part);
}
