/** @file The signed versions of a case: when, by whom, why amended, and the hash that proves each unchanged. */
import { Link } from 'wouter';
import { SignatureLine } from '../../components/SignatureLine.tsx';
import { useOpenCase } from '../case/case-context.ts';
import styles from './SignOffSection.module.css';
import { timeWords } from '../../state/time-words.ts';
import { useVersions } from '../case/use-versions.ts';

/** The signed versions, newest first; nothing before the first. */
export function VersionList() {
  const { case: facts } = useOpenCase();
  const { versions, fault } = useVersions();
  if (fault !== null) return <p role="alert">{fault}</p>;
  if (versions === undefined || versions.length === 0) return null;
  return (
    <>
      <h3>Signed versions</h3>
      <ol className={styles.versions} reversed>
        {[...versions].reverse().map((version) => (
          <li key={version.version}>
            <Link to={`/cases/${facts.id}/report?version=${version.version}`}>
              Version {version.version}
            </Link>
            , <time dateTime={version.signedAt}>{timeWords(version.signedAt)}</time>
            {version.signatures.map((signature) => (
              <p key={signature.id}>
                <SignatureLine signature={signature} />
              </p>
            ))}
            {version.amendmentReason !== null && <p>Amended because: {version.amendmentReason}</p>}
            <code className={styles.hash}>SHA-256 {version.sha256}</code>
          </li>
        ))}
      </ol>
    </>
  );
}
