/** @file What a choice of cells holds, asked for anew when the choice changes. */
import type { Learnable, LearningChoice } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { api } from '../../state/api.ts';

/** Count the cells of a choice; what was counted before stays until the new answer is there. */
export function useLearnable(choice: LearningChoice): {
  readonly learnable: Learnable | undefined;
  readonly fault: string | null;
} {
  const [learnable, setLearnable] = useState<Learnable>();
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    api.countLearnable({ body: choice }).then(
      (found) => {
        if (!isCurrent) return;
        setLearnable(found);
        setFault(null);
      },
      (error: unknown) => isCurrent && setFault(messageOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [choice]);
  return { learnable, fault };
}
