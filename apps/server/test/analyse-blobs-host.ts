/**
 * @file The program of analysis processes in tests. The description's name says how it behaves:
 * `crash` dies during analysis, `hang` never answers, `eat` takes memory, `refuse` throws.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cellClassSchema } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';
import type { LeukocyteModel } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { serveAnalyses } from '../src/models/serve-analyses.ts';
import { originOf, tryModel } from '../src/models/try-model.ts';
import { createBlobModel } from './blob-model.ts';

const behaviourSchema = z.object({
  behaviour: z.enum(['work', 'crash-once', 'crash', 'hang', 'eat', 'refuse']),
  delayMs: z.number().default(0),
  /** What the model says instead of a class; null: it does not find such cells. */
  says: z.partialRecord(cellClassSchema, cellClassSchema.nullable()).default({}),
  /** Above this a case's cells are unlike those that the model was trained on. */
  familiarLimit: z.number().optional(),
  name: z.string().default('Blobs'),
});

/** Models that are added are real ones; the blobs are what the server starts with. */
const isReal = (file: string) => file.endsWith('.onnx');

async function loadBlobs(file: string): Promise<LeukocyteModel> {
  const model = createBlobModel();
  const { familiarLimit: limit, name } = behaviourSchema.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  const means = model.facts.classes.map(() => [0, 0, 0]);
  const familiar = { means, deviations: [1, 1, 1], temperature: 1 };
  return {
    ...model,
    facts: {
      ...model.facts,
      name,
      ...(limit === undefined ? {} : { familiar: { ...familiar, limit } }),
    },
    analyse: async (raster) => {
      const { behaviour, delayMs, says } = behaviourSchema.parse(
        JSON.parse(readFileSync(file, 'utf8')),
      );
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (behaviour === 'crash') process.kill(process.pid, 'SIGKILL');
      if (behaviour === 'crash-once') {
        writeFileSync(path.join(path.dirname(file), path.basename(file)), '{"behaviour":"work"}');
        process.kill(process.pid, 'SIGKILL');
      }
      if (behaviour === 'hang') for (;;);
      if (behaviour === 'refuse')
        throw new LeukoscopeError('TEST_REFUSED', 'image must please. Received none.');
      const eaten: Uint8Array[] = [];
      while (behaviour === 'eat') {
        eaten.push(new Uint8Array(32 * 2 ** 20).fill(1));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const findings = await model.analyse(raster);
      return findings.flatMap((finding) => {
        const cellClass = says[finding.cellClass];
        if (cellClass === null) return [];
        return [cellClass === undefined ? finding : { ...finding, cellClass }];
      });
    },
  };
}

serveAnalyses({
  load: (file) => (isReal(file) ? openModel(file) : loadBlobs(file)),
  originOf: async (file) => (isReal(file) ? originOf(file) : { reader: 'blobs', parent: null }),
  check: tryModel,
});
