/**
 * @file A case as a FHIR R4 bundle: DiagnosticReport, one Observation per type, Device, Provenance.
 *
 * Ids inside the bundle are derived from the case, version and type: the same export twice is the same
 * text, and a receiver that has it already sees that. https://hl7.org/fhir/R4/diagnosticreport.html
 */
import { createHash } from 'node:crypto';
import type { DifferentialJson, SiteClass } from '@leukoscope/contract';
import { methodOf, type Report, researchUse, round, statusOf } from './report-facts.ts';
import { provenanceOf, signerReference } from './fhir-signature.ts';

const ucum = 'http://unitsofmeasure.org';
const loinc = 'http://loinc.org';
const interpretations = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
/** Leukocytes differential panel by unspecified method, as text: LOINC's own panel is discouraged. */
const panel = { text: 'Leukocyte differential from digital images' };
const sign = { low: ['L', 'Low'], normal: ['N', 'Normal'], high: ['H', 'High'] } as const;

/** Write a case as a FHIR R4 collection bundle; the PDF is its presented form. */
export function toFhir(report: Report, pdf: Uint8Array): string {
  const { snapshot } = report;
  const status = statusOf(report);
  const link = (name: string) =>
    `urn:uuid:${uuidOf(`${snapshot.case.id}/${snapshot.case.version}/${name}`)}`;
  const subject = {
    display: snapshot.case.patientReference === '' ? 'unknown' : snapshot.case.patientReference,
  };
  const specimen = { display: snapshot.case.specimen };
  const performer = report.signatures.map(signerReference);
  const classes = new Map(snapshot.site.classes.map((c) => [c.cellClass, c]));
  const common = {
    status,
    subject,
    specimen,
    effectiveDateTime: snapshot.case.collectedAt ?? report.at,
    issued: report.at,
    ...(performer.length === 0 ? {} : { performer }),
  };
  const observations = snapshot.differential.rows.map((row) => ({
    fullUrl: link(row.cellClass),
    resource: {
      resourceType: 'Observation',
      ...common,
      category: [
        category('laboratory', 'http://terminology.hl7.org/CodeSystem/observation-category'),
      ],
      code: codeOf(row.name, classes.get(row.cellClass)),
      valueQuantity: { value: round(row.share * 100, 1), unit: '%', system: ucum, code: '%' },
      ...(row.interpretation === null
        ? {}
        : {
            interpretation: [
              coding(interpretations, sign[row.interpretation][0], sign[row.interpretation][1]),
            ],
          }),
      ...referenceRange(row),
      method: { text: methodOf(snapshot) },
      device: { reference: link('device') },
      note: [
        {
          text: `${row.count} of ${snapshot.differential.leukocytes} leukocytes; exact 95 % limits ${round(row.low * 100, 1)} to ${round(row.high * 100, 1)} %. ${researchUse}`,
        },
      ],
    },
  }));
  const others = snapshot.differential.nonLeukocytes
    .filter((row) => row.per100 !== null)
    .map((row) => ({
      fullUrl: link(row.cellClass),
      resource: {
        resourceType: 'Observation',
        ...common,
        category: [
          category('laboratory', 'http://terminology.hl7.org/CodeSystem/observation-category'),
        ],
        code: codeOf(`${row.name} per 100 leukocytes`, classes.get(row.cellClass)),
        valueQuantity: {
          value: round(row.per100 ?? 0, 1),
          unit: '/100 leukocytes',
          system: ucum,
          code: '/100{WBCs}',
        },
        method: { text: methodOf(snapshot) },
        device: { reference: link('device') },
        note: [{ text: researchUse }],
      },
    }));
  const diagnosticReport = {
    fullUrl: link('report'),
    resource: {
      resourceType: 'DiagnosticReport',
      identifier: [{ value: `${snapshot.case.number}/${snapshot.case.version}` }],
      status,
      category: [category('LAB', 'http://terminology.hl7.org/CodeSystem/v2-0074')],
      code: panel,
      subject,
      effectiveDateTime: common.effectiveDateTime,
      issued: report.at,
      ...(performer.length === 0 ? {} : { performer, resultsInterpreter: performer }),
      specimen: [specimen],
      result: [...observations, ...others].map((entry) => ({ reference: entry.fullUrl })),
      conclusion: [snapshot.case.conclusion, researchUse].filter((text) => text !== '').join('\n'),
      presentedForm: [
        {
          contentType: 'application/pdf',
          language: 'en',
          data: Buffer.from(pdf).toString('base64'),
          size: pdf.length,
          title: `${snapshot.case.number}, version ${snapshot.case.version}`,
          creation: report.at,
        },
      ],
    },
  };
  const device = {
    fullUrl: link('device'),
    resource: {
      resourceType: 'Device',
      status: 'active',
      deviceName: [{ name: 'Leukoscope', type: 'model-name' }],
      version: [{ value: methodOf(snapshot) }],
    },
  };
  const provenance = report.signatures.map((signature) => ({
    fullUrl: link(`provenance-${signature.id}`),
    resource: provenanceOf(report, signature, diagnosticReport.fullUrl),
  }));
  const entry = [diagnosticReport, ...observations, ...others, device, ...provenance];
  return JSON.stringify(
    { resourceType: 'Bundle', type: 'collection', timestamp: report.at, entry },
    null,
    1,
  );
}

function codeOf(name: string, siteClass: SiteClass | undefined) {
  const code = siteClass?.loinc ?? null;
  return code === null ? { text: name } : { ...coding(loinc, code), text: name };
}

function referenceRange(row: DifferentialJson['rows'][number]) {
  if (row.reference === null) return {};
  const quantity = (share: number) => ({
    value: round(share * 100, 1),
    unit: '%',
    system: ucum,
    code: '%',
  });
  const { low, high } = row.reference;
  if (low === null && high === null) return {};
  return {
    referenceRange: [
      {
        ...(low === null ? {} : { low: quantity(low) }),
        ...(high === null ? {} : { high: quantity(high) }),
      },
    ],
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
