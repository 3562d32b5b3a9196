/** @file What a specimen may be expected to hold, as the options of a choice; `nothing` leaves types to the model alone. */
import type { Case } from '@leukoscope/contract';
import { expectationNames, expectations } from '@leukoscope/core';

/** Stands below the choice. */
export const expectedHint =
  'Kinds that are not expected come as Unidentified rather than by name, unless the model is very sure. Holds for fields that are analysed from now on.';

/** The options. */
export function ExpectationOptions() {
  return (
    <>
      <option value="nothing">Nothing in particular</option>
      {expectations.map((one) => (
        <option key={one} value={one}>
          {expectationNames[one]}
        </option>
      ))}
    </>
  );
}

/** Read the chosen option. */
export function parseExpectation(value: string): Case['expectation'] {
  return expectations.find((one) => one === value) ?? null;
}
