/** @file Checks numbers that a user gave to the synthesiser or the composer. */
import { LeukoscopeError } from '@leukoscope/core';

/** Throw unless a number, where given, lies between two ends (both allowed). */
export function checkBetween(
  name: string,
  value: number | undefined,
  low: number,
  high: number,
): void {
  if (value === undefined || (value >= low && value <= high)) return;
  throw new LeukoscopeError(
    'SYNTHESIS_OPTION',
    `${name} must be a number from ${low} to ${high}. Received ${value}.`,
  );
}

/** Throw unless a number, where given, is finite and above 0. */
export function checkPositive(name: string, value: number | undefined): void {
  if (value === undefined || (value > 0 && Number.isFinite(value))) return;
  throw new LeukoscopeError(
    'SYNTHESIS_OPTION',
    `${name} must be a number above 0. Received ${value}.`,
  );
}

/** Throw unless a number, where given, is whole and not negative. */
export function checkCount(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return;
  throw new LeukoscopeError(
    'SYNTHESIS_OPTION',
    `${name} must be a whole number of at least 0. Received ${value}.`,
  );
}
