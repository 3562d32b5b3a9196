/** @file Checks FHIR by HL7's own JSON schema of R4 (4.0), which forbids unknown properties. */
import { createRequire } from 'node:module';

// The package has no declarations.
const require = createRequire(import.meta.url);
const validatorClass: unknown = require('@asymmetrik/fhir-json-schema-validator');
const validator = parseValidator(validatorClass);

/** Return what is wrong with a resource; nothing when it follows the schema. */
export function fhirFaults(resource: object): unknown[] {
  return validator.validate(resource);
}

function parseValidator(given: unknown): { validate(resource: object): unknown[] } {
  const Validator = given as new () => { validate(resource: object): unknown[] };
  return new Validator();
}
