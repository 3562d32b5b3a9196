/** @file Asks why before new fields are analysed with another model. */
import type { Model } from '@leukoscope/contract';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';

/** The dialog. */
export function ChooseModelDialog(props: {
  readonly model: Model;
  readonly onClose: () => void;
  readonly onChosen: () => void;
}) {
  const { model, onClose, onChosen } = props;
  const [note, setNote] = useState('');
  const choose = async () => {
    await api.chooseModel({ params: { id: model.id }, body: { note } });
    onChosen();
  };
  return (
    <Dialog title={`Analyse new fields with ${model.name}?`} onClose={onClose}>
      <SubmitForm submitText="Analyse new fields with it" onSubmit={choose} onCancel={onClose}>
        <p>
          Cases that are open or signed stay as they are. The trail keeps who chose it, and why.
        </p>
        <TextField
          label="Why"
          value={note}
          onChange={setNote}
          maxLength={500}
          isRequired
          hasFocus
        />
      </SubmitForm>
    </Dialog>
  );
}
