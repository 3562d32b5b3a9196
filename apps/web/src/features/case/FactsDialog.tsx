/** @file Corrects what a case says of the smear. Old and new values stand in the history, with the reason. */
import { type Case, specimenNames } from '@leukoscope/contract';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { useCaseStore } from './case-context.ts';
import { ExpectationOptions, expectedHint, parseExpectation } from './ExpectationOptions.tsx';
import { type FactsDraft, factsChange, factsDraft } from './facts-draft.ts';

/** The form. */
export function FactsDialog(props: { readonly facts: Case; readonly onClose: () => void }) {
  const { facts, onClose } = props;
  const store = useCaseStore();
  // As the dialog was opened: what others change meanwhile is refused by its revision, not overwritten.
  const [before] = useState(facts);
  const [draft, setDraft] = useState(factsDraft(before));
  const patch = (part: Partial<FactsDraft>) => setDraft({ ...draft, ...part });
  const submit = async () => {
    const { change } = factsChange(before, draft);
    await api.changeCase({
      params: { id: before.id },
      body: { revision: before.revision, ...change },
    });
    await store.reload();
    onClose();
  };
  return (
    <Dialog title={`Facts of ${before.number}`} onClose={onClose}>
      <SubmitForm
        submitText="Save"
        check={() => factsChange(before, draft).fault}
        onSubmit={submit}
        onCancel={onClose}
      >
        <TextField
          label="Case number"
          maxLength={64}
          isRequired
          value={draft.number}
          onChange={(number) => patch({ number })}
        />
        <TextField
          label="Patient reference"
          maxLength={120}
          value={draft.patientReference}
          onChange={(patientReference) => patch({ patientReference })}
        />
        <Field label="Specimen">
          {(control) => (
            <select
              {...control}
              value={draft.specimen}
              onChange={(event) => patch({ specimen: parseSpecimen(event.currentTarget.value) })}
            >
              {Object.entries(specimenNames).map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Expected" hint={expectedHint}>
          {(control) => (
            <select
              {...control}
              value={draft.expectation ?? 'nothing'}
              onChange={(event) =>
                patch({ expectation: parseExpectation(event.currentTarget.value) })
              }
            >
              <ExpectationOptions />
            </select>
          )}
        </Field>
        <Field label="Collected at">
          {(control) => (
            <input
              {...control}
              type="datetime-local"
              value={draft.collectedAt}
              onChange={(event) => patch({ collectedAt: event.currentTarget.value })}
            />
          )}
        </Field>
        <TextField
          label="Leukocytes, 10⁹ per litre"
          value={draft.leukocytes}
          onChange={(leukocytes) => patch({ leukocytes })}
        />
        <TextField
          label="Reason (stays in the history)"
          maxLength={500}
          value={draft.reason}
          onChange={(reason) => patch({ reason })}
        />
      </SubmitForm>
    </Dialog>
  );
}

/** The options are those of the contract. */
function parseSpecimen(text: string): Case['specimen'] {
  return text as Case['specimen'];
}
