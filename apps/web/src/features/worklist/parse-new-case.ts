/** @file Reads the form of a new case. What is left empty takes the site's defaults. */
import {
  type EndpointName,
  type Endpoints,
  newCaseSchema,
  type RequestOf,
} from '@leukoscope/contract';

type NewCaseBody = RequestOf<Endpoints['createCase' & EndpointName]>['body'];

/** Read the fields of the form by name, null where it has none; `faults` is empty when everything fits. */
export function parseNewCase(fieldOf: (name: string) => string | null): {
  readonly body: NewCaseBody;
  readonly faults: Readonly<Record<string, string>>;
} {
  const textOf = (name: string) => fieldOf(name) ?? '';
  const faults: Record<string, string> = {};
  const number = textOf('number').trim();
  if (number === '') faults['number'] = 'A case must have a number. Write that of the sample.';
  const leukocytes = textOf('leukocytesE9PerLitre').trim().replace(',', '.');
  const count = Number(leukocytes);
  if (leukocytes !== '' && !(count >= 0 && count <= 2000)) {
    faults['leukocytesE9PerLitre'] =
      `Leukocytes must be 0 to 2000 in 10⁹ per litre. Received "${leukocytes}". Write for example 6.4.`;
  }
  const collected = textOf('collectedAt');
  const specimen = newCaseSchema.shape.specimen.safeParse(textOf('specimen')).data;
  const expected = textOf('expectation');
  const expectation = newCaseSchema.shape.expectation.safeParse(
    expected === 'nothing' ? null : expected,
  ).data;
  const target = newCaseSchema.shape.targetCells.safeParse(Number(textOf('targetCells'))).data;
  const signers = newCaseSchema.shape.signersNeeded.safeParse(Number(textOf('signersNeeded'))).data;
  // The form has the field only where a reason is needed: nothing is sent without one.
  const reason = textOf('reason').trim();
  if (fieldOf('reason') !== null && reason === '') {
    faults['reason'] = 'Fewer signatures than the site asks for must have a reason. Write it.';
  }
  return {
    faults,
    body: {
      number,
      patientReference: textOf('patientReference').trim(),
      ...(specimen !== undefined && { specimen }),
      ...(expectation !== undefined && { expectation }),
      // The browser's own time zone, as the person reads its clock.
      ...(collected !== '' && { collectedAt: new Date(collected).toISOString() }),
      ...(leukocytes !== '' && { leukocytesE9PerLitre: count }),
      ...(target !== undefined && { targetCells: target }),
      ...(signers !== undefined && { signersNeeded: signers }),
      ...(reason !== '' && { reason }),
    },
  };
}
