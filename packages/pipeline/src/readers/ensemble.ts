/**
 * @file Several models as one: their names or places and hashes stand in the description, which holds no network of its
 * own. A member that was replaced since is refused: the description's hash would not tell of its other answers.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';
import { createEnsemble, fusionMethods } from '../merge/ensemble.ts';
import type { LeukocyteModel } from '../model/leukocyte-model.ts';
import { factsOf, parseSettings, type Reader, type ReaderParts } from './reader.ts';

const settingsSchema = z.strictObject({
  members: z
    .array(
      z.strictObject({
        /** A model that ships, or a path from the description's folder. */
        model: z.string().min(1),
        /** What the member's facts call its hash. */
        hash: z.string().min(1),
      }),
    )
    .min(2),
  fuse: z.enum(fusionMethods),
});

/** Open the members, one after the other: each takes the memory of its networks. */
export const readEnsemble: Reader = async (parts): Promise<LeukocyteModel> => {
  const { members, fuse } = parseSettings(settingsSchema, parts);
  const models: LeukocyteModel[] = [];
  try {
    for (const { model, hash } of members) {
      const member = await parts.open(model);
      models.push(member);
      checkMember(parts, model, hash, member);
    }
    const ensemble = createEnsemble(models, { fuse });
    checkClasses(parts, ensemble);
    const { calibration } = parts.description;
    return {
      ...ensemble,
      facts: factsOf(parts),
      analyse: (raster, options = {}) =>
        ensemble.analyse(raster, { scoreThreshold: calibration.scoreThreshold, ...options }),
    };
  } catch (error) {
    for (const model of models) await model.close();
    throw error;
  }
};

function checkMember(
  { description }: ReaderParts,
  name: string,
  hash: string,
  { facts }: LeukocyteModel,
): void {
  if (facts.hash === hash) return;
  throw new LeukoscopeError(
    'MODEL_HASH',
    `member ${name} of ${description.name} must be the model that it was made of, ${hash}. Received ${facts.hash}. Make the ensemble anew with leukoscope model fuse.`,
  );
}

function checkClasses({ description }: ReaderParts, { facts }: LeukocyteModel): void {
  if (facts.classes.join() === description.classes.join()) return;
  throw new LeukoscopeError(
    'MODEL_DESCRIPTION',
    `classes of ${description.name} must be those that its members have in common, ${facts.classes.join(', ')}. Received ${description.classes.join(', ')}.`,
  );
}
