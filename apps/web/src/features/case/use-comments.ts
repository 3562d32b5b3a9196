/** @file The comments of the open case, asked for again when the case has changed. */
import type { Comment } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../state/api.ts';
import { useOpenCase } from './case-context.ts';

/** Comments, oldest first; undefined while they load. */
export interface LoadedComments {
  readonly comments: readonly Comment[] | undefined;
  readonly fault: string | null;
  readonly reload: () => void;
}

/** A case changes with every cell that is reviewed; comments can wait until it is calm. */
const calmMs = 1000;

/** Read the comments of the open case. */
export function useComments(): LoadedComments {
  const { id, sequence } = useOpenCase().case;
  const [comments, setComments] = useState<readonly Comment[]>();
  const [fault, setFault] = useState<string | null>(null);
  const reload = useCallback(() => {
    api.listComments({ params: { id } }).then(
      ({ items }) => {
        setComments(items);
        setFault(null);
      },
      (error: unknown) => setFault(messageOf(error)),
    );
  }, [id]);
  useEffect(reload, [reload]);
  const seen = useRef(sequence);
  useEffect(() => {
    if (seen.current === sequence) return;
    const timer = setTimeout(() => {
      seen.current = sequence;
      reload();
    }, calmMs);
    return () => clearTimeout(timer);
  }, [sequence, reload]);
  return { comments, fault, reload };
}
