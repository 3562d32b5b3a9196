/** @file The agreement of a period, read anew whenever the choice changes. */
import type { Agreement, AgreementQuery } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { api } from '../../state/api.ts';

/** What is known. */
export interface LoadedAgreement {
  /** Of the choice before, while the new one is read. */
  readonly agreement: Agreement | undefined;
  readonly isLoading: boolean;
  readonly fault: string | null;
}

/** Read it. */
export function useAgreement({ from, to, modelSha256 }: AgreementQuery): LoadedAgreement {
  const [loaded, setLoaded] = useState<LoadedAgreement>({
    agreement: undefined,
    isLoading: true,
    fault: null,
  });
  useEffect(() => {
    let isCurrent = true;
    setLoaded((before) => ({ ...before, isLoading: true }));
    const query = {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(modelSha256 !== undefined && { modelSha256 }),
    };
    api.getAgreement({ query }).then(
      (agreement) => isCurrent && setLoaded({ agreement, isLoading: false, fault: null }),
      (error: unknown) =>
        isCurrent && setLoaded({ agreement: undefined, isLoading: false, fault: messageOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [from, to, modelSha256]);
  return loaded;
}
