/** @file Adds fields to a case that is there: by buttons, and by dropping files anywhere on the page. */
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import type { ChosenFiles } from '../../state/dropped-files.ts';
import { uploads } from '../../state/page-uploads.ts';
import { leftOutText } from './left-out-text.ts';
import { FilePicker, PageDrop } from './FilePicker.tsx';
import { parsePixelSize } from './parse-pixel-size.ts';

/** A button that adds images to an open case. While it is there, files can be dropped on the page. */
export function AddFieldsButton(props: {
  readonly caseId: string;
  readonly caseNumber: string;
  readonly look?: 'plain' | 'primary' | 'quiet';
}) {
  const { caseId, caseNumber, look = 'plain' } = props;
  const [isOpen, setOpen] = useState(false);
  const [pixelSize, setPixelSize] = useState('');
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const parsed = parsePixelSize(pixelSize);
  const add = ({ images, leftOut: others }: ChosenFiles) => {
    setLeftOut(others);
    if (images.length > 0) {
      uploads.add(
        { caseId, caseNumber, ...(parsed.value !== undefined && { pixelSizeUm: parsed.value }) },
        images,
      );
    }
    setOpen(others.length > 0);
  };
  return (
    <>
      <Button look={look} onClick={() => setOpen(true)}>
        Add fields
      </Button>
      <PageDrop text={`Drop images to add them to ${caseNumber}`} onDrop={add} />
      {isOpen && (
        <Dialog
          title={`Add fields to ${caseNumber}`}
          onClose={() => {
            setOpen(false);
            setLeftOut([]);
          }}
        >
          {leftOut.length > 0 && <Notice kind="warn">{leftOutText(leftOut)}</Notice>}
          <p>
            Choose images of the smear, or drop files or a folder anywhere on the page. Each is
            analysed as soon as it has arrived. A file whose upload broke goes on where it stopped.
          </p>
          <Field
            label="Pixel size in micrometres"
            hint="Of these images, when known: cells can then be measured."
            fault={parsed.fault}
          >
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                value={pixelSize}
                onChange={(event) => setPixelSize(event.currentTarget.value)}
              />
            )}
          </Field>
          <br />
          <FilePicker onChoose={(chosen) => parsed.fault === undefined && add(chosen)} />
        </Dialog>
      )}
    </>
  );
}
