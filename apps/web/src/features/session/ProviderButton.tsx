/** @file The way to the organisation's sign-in provider. */
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { goToProvider } from '../../state/provider.ts';

/** Leaves the page for the provider; says why when it does not answer. */
export function ProviderButton({ name }: { readonly name: string }) {
  const [fault, setFault] = useState<string>();
  return (
    <>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      <Button
        onClick={() => {
          setFault(undefined);
          goToProvider('sign-in').catch((error: unknown) => setFault(messageOf(error)));
        }}
      >
        Sign in with {name}
      </Button>
    </>
  );
}
