/** @file Texts that reviewers put into a report's comment by one choice. */
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { newId } from '../../state/api.ts';
import type { SiteFaults, TemplateDraft } from './site-draft.ts';
import styles from './SettingsPage.module.css';

/** The templates, and a button for one more. */
export function TemplateRows(props: {
  readonly rows: readonly TemplateDraft[];
  readonly faults: SiteFaults;
  readonly onChange: (rows: readonly TemplateDraft[]) => void;
}) {
  const { rows, faults, onChange } = props;
  const change = (id: string, part: Partial<TemplateDraft>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <section className={styles.section}>
      <h2>Comment templates</h2>
      {rows.map((row) => (
        <fieldset key={row.id} className={styles.template}>
          <legend className="visually-hidden">Template {row.title}</legend>
          <Field label="Title" fault={faults.get(`template.${row.id}`)}>
            {(control) => (
              <input
                {...control}
                maxLength={80}
                value={row.title}
                onChange={(event) => change(row.id, { title: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label="Text">
            {(control) => (
              <textarea
                {...control}
                rows={3}
                maxLength={4000}
                value={row.text}
                onChange={(event) => change(row.id, { text: event.currentTarget.value })}
              />
            )}
          </Field>
          <Button
            look="quiet"
            aria-label={`Remove the template ${row.title}`}
            onClick={() => onChange(rows.filter((other) => other.id !== row.id))}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      <Button onClick={() => onChange([...rows, { id: newId(), title: '', text: '' }])}>
        Add a template
      </Button>
    </section>
  );
}
