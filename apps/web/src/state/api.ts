/** @file The one client of the page: same origin, session cookie. */
import { createClient } from '@leukoscope/client';

export { ApiError, addressOf } from '@leukoscope/client';

/** Every endpoint as a method. */
export const api = createClient();

/** Identifier for a review, chosen here so that sending it twice counts once. */
export function newId(): string {
  return crypto.randomUUID();
}
