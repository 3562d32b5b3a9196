/** @file Passkeys as the browser's dialog takes them, and its refusals in words. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { browserSupportsWebAuthn } from '@simplewebauthn/browser';
import { messageOf } from '@leukoscope/core';

/** Browsers make none for a number in the place of a name, or over plain HTTP from elsewhere. */
export const canMakePasskeys =
  browserSupportsWebAuthn() &&
  globalThis.isSecureContext &&
  !/^[\d.]+$|:/.test(globalThis.location.hostname);

/** What to do where there are none. */
export const passkeyPlace = 'Passkeys need https and a name: open the server by its name.';

/** The server has written them by the same library. */
export function creationOptions(options: object): PublicKeyCredentialCreationOptionsJSON {
  return options as PublicKeyCredentialCreationOptionsJSON;
}

/** The server has written them by the same library. */
export function requestOptions(options: object): PublicKeyCredentialRequestOptionsJSON {
  return options as PublicKeyCredentialRequestOptionsJSON;
}

/** Say what the browser's dialog ended with. */
export function passkeyFault(error: unknown): Error {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') {
    return new Error('The dialog of the browser was closed, or took too long. Try again.');
  }
  if (name === 'InvalidStateError') {
    return new Error('This device has a passkey for your account already. Take another device.');
  }
  return new Error(`The browser could not use a passkey: ${messageOf(error)}`);
}
