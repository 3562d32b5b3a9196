/**
 * @file Signatures in FHIR R4: a Provenance each, with who signed by account and name, when, what the signature
 * means, why, and the SHA-256 of what it binds. https://hl7.org/fhir/R4/provenance.html
 */
import type { Signature, SignatureMeaning } from '@leukoscope/contract';
import type { Report } from './report-facts.ts';

/** ASTM E1762, the value set that FHIR prefers for Signature.type. */
const astm = 'urn:iso-astm:E1762-95:2013';
const types: Readonly<Record<SignatureMeaning, readonly [string, string]>> = {
  reviewed: ['1.2.840.10065.1.12.1.13', 'Review Signature'],
  approved: ['1.2.840.10065.1.12.1.5', 'Verification Signature'],
  amended: ['1.2.840.10065.1.12.1.16', 'Modification Signature'],
};

/** Refer to a signer: a person of this server, by the account's name where there are accounts. */
export function signerReference({ account, by }: Signature) {
  return {
    ...(account === null ? {} : { identifier: { value: account } }),
    display: by.name,
  };
}

/** Make the Provenance of a signature on a report. */
export function provenanceOf(report: Report, signature: Signature, target: string) {
  const { at, meaning, sha256 } = signature;
  const who = signerReference(signature);
  const reasons = [signature.reason, report.amendmentReason].filter((text) => text !== null);
  return {
    resourceType: 'Provenance',
    target: [{ reference: target }],
    recorded: at,
    ...(reasons.length === 0 ? {} : { reason: [...new Set(reasons)].map((text) => ({ text })) }),
    agent: [
      {
        type: {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
              code: 'verifier',
              display: 'Verifier',
            },
          ],
        },
        who,
      },
    ],
    ...(sha256 === null ? {} : { entity: [boundEntity(sha256)] }),
    ...(meaning === null
      ? {}
      : {
          signature: [
            {
              type: [{ system: astm, code: types[meaning][0], display: types[meaning][1] }],
              when: at,
              who,
            },
          ],
        }),
  };
}

/** What was signed is no resource of the bundle: it is named by its hash. */
function boundEntity(sha256: string) {
  return {
    role: 'source',
    what: {
      identifier: { type: { text: 'SHA-256 of everything that was signed' }, value: sha256 },
      display: 'The signed version as canonical JSON',
    },
  };
}
