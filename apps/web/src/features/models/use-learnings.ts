/** @file Runs that learn, and one of them with its result, followed while they run. */
import type { Learning, LearningDetail } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../../state/api.ts';
import { listen } from '../../state/live-events.ts';

/** The last runs, newest first. */
export interface LoadedLearnings {
  /** Undefined until they are there. */
  readonly learnings: readonly Learning[] | undefined;
  readonly fault: string | null;
  readonly reload: () => void;
}

/** Read the last runs. */
export function useLearnings(): LoadedLearnings {
  const [learnings, setLearnings] = useState<readonly Learning[]>();
  const [fault, setFault] = useState<string | null>(null);
  const reload = useCallback(() => {
    api.listLearnings().then(
      ({ items }) => {
        setLearnings(items);
        setFault(null);
      },
      (error: unknown) => setFault(messageOf(error)),
    );
  }, []);
  useEffect(() => {
    reload();
    return listen((event) => {
      if (event.type === 'hello') reload();
      if (event.type === 'learning.changed') reload();
    });
  }, [reload]);
  return { learnings, fault, reload };
}

/** Read a run; it changes while it runs. */
export function useLearning(id: string): {
  readonly learning: LearningDetail | undefined;
  readonly fault: string | null;
} {
  const [learning, setLearning] = useState<LearningDetail>();
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const load = () => {
      api.getLearning({ params: { id } }).then(
        (found) => {
          if (!isCurrent) return;
          setLearning(found);
          setFault(null);
        },
        (error: unknown) => isCurrent && setFault(messageOf(error)),
      );
    };
    load();
    const stop = listen((event) => {
      if (event.type === 'hello') load();
      if (event.type === 'learning.changed' && event.learningId === id) load();
    });
    return () => {
      isCurrent = false;
      stop();
    };
  }, [id]);
  return { learning, fault };
}
