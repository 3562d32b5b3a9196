/**
 * @file What lies before a signer: the case as the server would bind it, and what changed since the signer read it.
 * A change has to be read and confirmed; until then nothing is signed. No page in here.
 *
 * What was read is first what the page showed when signing began, then whatever was confirmed here.
 */
import type { HistoryEntry, SignatureMeaning, Signing } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { ApiError, type api as pageApi } from '../../state/api.ts';
import { createStore, type Store } from '../../state/create-store.ts';
import { faultWords } from './own-password.ts';

/** What a signer decides. */
export interface SignerWords {
  readonly meaning: SignatureMeaning;
  readonly reason?: string;
  readonly acceptsFewer?: boolean;
  readonly password?: string;
}

/** What lies before the signer. */
export interface SigningState {
  /** Undefined until it is read for the first time. */
  readonly signing: Signing | undefined;
  /** Something changed since it was read and confirmed. */
  readonly isChanged: boolean;
  /** What people and the analysis did since, oldest first; empty when only the site's settings are others. */
  readonly changes: readonly HistoryEntry[];
  /** Why nothing could be read, or was signed; null: no fault. */
  readonly fault: string | null;
}

/** What a desk works with; tests put their own in. */
export interface DeskParts {
  readonly api: Pick<typeof pageApi, 'getSigning' | 'signCase'>;
  readonly caseId: string;
  /** The last entry of the history that the page showed. */
  readonly shownSequence: number;
  /** Fetch the history after an entry. */
  readonly historyAfter: (sequence: number) => Promise<readonly HistoryEntry[]>;
  /** Whether an entry is the signer's own work in this window, and so no news. */
  readonly isOwn: (entry: HistoryEntry) => boolean;
}

/** Reads and signs. */
export interface SigningDesk extends Pick<Store<SigningState>, 'get' | 'subscribe'> {
  /** Read the case anew: at the beginning, and whenever it may have changed. */
  read(): Promise<void>;
  /** The signer has read what changed. */
  confirm(): void;
  /** Sign what is shown; resolves with whether it is signed. */
  sign(words: SignerWords): Promise<boolean>;
}

/** Open a desk. */
export function openSigningDesk(parts: DeskParts): SigningDesk {
  const { api, caseId } = parts;
  const params = { id: caseId };
  const state = createStore<SigningState>({
    signing: undefined,
    isChanged: false,
    changes: [],
    fault: null,
  });
  let readSequence = parts.shownSequence;
  let readSha256: string | undefined;
  let reading: Promise<void> | undefined;
  let isOutdated = false;

  const readOnce = async () => {
    const signing = await api.getSigning({ params });
    const since = await parts.historyAfter(readSequence);
    const changes = since.filter(
      (entry) => entry.sequence <= signing.sequence && !parts.isOwn(entry),
    );
    const isSame = readSha256 === undefined || readSha256 === signing.sha256;
    const isChanged = changes.length > 0 || !isSame;
    if (!isChanged) {
      readSequence = signing.sequence;
      readSha256 = signing.sha256;
    }
    state.patch({ signing, isChanged, changes });
  };
  /** One at a time, and one more when something happened meanwhile. */
  const read = (): Promise<void> => {
    isOutdated = true;
    reading ??= (async () => {
      try {
        while (isOutdated) {
          isOutdated = false;
          await readOnce();
        }
      } catch (error) {
        state.patch({ fault: messageOf(error) });
      } finally {
        reading = undefined;
      }
    })();
    return reading;
  };
  return {
    get: state.get,
    subscribe: state.subscribe,
    read,
    confirm() {
      const { signing } = state.get();
      if (signing === undefined) return;
      readSequence = signing.sequence;
      readSha256 = signing.sha256;
      state.patch({ isChanged: false, changes: [], fault: null });
    },
    async sign(words) {
      const { signing, isChanged } = state.get();
      if (signing === undefined || isChanged) return false;
      state.patch({ fault: null });
      try {
        await api.signCase({ params, body: { ...words, sha256: signing.sha256 } });
        return true;
      } catch (error) {
        // That something changed is said by what changed.
        const isKnown = error instanceof ApiError && error.code === 'SIGN_CHANGED';
        if (!isKnown) state.patch({ fault: faultOf(error) });
        await read();
        return false;
      }
    },
  };
}

function faultOf(error: unknown): string {
  // What is in the way is listed beside it.
  const isBlocked = error instanceof ApiError && error.code === 'SIGN_BLOCKED';
  return isBlocked ? 'Nothing was signed.' : faultWords(error);
}
