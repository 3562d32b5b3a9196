/** @file Copies a text that is shown once. */
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';

/** The button; why it could not, where the browser lets nothing into its clipboard. */
export function CopyButton({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  const [fault, setFault] = useState<string>();
  return (
    <>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      <Button
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            (error) => setFault(messageOf(error)),
          );
        }}
      >
        {isCopied ? 'Copied' : 'Copy'}
      </Button>
    </>
  );
}
