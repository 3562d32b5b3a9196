/**
 * @file A case as a FHIR R4 bundle: DiagnosticReport, one Observation per result, Specimen, Device, Provenance.
 *
 * Ids inside the bundle are derived from the case, version and result: the same export twice is the same
 * text, and a receiver that has it already sees that. https://hl7.org/fhir/R4/diagnosticreport.html
 */
import { createHash } from 'node:crypto';
import { modelsOf, reportParts, specimenNames, statusOf } from '@leukoscope/contract';
import { provenanceOf, signerReference } from './fhir-signature.ts';
import type { Report } from './report-facts.ts';
import { type ReportValue, valuesOf } from './report-values.ts';

const ucum = 'http://unitsofmeasure.org';
const loinc = 'http://loinc.org';
const interpretations = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
/** Leukocytes differential panel by unspecified method, as text: LOINC's own panel is discouraged. */
const panel = { text: 'Leukocyte differential from digital images' };
const sign = { low: ['L', 'Low'], normal: ['N', 'Normal'], high: ['H', 'High'] } as const;

/** Write a case as a FHIR R4 collection bundle; the PDF is its presented form. */
export function toFhir(report: Report, pdf: Uint8Array): string {
  const { case: facts, fields } = report.snapshot;
  const parts = reportParts(report);
  const method = parts.facts.at(-1)![1];
  const status = statusOf(report);
  const link = (name: string) => `urn:uuid:${uuidOf(`${facts.id}/${facts.version}/${name}`)}`;
  const subject = { display: facts.patientReference === '' ? 'unknown' : facts.patientReference };
  const specimen = { reference: link('specimen') };
  const performer = report.signatures.map(signerReference);
  const common = {
    status,
    subject,
    effectiveDateTime: facts.collectedAt ?? report.at,
    issued: report.at,
    ...(performer.length === 0 ? {} : { performer }),
  };
  const observations = valuesOf(report).map((value) => ({
    fullUrl: link(value.key),
    resource: {
      resourceType: 'Observation',
      ...common,
      ...observationOf(value),
      specimen,
      method: { text: method },
      device: { reference: link('device') },
      note: [value.note, parts.researchUse].flatMap((text) => (text === null ? [] : [{ text }])),
    },
  }));
  const diagnosticReport = {
    fullUrl: link('report'),
    resource: {
      resourceType: 'DiagnosticReport',
      identifier: [{ value: `${facts.number}/${facts.version}` }],
      ...common,
      category: [category('LAB', 'http://terminology.hl7.org/CodeSystem/v2-0074')],
      code: panel,
      ...(performer.length === 0 ? {} : { resultsInterpreter: performer }),
      specimen: [specimen],
      result: observations.map((entry) => ({ reference: entry.fullUrl })),
      conclusion: [
        parts.conclusion,
        parts.counted,
        ...parts.others,
        parts.leftOut,
        ...parts.flags.map((flag) => flag.message),
        ...parts.comments,
        ...parts.amendments,
        parts.researchUse,
      ]
        .filter((text) => text !== '')
        .join('\n'),
      presentedForm: [
        {
          contentType: 'application/pdf',
          language: 'en',
          data: Buffer.from(pdf).toString('base64'),
          size: pdf.length,
          title: `${facts.number}, version ${facts.version}`,
          creation: report.at,
        },
      ],
    },
  };
  const sample = {
    fullUrl: link('specimen'),
    resource: {
      resourceType: 'Specimen',
      identifier: [{ value: facts.number }],
      type: { text: specimenNames[facts.specimen] },
      subject,
      ...(facts.collectedAt === null
        ? {}
        : { collection: { collectedDateTime: facts.collectedAt } }),
    },
  };
  const models = modelsOf(fields).map(({ id, sha256 }) => ({ value: `${id}, sha256 ${sha256}` }));
  const device = {
    fullUrl: link('device'),
    resource: {
      resourceType: 'Device',
      status: 'active',
      deviceName: [{ name: 'Leukoscope', type: 'model-name' }],
      ...(models.length === 0 ? {} : { version: models }),
    },
  };
  const provenance = report.signatures.map((signature) => ({
    fullUrl: link(`provenance-${signature.id}`),
    resource: provenanceOf(report, signature, diagnosticReport.fullUrl),
  }));
  const entry = [diagnosticReport, ...observations, sample, device, ...provenance];
  return JSON.stringify(
    { resourceType: 'Bundle', type: 'collection', timestamp: report.at, entry },
    null,
    1,
  );
}

function observationOf({ name, loinc: code, value, unit, reference, interpretation }: ReportValue) {
  const quantity = (amount: number) => ({
    value: amount,
    unit: unit.name,
    system: ucum,
    code: unit.code,
  });
  const { low = null, high = null } = reference ?? {};
  const range = {
    ...(low === null ? {} : { low: quantity(low) }),
    ...(high === null ? {} : { high: quantity(high) }),
  };
  return {
    category: [
      category('laboratory', 'http://terminology.hl7.org/CodeSystem/observation-category'),
    ],
    code: code === null ? { text: name } : { ...coding(loinc, code), text: name },
    valueQuantity: quantity(value),
    ...(interpretation === null
      ? {}
      : {
          interpretation: [
            coding(interpretations, sign[interpretation][0], sign[interpretation][1]),
          ],
        }),
    ...(low === null && high === null ? {} : { referenceRange: [range] }),
  };
}

function category(code: string, system: string) {
  return { coding: [{ system, code }] };
}

function coding(system: string, code: string, display?: string) {
  return { coding: [{ system, code, ...(display === undefined ? {} : { display }) }] };
}

/** A UUID of version 8 (own making, RFC 9562) from a text. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
