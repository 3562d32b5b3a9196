/** @file Asks before a model leaves the shelf. */
import type { Model } from '@leukoscope/contract';
import { Dialog } from '../../components/Dialog.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { api } from '../../state/api.ts';

/** The dialog. */
export function RemoveModelDialog(props: {
  readonly model: Model;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}) {
  const { model, onClose, onRemoved } = props;
  const remove = async () => {
    await api.removeModel({ params: { id: model.id } });
    onRemoved();
  };
  return (
    <Dialog title={`Remove ${model.name}?`} onClose={onClose}>
      <SubmitForm submitText="Remove model" look="danger" onSubmit={remove} onCancel={onClose}>
        <p>
          Its file and card are deleted from the server. What it answered stays in cases and
          comparisons, with its id and hash.
        </p>
      </SubmitForm>
    </Dialog>
  );
}
