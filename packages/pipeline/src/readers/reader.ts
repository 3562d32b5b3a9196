/**
 * @file What a reader gets: a checked description and its network files; it gives a model.
 *
 * A reader knows how the outputs of one kind of network become cells, and checks the part `settings` of the
 * description, which only it understands.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { ModelDescription, StageHead } from '@leukoscope/models';
import type { z } from 'zod';
import type { LeukocyteModel, ModelFacts, Tiling } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { openSessions, type RunOptions } from '../model/open-session.ts';

/** What a reader works with. */
export interface ReaderParts {
  readonly description: ModelDescription;
  /** Covers the description and all its files. */
  readonly hash: string;
  /** By the description's names; checked against their hashes when read. */
  readonly files: Readonly<Record<string, () => Promise<Uint8Array>>>;
  readonly run: RunOptions;
  /** Open another model by name: to put it in front, or as one of several. */
  open(name: string): Promise<LeukocyteModel>;
}

/** Makes a model of a description. */
export type Reader = (parts: ReaderParts) => Promise<LeukocyteModel>;

/** Images above this side are cut only where the description says how. */
const untiledSide = 1 << 20;

/** What reports call the model. */
export function factsOf({ description, hash }: ReaderParts): ModelFacts {
  const { name, classes, calibration, priors, stages, familiar } = description;
  const { unsureBelow, temperature } = calibration;
  return {
    name,
    hash,
    classes,
    ...(unsureBelow === undefined ? {} : { unsureBelow }),
    ...(priors === undefined ? {} : { priors }),
    ...(stages === undefined ? {} : { stages: stageFactsOf(stages) }),
    ...(familiar === undefined ? {} : { familiar: { ...familiar, temperature } }),
  };
}

/** What decides types by stages, without the numbers that tell them. */
function stageFactsOf({ specimen, classes, unsureBelow }: StageHead) {
  return { specimen, classes, unsureBelow };
}

/** How the model wants large images cut. */
export function tilingOf({ description: { tile } }: ReaderParts): Tiling {
  return tile ?? { side: untiledSide, overlap: 0 };
}

/** Check the part of a description that only its reader understands. */
export function parseSettings<T>(schema: z.ZodType<T>, { description }: ReaderParts): T {
  const { name, reader, settings } = description;
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new LeukoscopeError(
    'MODEL_SETTINGS',
    `settings of ${name} must fit the reader ${reader} at ${issue.path.join('.') || 'their root'}. Received: ${issue.message}. docs/formats.md shows them.`,
  );
}

/** Read the file of one network of the description. */
export function fileOf({ description, files }: ReaderParts, key: string) {
  const file = Object.hasOwn(files, key) ? files[key] : undefined;
  if (file !== undefined) return file;
  throw new LeukoscopeError(
    'MODEL_DESCRIPTION',
    `networks of ${description.name} must name ${key}, as its reader ${description.reader} needs. Received ${Object.keys(files).join(', ') || 'none'}.`,
  );
}

/** Load the one network of a description, whatever it is called there. */
export async function openOnlyNetwork(parts: ReaderParts): Promise<ModelSession> {
  const { description, files, run } = parts;
  const [only, ...more] = Object.values(files);
  if (only === undefined || more.length > 0) {
    throw new LeukoscopeError(
      'MODEL_DESCRIPTION',
      `networks of ${description.name} must name one file, as its reader ${description.reader} needs. Received ${Object.keys(files).join(', ') || 'none'}.`,
    );
  }
  const [session] = await openSessions([await only()], run);
  return session!;
}

/** Load the one network of a description, which has the input `image` and at least these outputs. */
export async function openExportedNetwork(
  parts: ReaderParts,
  outputs: readonly string[],
): Promise<ModelSession> {
  const session = await openOnlyNetwork(parts);
  await checkExported(session, parts, outputs);
  return session;
}

/** Load networks of a description by their names there; each has the input `image` and at least these outputs. */
export async function openExportedNetworks(
  parts: ReaderParts,
  keys: readonly string[],
  outputs: readonly string[],
): Promise<readonly ModelSession[]> {
  const files = await Promise.all(keys.map((key) => fileOf(parts, key)()));
  const sessions = await openSessions(files, parts.run);
  for (const session of sessions) await checkExported(session, parts, outputs);
  return sessions;
}

/** Closes the session where it does not fit. */
async function checkExported(
  session: ModelSession,
  { description }: ReaderParts,
  outputs: readonly string[],
): Promise<void> {
  const missing = [
    ...['image'].filter((name) => !session.inputs.includes(name)),
    ...outputs.filter((name) => !session.outputs.includes(name)),
  ];
  if (missing.length === 0) return;
  await session.close();
  throw new LeukoscopeError(
    'MODEL_NETWORK',
    `the network of ${description.name} must have the input image and the outputs ${outputs.join(', ')}, as its reader ${description.reader} takes. Received none called ${missing.join(', ')}. Export it with Leukoscope, or describe it for the reader external.`,
  );
}
