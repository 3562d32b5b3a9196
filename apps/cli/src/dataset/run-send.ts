/** @file Runs `dataset send`. */
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, uploadFile } from '@leukoscope/client';
import type { Case, Field } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import type { ImageRecord } from '@leukoscope/datasets';
import { z } from 'zod';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { plural } from '../framework/text-table.ts';
import { allPages, openServer, reached, type ServerAddress } from '../server/reach-server.ts';
import { type LabelReviews, labelsToReviews } from './labels-to-reviews.ts';
import { failuresOf, type OpenedDataset, openDataset } from './open-dataset.ts';
import { groupsBy } from './pictures-together.ts';
import type { sourceOptions } from './source-options.ts';

type Options = OptionValues<typeof sourceOptions> & {
  readonly keyFile: string | undefined;
  readonly together: string | undefined;
  readonly prefix: string;
  readonly withoutLabels: boolean;
};

/** The pictures of one case. */
interface Smear {
  readonly number: string;
  readonly images: readonly ImageRecord[];
}

const pollMs = 500;

/** Send case by case: pictures, wait for the model, labels. */
export async function runSend(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const [source = '', address = ''] = operands;
  const server = await openServer(address, options.keyFile);
  const opened = await openDataset(source, options, context);
  const smears = smearsOf(opened, options);
  const total = { pictures: 0, confirmed: 0, changed: 0, added: 0, unused: 0 };
  const signed: string[] = [];
  const images = smears.reduce((sum, own) => sum + own.images.length, 0);
  const progress = context.progress('Sending and analysing pictures', images);
  try {
    let before = 0;
    for (const smear of smears) {
      const onAnalysed = (count: number) => progress.update(before + count);
      await reached(server, async () => {
        const own = await caseOf(server, smear, context);
        if (own.state !== 'open') {
          signed.push(own.number);
          return;
        }
        total.pictures += await sendPictures(server, opened, own, smear, context);
        const fields = await untilAnalysed(server, own, onAnalysed, context);
        if (options.withoutLabels) return;
        for (const image of smear.images) {
          const field = fields.get(nameOf(image))!;
          const done = await putLabels(server, opened, image, field, context);
          total.confirmed += done.confirmed;
          total.changed += done.changed;
          total.added += done.added;
          total.unused += done.unused;
        }
      });
      before += smear.images.length;
      progress.update(before);
    }
  } finally {
    progress.finish();
  }
  return {
    failures: failuresOf(options, opened.failed),
    json: { cases: smears.length, images, ...total, notOpen: signed, failed: opened.failed },
    text: () =>
      [
        `${plural(smears.length, 'case')} with ${plural(images, 'picture')} at ${server.baseUrl}, ${plural(total.pictures, 'picture')} of them sent now`,
        ...(options.withoutLabels
          ? []
          : [
              `${plural(total.confirmed, 'cell')} confirmed, ${total.changed} changed, ${total.added} added; ${plural(total.unused, 'label')} without type or place`,
            ]),
        ...(signed.length > 0 ? [`left as they are, since not open: ${signed.join(', ')}`] : []),
        'Nothing is signed: look at the cases in the workbench.',
      ].join('\n'),
  };
}

/** Pictures by the case that they go into, in the data set's order. */
function smearsOf({ dataset }: OpenedDataset, { together, prefix }: Options): Smear[] {
  if (dataset.images.length === 0)
    throw new LeukoscopeError(
      'SEND_NOTHING',
      'the data set must have pictures. Received none. Check the path.',
    );
  const numberOf = groupsBy(together, ({ slide }) => slide ?? dataset.name);
  const groups = Map.groupBy(dataset.images, (image) => `${prefix}${numberOf(image)}`.slice(0, 64));
  return [...groups].map(([number, images]) => ({ number, images }));
}

const existingSchema = z.object({ caseId: z.string() });

/** Make the case, or find the one that an earlier run made. */
async function caseOf(
  { client }: ServerAddress,
  { number, images }: Smear,
  { signal }: CommandContext,
): Promise<Case> {
  try {
    const body = { number, patientReference: images[0]!.patient ?? '', isNewNumber: true };
    return await client.createCase({ body, signal });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'CASE_NUMBER_EXISTS') throw error;
    const { caseId } = existingSchema.parse(error.body?.details);
    const params = { id: caseId };
    const { items } = await client.listFields({ params, signal });
    const known = new Set(images.map(nameOf));
    const foreign = items.find(({ fileName }) => !known.has(fileName));
    if (foreign === undefined) return client.getCase({ params, signal });
    throw new LeukoscopeError(
      'SEND_CASE',
      `case ${number} must be new, or hold pictures of this data set only. It holds ${foreign.fileName}. Take other numbers: --prefix TEXT.`,
    );
  }
}

/** The name by which a field is found again. */
function nameOf({ file }: ImageRecord): string {
  return file.replaceAll('/', ' ').slice(-255).trim();
}

/** Send what the case does not hold yet; returns how many. */
async function sendPictures(
  { client }: ServerAddress,
  { folder }: OpenedDataset,
  own: Case,
  { images }: Smear,
  { signal }: CommandContext,
): Promise<number> {
  const { items } = await client.listFields({ params: { id: own.id }, signal });
  const held = new Set(items.map(({ fileName }) => fileName));
  const missing = images.filter((image) => !held.has(nameOf(image)));
  for (const image of missing) {
    const data = new Blob([new Uint8Array(await folder.read(image.file))]);
    await uploadFile(client, own.id, { name: nameOf(image), data }, { signal });
  }
  return missing.length;
}

async function untilAnalysed(
  { client }: ServerAddress,
  own: Case,
  onAnalysed: (count: number) => void,
  { signal }: CommandContext,
): Promise<ReadonlyMap<string, Field>> {
  for (;;) {
    const { items } = await client.listFields({ params: { id: own.id }, signal });
    const failed = items.find(({ state }) => state === 'failed');
    if (failed !== undefined)
      throw new LeukoscopeError(
        'SEND_FIELD',
        `every picture must be one that the server can analyse. ${failed.fileName} of case ${own.number} could not be: ${failed.failure ?? 'no reason given'}`,
      );
    const analysed = items.filter(({ state }) => state === 'analysed');
    onAnalysed(analysed.length);
    if (analysed.length === items.length)
      return new Map(items.map((field) => [field.fileName, field]));
    await wait(pollMs, undefined, { signal });
  }
}

async function putLabels(
  { client }: ServerAddress,
  { dataset }: OpenedDataset,
  image: ImageRecord,
  field: Field,
  { signal }: CommandContext,
): Promise<LabelReviews> {
  const params = { id: field.caseId };
  const cells = await allPages((cursor) =>
    client.listCells({ params, query: { fieldId: field.id, cursor }, signal }),
  );
  const done = labelsToReviews(dataset, image, { field, cells });
  for (const body of done.reviews) await client.createReview({ params, body, signal });
  return done;
}
