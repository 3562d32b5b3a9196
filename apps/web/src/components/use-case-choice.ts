/** @file Cases to choose from: the newest, or those that a search finds, and the chosen one among them. */
import type { Case } from '@leukoscope/contract';
import { useEffect, useState } from 'react';
import { api } from '../state/api.ts';

/** A choice of cases with its search. */
export interface CaseChoice {
  readonly cases: readonly Case[];
  readonly search: string;
  readonly setSearch: (text: string) => void;
}

const pauseMs = 250;

/** Offer cases; what cannot be had is not offered. */
export function useCaseChoice(chosenId: string): CaseChoice {
  const [search, setSearch] = useState('');
  const [found, setFound] = useState<readonly Case[]>([]);
  const [chosen, setChosen] = useState<Case>();
  useEffect(() => {
    let isCurrent = true;
    const text = search.trim();
    const timer = setTimeout(
      () => {
        api.listCases({ query: { limit: 50, ...(text !== '' && { search: text }) } }).then(
          ({ items }) => isCurrent && setFound(items),
          () => isCurrent && setFound([]),
        );
      },
      text === '' ? 0 : pauseMs,
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [search]);
  useEffect(() => {
    if (chosenId === '') return setChosen(undefined);
    let isCurrent = true;
    api.getCase({ params: { id: chosenId } }).then(
      (one) => isCurrent && setChosen(one),
      () => isCurrent && setChosen(undefined),
    );
    return () => {
      isCurrent = false;
    };
  }, [chosenId]);
  const isListed = chosen === undefined || found.some((one) => one.id === chosen.id);
  return { cases: isListed ? found : [chosen, ...found], search, setSearch };
}
