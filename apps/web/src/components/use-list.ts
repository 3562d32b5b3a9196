/** @file A whole list of the server, page after page, with a way to ask for it again. */
import type { Page } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';

/** Fetch a list. `ask` must be the same function at every rendering. */
export function useList<Item>(ask: (cursor: string | undefined) => Promise<Page<Item>>): {
  readonly items: readonly Item[] | undefined;
  readonly fault: string | undefined;
  readonly reload: () => void;
} {
  const [items, setItems] = useState<readonly Item[]>();
  const [fault, setFault] = useState<string>();
  const reload = useCallback(() => {
    const fetchAll = async () => {
      const all: Item[] = [];
      let cursor: string | undefined;
      do {
        const page = await ask(cursor);
        all.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return all;
    };
    fetchAll().then(
      (all) => {
        setItems(all);
        setFault(undefined);
      },
      (error) => setFault(messageOf(error)),
    );
  }, [ask]);
  useEffect(reload, [reload]);
  return { items, fault, reload };
}
