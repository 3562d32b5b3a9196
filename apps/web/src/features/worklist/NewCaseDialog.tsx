/** @file Makes a case, with images or without; or adds the images to the case they were on their way to. */
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import type { ChosenFiles } from '../../state/dropped-files.ts';
import { uploadMemory, uploads } from '../../state/page-uploads.ts';
import { bytesText } from '../uploads/bytes-text.ts';
import { FilePicker, PageDrop } from '../uploads/FilePicker.tsx';
import { leftOutText } from '../uploads/left-out-text.ts';
import { parsePixelSize } from '../uploads/parse-pixel-size.ts';
import { ExpectationOptions, expectedHint } from '../case/ExpectationOptions.tsx';
import { knownCaseOf } from './known-case.ts';
import { parseNewCase } from './parse-new-case.ts';
import { SignersFields } from './SignersFields.tsx';
import styles from './NewCaseDialog.module.css';

/** Asks for the facts of a case; `chosen` are the images that were dropped, or none. */
export function NewCaseDialog(props: {
  readonly chosen: ChosenFiles;
  readonly onClose: () => void;
}) {
  const { onClose } = props;
  const [, go] = useLocation();
  const [chosen, setChosen] = useState(props.chosen);
  const [number, setNumber] = useState(props.chosen.folder ?? '');
  const [fault, setFault] = useState<string>();
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  /** The case that has the number already. */
  const [knownId, setKnownId] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const earlier = chosen.images.map((file) => uploadMemory.find(file)).find((kept) => kept);

  const add = (more: ChosenFiles) => {
    setChosen({
      images: [...chosen.images, ...more.images],
      leftOut: [...chosen.leftOut, ...more.leftOut],
      folder: chosen.folder ?? more.folder,
    });
    if (number === '' && more.folder !== undefined) setNumber(more.folder);
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const parsed = parseNewCase((name) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : null;
    });
    const pixelSize = parsePixelSize(String(form.get('pixelSizeUm') ?? ''));
    const found = {
      ...parsed.faults,
      ...(pixelSize.fault !== undefined && { pixelSizeUm: pixelSize.fault }),
    };
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const made = await api.createCase({ body: { ...parsed.body, isNewNumber: true } });
      uploads.add(
        {
          caseId: made.id,
          caseNumber: made.number,
          ...(pixelSize.value !== undefined && { pixelSizeUm: pixelSize.value }),
        },
        chosen.images,
      );
      onClose();
      go(`/cases/${made.id}`);
    } catch (error) {
      setKnownId(knownCaseOf(error));
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title="New case" onClose={onClose} width={640}>
      {earlier !== undefined && (
        <Notice kind="note">
          {earlier.fileName} was on its way to {earlier.caseNumber}.{' '}
          <Button
            onClick={() => {
              uploads.add(earlier, chosen.images);
              onClose();
              go(`/cases/${earlier.caseId}`);
            }}
          >
            Go on with {earlier.caseNumber}
          </Button>
        </Notice>
      )}
      {fault !== undefined && (
        <Notice kind="bad">
          {fault}{' '}
          {knownId !== undefined && (
            <Button
              onClick={() => {
                uploads.add({ caseId: knownId, caseNumber: number.trim() }, chosen.images);
                onClose();
                go(`/cases/${knownId}`);
              }}
            >
              {chosen.images.length === 0 ? 'Open that case' : 'Open that case and add the images'}
            </Button>
          )}
        </Notice>
      )}
      <form noValidate onSubmit={(event) => void submit(event)}>
        <div className={styles.grid}>
          <Field label="Case number" fault={faults['number']} className={styles.wide ?? ''}>
            {(control) => (
              <input
                {...control}
                name="number"
                required
                maxLength={64}
                autoComplete="off"
                value={number}
                onChange={(event) => setNumber(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field
            label="Patient reference"
            hint="No more than the report needs."
            fault={faults['patientReference']}
          >
            {(control) => (
              <input {...control} name="patientReference" maxLength={120} autoComplete="off" />
            )}
          </Field>
          <Field label="Specimen">
            {(control) => (
              <select {...control} name="specimen">
                <option value="peripheral-blood">Peripheral blood</option>
                <option value="bone-marrow">Bone marrow</option>
                <option value="body-fluid">Body fluid</option>
                <option value="other">Other</option>
              </select>
            )}
          </Field>
          <Field label="Expected" hint={expectedHint}>
            {(control) => (
              <select {...control} name="expectation">
                <option value="">As the site says</option>
                <ExpectationOptions />
              </select>
            )}
          </Field>
          <Field label="Collected at" fault={faults['collectedAt']}>
            {(control) => <input {...control} name="collectedAt" type="datetime-local" />}
          </Field>
          <Field
            label="Leukocytes, 10⁹ per litre"
            hint="From the analyser; gives absolute counts."
            fault={faults['leukocytesE9PerLitre']}
          >
            {(control) => <input {...control} name="leukocytesE9PerLitre" inputMode="decimal" />}
          </Field>
          <Field label="Leukocytes to count">
            {(control) => (
              <select {...control} name="targetCells">
                <option value="">As the site says</option>
                <option>100</option>
                <option>200</option>
                <option>400</option>
                <option>500</option>
              </select>
            )}
          </Field>
          <SignersFields fault={faults['reason']} />
          <Field
            label="Pixel size of the images, µm"
            hint="When known: cells can then be measured."
            fault={faults['pixelSizeUm']}
          >
            {(control) => <input {...control} name="pixelSizeUm" inputMode="decimal" />}
          </Field>
        </div>
        <h3 className={styles.images}>Images</h3>
        <p role="status">
          {chosen.images.length === 0
            ? 'None yet; they can also be added later. Drop files or a folder anywhere on the page.'
            : `${chosen.images.length} image${chosen.images.length === 1 ? '' : 's'}, ${bytesText(chosen.images.reduce((sum, file) => sum + file.size, 0))}`}
        </p>
        {chosen.leftOut.length > 0 && <Notice kind="warn">{leftOutText(chosen.leftOut)}</Notice>}
        <FilePicker onChoose={add} />
        <PageDrop text="Drop images to add them to the new case" onDrop={add} />
        <p className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy}>
            {chosen.images.length === 0 ? 'Make the case' : 'Make the case and analyse'}
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
