/** @file Hands the open case's store to every part of its page. */
import { createContext, useContext } from 'react';
import { useStore } from '../../components/use-store.ts';
import type { CaseStore, OpenCase } from '../../state/case-store.ts';

/** The store of the case the page shows. */
export const CaseContext = createContext<CaseStore | null>(null);

/** The place above the differential where a view shows what belongs to it; null where there is no room. */
export const SideContext = createContext<HTMLElement | null>(null);

/** The store of the case: to review, undo, reload. */
export function useCaseStore(): CaseStore {
  const store = useContext(CaseContext);
  if (store === null) throw new Error('useCaseStore must be called inside a case page.');
  return store;
}

/** The open case. Only parts that are rendered once it is ready may call it. */
export function useOpenCase(): OpenCase;
/** A part of the open case; the component renders again only when that part is another value. */
export function useOpenCase<P>(part: (open: OpenCase) => P): P;
export function useOpenCase<P>(part?: (open: OpenCase) => P): OpenCase | P {
  return useStore(useCaseStore(), (state) => {
    if (state.status !== 'ready')
      throw new Error('useOpenCase must be called when the case is open.');
    return part === undefined ? state.open : part(state.open);
  });
}
