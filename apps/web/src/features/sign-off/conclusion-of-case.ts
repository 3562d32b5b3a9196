/** @file The one saver of a case's conclusion, however many places of a page show it. */
import type { Case } from '@leukoscope/contract';
import { api } from '../../state/api.ts';
import type { CaseStore } from '../../state/case-store.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import { type ConclusionSaver, openConclusionSaver } from './conclusion-saver.ts';

const savers = new WeakMap<CaseStore, ConclusionSaver>();

/** The saver of the open case's conclusion. */
export function useConclusion(): ConclusionSaver {
  const { case: facts } = useOpenCase();
  return conclusionOf(useCaseStore(), facts);
}

function conclusionOf(store: CaseStore, facts: Case): ConclusionSaver {
  let saver = savers.get(store);
  if (saver === undefined) {
    saver = openConclusionSaver(store, facts, {
      api,
      storage: localStorage,
      later(ms, act) {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
    });
    savers.set(store, saver);
  }
  return saver;
}
