/** @file Accepts or discards a candidate, with a name and a reason. */
import type { LearningDetail } from '@leukoscope/contract';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { modelIdFrom } from './learning-words.ts';

/** The buttons; a refused candidate can only be discarded. */
export function LearningDecision(props: {
  readonly learning: LearningDetail;
  readonly onDecided: () => void;
}) {
  const { learning, onDecided } = props;
  const [asks, setAsks] = useState<'accept' | 'discard'>();
  const close = () => setAsks(undefined);
  const decided = () => {
    close();
    onDecided();
  };
  return (
    <>
      <p className="form-actions">
        <Button onClick={() => setAsks('discard')}>Discard ...</Button>
        {learning.isOffered === true && (
          <Button look="primary" onClick={() => setAsks('accept')}>
            Accept ...
          </Button>
        )}
      </p>
      {asks === 'accept' && <AcceptDialog id={learning.id} onClose={close} onDone={decided} />}
      {asks === 'discard' && <DiscardDialog id={learning.id} onClose={close} onDone={decided} />}
    </>
  );
}

interface DialogProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function AcceptDialog({ id, onClose, onDone }: DialogProps) {
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string>();
  const [note, setNote] = useState('');
  const [isChosen, setChosen] = useState(true);
  const modelId = ownId ?? modelIdFrom(name);
  const accept = async () => {
    await api.acceptLearning({ params: { id }, body: { modelId, name, note, isChosen } });
    onDone();
  };
  return (
    <Dialog title="Accept this model?" onClose={onClose}>
      <SubmitForm submitText="Accept" onSubmit={accept} onCancel={onClose}>
        <p>
          It comes onto the shelf of models. The trail keeps that you accepted it, why, and what it
          was learnt from. You can go back to its parent at any time.
        </p>
        <TextField
          label="Name"
          hint="As people read it in lists and cards."
          value={name}
          onChange={setName}
          maxLength={100}
          isRequired
          hasFocus
        />
        <TextField
          label="Id"
          hint="Letters, digits, dots and dashes; cases name the model by it."
          value={modelId}
          onChange={setOwnId}
          maxLength={64}
          isRequired
        />
        <TextField label="Why" value={note} onChange={setNote} maxLength={500} isRequired />
        <label>
          <input
            type="checkbox"
            checked={isChosen}
            onChange={(event) => setChosen(event.target.checked)}
          />{' '}
          Analyse new fields with it from now on
        </label>
      </SubmitForm>
    </Dialog>
  );
}

function DiscardDialog({ id, onClose, onDone }: DialogProps) {
  const [note, setNote] = useState('');
  const discard = async () => {
    await api.discardLearning({ params: { id }, body: { note } });
    onDone();
  };
  return (
    <Dialog title="Discard this candidate?" onClose={onClose}>
      <SubmitForm submitText="Discard" look="danger" onSubmit={discard} onCancel={onClose}>
        <p>It becomes no model. What was found out stays here to be read.</p>
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
