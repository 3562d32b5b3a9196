/** @file Hands the open case's store to every part of its page. */
import { createContext, useContext } from 'react';
import { useStore } from '../../components/use-store.ts';
import type { CaseStore, OpenCase } from '../../state/case-store.ts';

/** The store of the case the page shows. */
export const CaseContext = createContext<CaseStore | null>(null);

/** The store of the case: to review, undo, reload. */
export function useCaseStore(): CaseStore {
  const store = useContext(CaseContext);
  if (store === null) throw new Error('useCaseStore must be called inside a case page.');
  return store;
}

/** The open case. Only parts that are rendered once it is ready may call it. */
export function useOpenCase(): OpenCase {
  const state = useStore(useCaseStore());
  if (state.status !== 'ready')
    throw new Error('useOpenCase must be called when the case is open.');
  return state.open;
}
