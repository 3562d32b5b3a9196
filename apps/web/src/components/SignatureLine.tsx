/** @file A signature as it stands on screens and paper: meaning, name and account, time with its zone, reason, hash. */
import { boundWords, type Signature, signatureWords } from '@leukoscope/contract';
import { zonedTimeWords } from '../state/time-words.ts';
import styles from './SignatureLine.module.css';

/** The signature. */
export function SignatureLine({ signature }: { readonly signature: Signature }) {
  const { at, reason } = signature;
  return (
    <>
      <strong>{signatureWords(signature)}</strong>, <time dateTime={at}>{zonedTimeWords(at)}</time>
      {reason !== null && `. Reason: ${reason}`}
      <code className={styles.hash}>{boundWords(signature)}</code>
    </>
  );
}
