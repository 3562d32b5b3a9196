/** @file Recovery codes, shown this once. */
import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import styles from './SecondFactors.module.css';

/** The codes, until somebody says that they are kept. */
export function RecoveryCodes(props: {
  readonly codes: readonly string[];
  readonly onDone: () => void;
}) {
  const { codes, onDone } = props;
  return (
    <div className={styles.stack}>
      <Notice kind="warn">
        These are your recovery codes: each signs you in once when your second factor is lost. They
        are shown this once. Print them, or keep them where passwords are kept.
      </Notice>
      <ol className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p className="form-actions">
        <CopyButton text={codes.join('\n')} />
        <Button look="primary" onClick={onDone}>
          I have kept them
        </Button>
      </p>
    </div>
  );
}
