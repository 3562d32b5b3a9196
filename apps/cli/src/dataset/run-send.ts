/** @file Runs `dataset send`. */
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, uploadFile } from '@leukoscope/client';
import type { Case, Field } from '@leukoscope/contract';
import { LeukoscopeError } from '@leukoscope/core';
import type { ImageRecord, ImportIssue } from '@leukoscope/datasets';
import { z } from 'zod';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { plural } from '../framework/text-table.ts';
import { allPages, openServer, reached, type ServerAddress } from '../server/reach-server.ts';
import { type LabelReviews, labelsToReviews } from './labels-to-reviews.ts';
import { failuresOf, type OpenedDataset, openDataset, tellIssues } from './open-dataset.ts';
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
  const refused: ImportIssue[] = [];
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
        total.pictures += await sendPictures(server, opened, own, smear, refused, context);
        const fields = await untilAnalysed(server, own, onAnalysed, context);
        for (const image of smear.images) {
          const field = fields.get(nameOf(image));
          if (field === undefined) continue;
          if (field.state === 'failed') {
            const reason = field.failure ?? 'the server could not analyse it';
            refused.push({ file: image.file, reason });
            continue;
          }
          if (options.withoutLabels) continue;
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
  tellIssues('Pictures that the server refused', refused, context);
  const failed = [...opened.failed, ...refused];
  return {
    failures: failuresOf(options, failed),
    json: { cases: smears.length, images, ...total, notOpen: signed, failed },
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

/** What is wrong with a picture, not with the sender, the case or the server. */
function isOfPicture(error: unknown): error is ApiError {
  return (
    error instanceof ApiError && ([413, 422].includes(error.status) || error.code === 'FIELD_TWICE')
  );
}

/** Send what the case does not hold yet; returns how many. Pictures that the server refuses go to `refused`. */
async function sendPictures(
  { client }: ServerAddress,
  { folder }: OpenedDataset,
  own: Case,
  { images }: Smear,
  refused: ImportIssue[],
  { signal }: CommandContext,
): Promise<number> {
  const { items } = await client.listFields({ params: { id: own.id }, signal });
  const held = new Set(items.map(({ fileName }) => fileName));
  const missing = images.filter((image) => !held.has(nameOf(image)));
  let sent = 0;
  for (const image of missing) {
    const data = new Blob([new Uint8Array(await folder.read(image.file))]);
    try {
      await uploadFile(client, own.id, { name: nameOf(image), data }, { signal });
      sent++;
    } catch (error) {
      if (!isOfPicture(error)) throw error;
      refused.push({ file: image.file, reason: error.message });
    }
  }
  return sent;
}

/** Wait for the model; fields by their names, also those that it could not analyse. */
async function untilAnalysed(
  { client }: ServerAddress,
  own: Case,
  onAnalysed: (count: number) => void,
  { signal }: CommandContext,
): Promise<ReadonlyMap<string, Field>> {
  for (;;) {
    const { items } = await client.listFields({ params: { id: own.id }, signal });
    const done = items.filter(({ state }) => state === 'analysed' || state === 'failed');
    onAnalysed(done.length);
    if (done.length === items.length) return new Map(items.map((field) => [field.fileName, field]));
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
