/** @file What the site sets for each cell class: ranges, code, key. */
import { useId } from 'react';
import { binColour, binName } from '../../state/bins.ts';
import type { ClassDraft, SiteFaults } from './site-draft.ts';
import styles from './SettingsPage.module.css';

const columns = [
  { name: 'shareLow', label: 'From %', group: 'share' },
  { name: 'shareHigh', label: 'To %', group: 'share' },
  { name: 'absoluteLow', label: 'From 10⁹/L', group: 'absolute' },
  { name: 'absoluteHigh', label: 'To 10⁹/L', group: 'absolute' },
  { name: 'loinc', label: 'LOINC %', group: 'loinc' },
  { name: 'loincAbsolute', label: 'LOINC 10⁹/L', group: 'loincAbsolute' },
  { name: 'key', label: 'Key', group: 'key' },
] as const;

/** One row for each cell class. */
export function ClassRows(props: {
  readonly rows: readonly ClassDraft[];
  readonly faults: SiteFaults;
  readonly onChange: (rows: readonly ClassDraft[]) => void;
}) {
  const { rows, faults, onChange } = props;
  return (
    <section className={styles.section}>
      <h2>Cell classes</h2>
      <p className={styles.hint}>
        Reference ranges of the share among leukocytes and of the absolute count, the LOINC codes
        that go out for blood, and the key that moves the cell under the pointer. A side of a range
        that is left empty is open.
      </p>
      <div className={styles.rowHead} aria-hidden="true">
        <span>Class</span>
        {columns.map(({ name, label }) => (
          <span key={name}>{label}</span>
        ))}
      </div>
      {rows.map((row) => (
        <ClassRow
          key={row.cellClass}
          row={row}
          faults={faults}
          onChange={(part) =>
            onChange(
              rows.map((other) =>
                other.cellClass === row.cellClass ? { ...other, ...part } : other,
              ),
            )
          }
        />
      ))}
    </section>
  );
}

function ClassRow(props: {
  readonly row: ClassDraft;
  readonly faults: SiteFaults;
  readonly onChange: (part: Partial<ClassDraft>) => void;
}) {
  const { row, faults, onChange } = props;
  const id = useId();
  const own = [...new Set(columns.map(({ group }) => group))].flatMap((group) => {
    const fault = faults.get(`${row.cellClass}.${group}`);
    return fault === undefined ? [] : [{ group, fault }];
  });
  return (
    <fieldset className={styles.row}>
      <legend className="visually-hidden">{binName(row.cellClass)}</legend>
      <span className={styles.className} aria-hidden="true">
        <i style={{ background: binColour(row.cellClass) }} /> {binName(row.cellClass)}
      </span>
      {columns.map(({ name, label, group }) => {
        const isWrong = own.some((fault) => fault.group === group);
        return (
          <label key={name} className={styles.cell} data-column={name}>
            <span>{label}</span>
            <input
              className={styles.input}
              inputMode={name.startsWith('loinc') || name === 'key' ? 'text' : 'decimal'}
              maxLength={name === 'key' ? 1 : 12}
              autoCapitalize="none"
              value={row[name]}
              aria-label={`${binName(row.cellClass)}: ${label}`}
              aria-invalid={isWrong || undefined}
              aria-describedby={isWrong ? `${id}-${group}` : undefined}
              onChange={(event) => onChange({ [name]: event.currentTarget.value })}
            />
          </label>
        );
      })}
      {own.map(({ group, fault }) => (
        <p key={group} id={`${id}-${group}`} className={styles.fault}>
          {fault}
        </p>
      ))}
    </fieldset>
  );
}
