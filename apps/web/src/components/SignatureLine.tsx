/** @file A signature as it stands on screens and paper: meaning, name and account, time with its zone, reason, hash. */
import type { Signature } from '@leukoscope/contract';
import { signatureWords } from '../state/signature-words.ts';
import { zonedTimeWords } from '../state/time-words.ts';
import styles from './SignatureLine.module.css';

/** The signature. */
export function SignatureLine({ signature }: { readonly signature: Signature }) {
  const { at, reason, sha256 } = signature;
  return (
    <>
      <strong>{signatureWords(signature)}</strong>, <time dateTime={at}>{zonedTimeWords(at)}</time>
      {reason !== null && `. Reason: ${reason}`}
      <code className={styles.hash}>
        {sha256 === null ? 'Given before signatures named what they bind' : `SHA-256 ${sha256}`}
      </code>
    </>
  );
}
