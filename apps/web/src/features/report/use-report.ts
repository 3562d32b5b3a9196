/** @file The report of the open case as its exports have it: now, or as it was signed. */
import { errorSchema, type Report, reportSchema } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { addressOf } from '../../state/api.ts';
import { useOpenCase } from '../case/case-context.ts';

/** A report; undefined while it loads. The one before stays while the next is on its way. */
export interface LoadedReport {
  readonly report: Report | undefined;
  readonly fault: string | null;
  readonly reload: () => void;
}

/** Quick reviews follow each other; the report is read once they rest. */
const calmMs = 400;

/** Read a report. `version` undefined: as the case is now, following its changes. */
export function useReport(version: number | undefined): LoadedReport {
  const { id, sequence } = useOpenCase().case;
  const [report, setReport] = useState<Report>();
  const [fault, setFault] = useState<string | null>(null);
  const load = useCallback(() => {
    let isCurrent = true;
    fetchReport(id, version).then(
      (found) => {
        if (!isCurrent) return;
        setReport(found);
        setFault(null);
      },
      (error: unknown) => isCurrent && setFault(messageOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [id, version]);
  useEffect(() => {
    setReport(undefined);
    return load();
  }, [load]);
  const seen = useRef(sequence);
  useEffect(() => {
    if (version !== undefined || seen.current === sequence) return;
    let cancel: (() => void) | undefined;
    const timer = setTimeout(() => {
      seen.current = sequence;
      cancel = load();
    }, calmMs);
    return () => {
      clearTimeout(timer);
      cancel?.();
    };
  }, [sequence, version, load]);
  return { report, fault, reload: load };
}

async function fetchReport(id: string, version: number | undefined): Promise<Report> {
  const address = addressOf('exportCase', {
    params: { id, format: 'json' },
    query: version === undefined ? {} : { version },
  });
  const response = await fetch(address, { credentials: 'same-origin' });
  const json: unknown = await response.json();
  if (response.ok) return reportSchema.parse(json);
  const refusal = errorSchema.safeParse(json);
  throw new Error(refusal.success ? refusal.data.error.message : `Received ${response.status}.`);
}
