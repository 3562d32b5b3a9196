/** @file Roles in words. */
import type { Role } from '@leukoscope/contract';

/** What each role may do; each may do what those before it may. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: sees cases and reports',
  reviewer: 'Reviewer: makes cases and corrects cells',
  signer: 'Signer: signs and amends reports',
  administrator: 'Administrator: settings and accounts',
};
