/** @file Puts a model on the server's shelf: one ONNX file that holds its description, and a card. */
import { uploadModel } from '@leukoscope/client';
import { useState } from 'react';
import { Field } from '../../components/Field.tsx';
import { Progress } from '../../components/Progress.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { modelIdOf } from './model-id-of.ts';
import styles from './ModelsPage.module.css';

/** The form; `onAdded` is called when the model is there. */
export function AddModel({ onAdded }: { readonly onAdded: () => void }) {
  const [file, setFile] = useState<File>();
  const [card, setCard] = useState<File>();
  const [id, setId] = useState('');
  const [sent, setSent] = useState<number>();
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    if (chosen !== undefined && id === '') setId(modelIdOf(chosen.name));
  };
  const submit = async () => {
    try {
      await uploadModel(api, id, file!, {
        card: await card?.text(),
        onProgress: (offset, sizeBytes) => setSent(offset / sizeBytes),
      });
    } finally {
      setSent(undefined);
    }
    onAdded();
  };
  return (
    <details className={styles.model}>
      <summary>Add a model</summary>
      <SubmitForm
        submitText="Check and add"
        check={() => (file === undefined ? 'Choose the file of the model first.' : undefined)}
        onSubmit={submit}
      >
        <Field
          label="ONNX file"
          hint="It holds its description: what training and leukoscope model export write. Models of several files go into the server's folder of models."
        >
          {(control) => (
            <input
              {...control}
              type="file"
              accept=".onnx"
              onChange={(event) => choose(event.currentTarget.files?.[0])}
            />
          )}
        </Field>
        <Field label="Card (optional)" hint="Intended use, data, figures and limits, as Markdown.">
          {(control) => (
            <input
              {...control}
              type="file"
              accept=".md,.txt"
              onChange={(event) => setCard(event.currentTarget.files?.[0])}
            />
          )}
        </Field>
        <TextField
          label="Id"
          hint="Letters, digits, dots and dashes; cases name the model by it."
          value={id}
          onChange={setId}
          maxLength={64}
          isRequired
        />
        {sent !== undefined && (
          <>
            <p role="status" className={styles.soft}>
              {sent < 1 ? 'Sending ...' : 'Checking, and running it on a picture ...'}
            </p>
            <Progress value={sent} label="Bytes of the model sent" />
          </>
        )}
      </SubmitForm>
    </details>
  );
}
