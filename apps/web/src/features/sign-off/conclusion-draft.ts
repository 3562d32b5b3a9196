/**
 * @file The text of a conclusion on its way to the server, as states and steps; no clock, no network.
 *
 * `base` is the server's text that the draft was written on. When somebody else saves another text, the
 * two are joined if they changed different places; else `theirs` waits until a person has chosen, and
 * nothing is sent meanwhile. What was typed is never dropped by a step of this file.
 */
import { mergeTexts } from './merge-texts.ts';

/** A text of the server. */
export interface StoredText {
  readonly text: string;
  /** Of the case, which counts all its facts. */
  readonly revision: number;
}

/** A conclusion and what of it is saved. */
export interface ConclusionDraft {
  readonly base: StoredText;
  readonly text: string;
  /** The text that is being sent; null while none is. */
  readonly sending: string | null;
  /** Somebody else's text that cannot be joined with this one; null: none. */
  readonly theirs: StoredText | null;
  /** Why the last sending failed; null once one succeeded or the text changed. */
  readonly fault: string | null;
}

/** How a draft stands, in the words of the page. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'conflict' | 'failed';

/** What to do about somebody else's text. */
export type Choice = 'mine' | 'theirs' | 'both';

/** Begin with the server's text. */
export function draftOf(stored: StoredText): ConclusionDraft {
  return { base: stored, text: stored.text, sending: null, theirs: null, fault: null };
}

/** Tell how the draft stands. */
export function saveStateOf(draft: ConclusionDraft): SaveState {
  if (draft.theirs !== null) return 'conflict';
  if (draft.fault !== null) return 'failed';
  if (draft.sending !== null) return 'saving';
  return draft.text === draft.base.text ? 'saved' : 'waiting';
}

/** A person typed. */
export function typed(draft: ConclusionDraft, text: string): ConclusionDraft {
  return { ...draft, text, fault: null };
}

/** The text is being sent. */
export function sendBegun(draft: ConclusionDraft): ConclusionDraft {
  return { ...draft, sending: draft.text, fault: null };
}

/** The server has saved what was sent. */
export function sendDone(draft: ConclusionDraft, stored: StoredText): ConclusionDraft {
  const done = { ...draft, sending: null, fault: null };
  return stored.revision < draft.base.revision ? done : { ...done, base: stored };
}

/** The server did not save it. */
export function sendFailed(draft: ConclusionDraft, fault: string | null): ConclusionDraft {
  return { ...draft, sending: null, fault };
}

/** The server has this text now: ours, as before, or somebody else's. */
export function serverHas(draft: ConclusionDraft, stored: StoredText): ConclusionDraft {
  if (stored.revision <= draft.base.revision) return draft;
  const { base, text, sending } = draft;
  const agreed = { ...draft, base: stored, theirs: null };
  if (stored.text === base.text || stored.text === sending || stored.text === text) return agreed;
  if (text === base.text) return { ...agreed, text: stored.text };
  const joined = mergeTexts(base.text, text, stored.text);
  return joined === undefined ? { ...draft, theirs: stored } : { ...agreed, text: joined };
}

/** A person chose between the own and somebody else's text. */
export function resolved(draft: ConclusionDraft, choice: Choice): ConclusionDraft {
  const { theirs, text } = draft;
  if (theirs === null) return draft;
  const texts = { mine: text, theirs: theirs.text, both: `${theirs.text}\n${text}` };
  return { ...draft, base: theirs, theirs: null, fault: null, text: texts[choice] };
}
