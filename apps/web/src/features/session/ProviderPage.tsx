/**
 * @file Where the organisation's sign-in provider sends browsers back to: goes on with what was begun. Opened with
 * `?confirm` by a page that signs, it begins: in a window of its own, so that what is typed there stays.
 */
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { goToProvider, returnFromProvider } from '../../state/provider.ts';
import { Doorway } from './Doorway.tsx';

/** Goes on, and says when something is in the way. */
export default function ProviderPage() {
  usePageTitle('Sign in');
  const [, go] = useLocation();
  const [fault, setFault] = useState<string>();
  const [isConfirmed, setConfirmed] = useState(false);
  useEffect(() => {
    const query = globalThis.location.search.slice(1);
    const work =
      query === 'confirm'
        ? goToProvider('confirm')
        : returnFromProvider(query).then((place) => {
            if (place === undefined) setConfirmed(true);
            else go(place, { replace: true });
          });
    work.catch((error: unknown) => setFault(messageOf(error)));
  }, [go]);
  return (
    <Doorway>
      {isConfirmed && (
        <Notice kind="good">
          You are confirmed. Close this window and go on in the one before.
        </Notice>
      )}
      {fault !== undefined && (
        <>
          <Notice kind="bad">{fault}</Notice>
          <Button onClick={() => go('/', { replace: true })}>Back</Button>
        </>
      )}
      {!isConfirmed && fault === undefined && <Loading what="sign-in" />}
    </Doorway>
  );
}
