/** @file The cases of a page: a table, or cards where the window is narrow. */
import type { Case, Flag } from '@leukoscope/contract';
import { Ellipsis, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { Menu } from '../../components/Menu.tsx';
import { Progress } from '../../components/Progress.tsx';
import { useMedia } from '../../components/use-media.ts';
import type { CaseAside } from '../../state/worklist-store.ts';
import { stateNames } from '../../state/case-words.ts';
import { recentTimeWords } from '../../state/time-words.ts';
import { DiscardDialog } from './DiscardDialog.tsx';
import styles from './CaseTable.module.css';

interface CaseTableProps {
  readonly cases: readonly Case[];
  readonly asides: ReadonlyMap<string, CaseAside>;
  readonly mayReview: boolean;
  /** A case was discarded or restored. */
  readonly onChange: () => void;
}

/** The cases of a page. */
export function CaseTable(props: CaseTableProps) {
  const { cases, asides, mayReview, onChange } = props;
  const isNarrow = useMedia('(max-width: 899px)');
  const [discarded, setDiscarded] = useState<Case>();
  const menuOf = (item: Case) =>
    mayReview && <CaseMenu item={item} onDiscard={() => setDiscarded(item)} />;
  return (
    <>
      {isNarrow ? (
        <ul className={styles.cards} aria-label="Cases">
          {cases.map((item) => (
            <li key={item.id}>
              <div className={styles.cardHead}>
                <CaseName item={item} />
                <StateText item={item} />
                {menuOf(item)}
              </div>
              <Leukocytes item={item} />
              <p className={styles.todo}>
                <Todo item={item} />
              </p>
              <Fields item={item} />
              <Flags flags={asides.get(item.id)?.flags ?? []} />
              <Changed item={item} aside={asides.get(item.id)} />
            </li>
          ))}
        </ul>
      ) : (
        <table className={styles.table}>
          <caption className="visually-hidden">Cases, newest first</caption>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">State</th>
              <th scope="col">Fields</th>
              <th scope="col">Leukocytes</th>
              <th scope="col">Left to do</th>
              <th scope="col">Flags</th>
              <th scope="col">Changed</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {cases.map((item) => (
              <tr key={item.id} data-state={item.state}>
                <th scope="row">
                  <CaseName item={item} />
                </th>
                <td>
                  <StateText item={item} />
                </td>
                <td>
                  <Fields item={item} />
                </td>
                <td>
                  <Leukocytes item={item} />
                </td>
                <td>
                  <Todo item={item} />
                </td>
                <td>
                  <Flags flags={asides.get(item.id)?.flags ?? []} />
                </td>
                <td>
                  <Changed item={item} aside={asides.get(item.id)} />
                </td>
                <td className={styles.menu}>{menuOf(item)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {discarded !== undefined && (
        <DiscardDialog
          item={discarded}
          onClose={() => setDiscarded(undefined)}
          onDone={() => {
            setDiscarded(undefined);
            onChange();
          }}
        />
      )}
    </>
  );
}

function CaseName({ item }: { readonly item: Case }) {
  return (
    <div className={styles.name}>
      <Link to={`/cases/${item.id}`}>{item.number}</Link>
      {item.patientReference !== '' && <span className={styles.soft}>{item.patientReference}</span>}
    </div>
  );
}

function StateText({ item }: { readonly item: Case }) {
  const version = item.version > 1 ? `, version ${item.version}` : '';
  return (
    <span className={styles.state} data-state={item.state}>
      {stateNames[item.state]}
      {version}
    </span>
  );
}

function Fields({ item }: { readonly item: Case }) {
  const { fields, fieldsAnalysed, fieldsFailed } = item.counts;
  const isOver = fieldsAnalysed + fieldsFailed === fields;
  return (
    <div className={styles.figure}>
      <span>
        {isOver
          ? `${fields} field${fields === 1 ? '' : 's'}`
          : `${fieldsAnalysed} of ${fields} analysed`}
      </span>
      {fieldsFailed > 0 && <strong className={styles.bad}>{fieldsFailed} failed</strong>}
      {!isOver && (
        <Progress
          value={(fieldsAnalysed + fieldsFailed) / Math.max(1, fields)}
          label={`Analysis of ${item.number}`}
        />
      )}
    </div>
  );
}

function Leukocytes({ item }: { readonly item: Case }) {
  const { leukocytes } = item.counts;
  return (
    <div className={styles.figure}>
      <span>
        <strong>{leukocytes}</strong> of {item.targetCells} leukocytes
      </span>
      <Progress
        value={leukocytes / item.targetCells}
        label={`Leukocytes of ${item.number}`}
        kind={leukocytes >= item.targetCells ? 'good' : 'plain'}
      />
    </div>
  );
}

function Todo({ item }: { readonly item: Case }) {
  const { unidentified, unseen, cells } = item.counts;
  if (cells === 0) return <span className={styles.soft}>no cells yet</span>;
  if (item.state === 'signed' || (unidentified === 0 && unseen === 0))
    return <span className={styles.soft}>nothing left to do</span>;
  return (
    <>
      {unidentified > 0 && <span className={styles.warn}>{unidentified} unidentified</span>}
      {unidentified > 0 && unseen > 0 && <br />}
      {unseen > 0 && <span>{unseen} unseen</span>}
    </>
  );
}

function Flags({ flags }: { readonly flags: readonly Flag[] }) {
  if (flags.length === 0) return null;
  return (
    <ul className={styles.flags} aria-label="Flags">
      {flags.map((flag) => (
        <li key={flag.code + flag.message} data-severity={flag.severity}>
          {flag.severity === 'warning' && <TriangleAlert size={14} aria-label="Warning:" />}
          {flag.message}
        </li>
      ))}
    </ul>
  );
}

function Changed(props: { readonly item: Case; readonly aside: CaseAside | undefined }) {
  const { item, aside } = props;
  return (
    <span className={styles.soft}>
      <time dateTime={item.changedAt}>{recentTimeWords(item.changedAt, new Date())}</time>
      {aside?.changedBy !== undefined && <> by {aside.changedBy.name}</>}
    </span>
  );
}

function CaseMenu({ item, onDiscard }: { readonly item: Case; readonly onDiscard: () => void }) {
  if (item.state !== 'discarded' && (item.state !== 'open' || item.version > 1)) return null;
  return (
    <Menu
      label={`Actions for ${item.number}`}
      actions={[
        item.state === 'discarded'
          ? { name: 'Restore ...', onChoose: onDiscard }
          : { name: 'Discard ...', onChoose: onDiscard },
      ]}
    >
      <Ellipsis size={18} aria-hidden />
    </Menu>
  );
}
