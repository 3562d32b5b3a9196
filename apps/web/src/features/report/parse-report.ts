/**
 * @file The JSON export of a case -> what its report shows. The page reads the same export that PDF, HTML
 * and the others are written from, so that what is on the screen is what leaves the house.
 */
import {
  type Cell,
  type Comment,
  caseSchema,
  cellSchema,
  commentSchema,
  type DifferentialJson,
  differentialSchema,
  type Field,
  fieldSchema,
  type Signature,
  signatureSchema,
  siteSchema,
  timeSchema,
} from '@leukoscope/contract';

const factsSchema = caseSchema.pick({
  id: true,
  number: true,
  patientReference: true,
  specimen: true,
  collectedAt: true,
  leukocytesE9PerLitre: true,
  targetCells: true,
  version: true,
  conclusion: true,
});
const siteNameSchema = siteSchema.pick({ name: true, address: true });

/** `preliminary` until signed, then `final`, and `corrected` for later versions. */
export type ReportStatus = 'preliminary' | 'final' | 'corrected';

/** What a report shows. */
export interface Report {
  readonly facts: ReturnType<typeof factsSchema.parse>;
  readonly site: ReturnType<typeof siteNameSchema.parse>;
  readonly differential: DifferentialJson;
  readonly fields: readonly Field[];
  readonly cells: readonly Cell[];
  readonly comments: readonly Comment[];
  /** Empty: preliminary. */
  readonly signatures: readonly Signature[];
  readonly amendmentReason: string | null;
  /** When it was signed, or when it was asked for. */
  readonly at: string;
}

/** Parse the JSON export of a case; throws when it does not fit the contract. */
export function parseReport(json: unknown): Report {
  const report = recordOf(json);
  const snapshot = recordOf(report['snapshot']);
  return {
    facts: factsSchema.parse(snapshot['case']),
    site: siteNameSchema.parse(snapshot['site']),
    differential: differentialSchema.parse(snapshot['differential']),
    fields: fieldSchema.array().parse(snapshot['fields']),
    cells: cellSchema.array().parse(snapshot['cells']),
    comments: commentSchema.array().parse(snapshot['comments']),
    signatures: signatureSchema.array().parse(report['signatures']),
    amendmentReason:
      typeof report['amendmentReason'] === 'string' ? report['amendmentReason'] : null,
    at: timeSchema.parse(report['at']),
  };
}

/** Return how a report stands. */
export function statusOf(report: Pick<Report, 'signatures' | 'facts'>): ReportStatus {
  if (report.signatures.length === 0) return 'preliminary';
  return report.facts.version > 1 ? 'corrected' : 'final';
}

/** Return the models that a report's cells are from, each once, with the beginning of its hash. */
export function modelsOf(fields: readonly Field[]): string[] {
  const models = fields.flatMap(({ analysis }) =>
    analysis === null ? [] : [`${analysis.modelId} (sha256 ${analysis.modelSha256.slice(0, 12)})`],
  );
  return [...new Set(models)];
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
