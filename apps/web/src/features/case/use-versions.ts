/** @file The signed versions of the open case, asked for again when a signature has made one. */
import type { Version } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { api } from '../../state/api.ts';
import { useOpenCase } from './case-context.ts';

/** Versions, oldest first; undefined while they load. */
export interface LoadedVersions {
  readonly versions: readonly Version[] | undefined;
  readonly fault: string | null;
}

/** Read the signed versions of the open case. */
export function useVersions(): LoadedVersions {
  const { id, version, state } = useOpenCase().case;
  const [loaded, setLoaded] = useState<LoadedVersions>({ versions: undefined, fault: null });
  // A version is there once its case is signed, or a later one is worked on.
  const signed = state === 'signed' ? version : version - 1;
  useEffect(() => {
    let isCurrent = true;
    if (signed === 0) return setLoaded({ versions: [], fault: null });
    api.listVersions({ params: { id } }).then(
      ({ items }) => isCurrent && setLoaded({ versions: items, fault: null }),
      (error: unknown) => isCurrent && setLoaded({ versions: undefined, fault: messageOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [id, signed]);
  return loaded;
}
