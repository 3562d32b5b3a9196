/** @file What a case can be exported as. */
import { z } from 'zod';
import { mostCount } from './ids.ts';

/** Formats of exports with their media types and file extensions. */
export const exportFormats = {
  csv: { mediaType: 'text/csv; charset=utf-8', extension: 'csv' },
  coco: { mediaType: 'application/json; charset=utf-8', extension: 'coco.json' },
  fhir: { mediaType: 'application/fhir+json; charset=utf-8', extension: 'fhir.json' },
  hl7: { mediaType: 'application/hl7-v2; charset=utf-8', extension: 'hl7' },
  html: { mediaType: 'text/html; charset=utf-8', extension: 'html' },
  pdf: { mediaType: 'application/pdf', extension: 'pdf' },
  json: { mediaType: 'application/json; charset=utf-8', extension: 'json' },
} as const;

/** A format of exports. */
export type ExportFormat = keyof typeof exportFormats;

/** A format of exports. */
export const exportFormatSchema = z.enum(['csv', 'coco', 'fhir', 'hl7', 'html', 'pdf', 'json']);

/** Query of an export: a signed version, or what is there now (marked as preliminary). */
export const exportQuerySchema = z.object({
  version: z.coerce.number().int().min(1).max(mostCount).optional(),
});
