/** @file Runs `dataset fetch`. */
import { ApiError, addressOf } from '@leukoscope/client';
import type { Case } from '@leukoscope/contract';
import { cellClasses, isCellClass, LeukoscopeError } from '@leukoscope/core';
import { type Dataset, exportCoco, type ImageRecord } from '@leukoscope/datasets';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { countText, plural } from '../framework/text-table.ts';
import { allPages, openServer, reached, type ServerAddress } from '../server/reach-server.ts';
import { type FetchedCase, folderOf, pictureOf, toImages } from './fetched-cells.ts';

interface Options {
  readonly out: string;
  readonly keyFile: string | undefined;
  readonly case: readonly string[];
  readonly force: boolean;
}

const classes = Object.keys(cellClasses).filter(isCellClass);

/** Fetch cases one after the other, write pictures as they come and the annotations at the end. */
export async function runFetch(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const [address = ''] = operands;
  const { out, force } = options;
  const server = await openServer(address, options.keyFile);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const chosen = await reached(server, () => listSigned(server, options.case, context));
    const images: ImageRecord[] = [];
    const patients = new Map<string, string>();
    const folders = new Set<string>();
    let untyped = 0;
    const progress = context.progress('Fetching cases', chosen.length);
    try {
      for (const [i, own] of chosen.entries()) {
        const fetched = await reached(server, () =>
          fetchCase(server, own, folderOf(own.number, folders), context),
        );
        await reached(server, () => fetchPictures(server, fetched, output, context));
        const written = toImages(fetched, patientOf(own, patients), classes);
        images.push(...written.images);
        untyped += written.untyped;
        progress.update(i + 1);
      }
    } finally {
      progress.finish();
    }
    const dataset: Dataset = {
      name: 'corrections',
      classes: classes.map((name, id) => ({ id: id + 1, name, cellClass: name, group: 'cell' })),
      images,
    };
    await exportCoco(dataset, output);
    const cells = images.reduce((sum, { annotations }) => sum + annotations.length, 0);
    const corrected = images
      .flatMap(({ annotations }) => annotations)
      .filter(({ attributes }) => attributes?.['is_corrected'] === 'true').length;
    return {
      json: { out, cases: chosen.length, images: images.length, cells, corrected, untyped },
      text: () =>
        [
          `${plural(chosen.length, 'case')}, ${plural(images.length, 'image')}, ${plural(cells, 'cell')} that people have seen, ${countText(corrected)} of them corrected`,
          ...(untyped > 0 ? [`${plural(untyped, 'cell')} without a type left out`] : []),
          `written to ${out}; learn from them: leukoscope adapt --data ${out} --out adapted`,
        ].join('\n'),
    };
  });
}

async function listSigned(
  { client }: ServerAddress,
  numbers: readonly string[],
  { signal }: CommandContext,
): Promise<Case[]> {
  const signed = await allPages((cursor) =>
    client.listCases({ query: { state: 'signed', limit: 200, cursor }, signal }),
  );
  const missing = numbers.filter((number) => !signed.some((own) => own.number === number));
  if (missing.length > 0 || signed.length === 0)
    throw new LeukoscopeError(
      'FETCH_NOTHING',
      missing.length > 0
        ? `--case must name signed cases. No signed case has the number ${missing.join(', ')}.`
        : 'the server must hold a signed case. It holds none. Sign one first.',
    );
  // Oldest first, so that what was fetched before keeps its order when more cases are signed.
  return signed.filter(({ number }) => numbers.length === 0 || numbers.includes(number)).reverse();
}

async function fetchCase(
  { client }: ServerAddress,
  own: Case,
  folder: string,
  { signal }: CommandContext,
): Promise<FetchedCase> {
  const params = { id: own.id };
  const cells = await allPages((cursor) => client.listCells({ params, query: { cursor }, signal }));
  const history: FetchedCase['history'][number][] = [];
  for (let after = 0; ; ) {
    const { items } = await client.listHistory({ params, query: { after, limit: 500 }, signal });
    if (items.length === 0) break;
    history.push(...items);
    after = items.at(-1)!.sequence;
  }
  const { items: fields } = await client.listFields({ params, signal });
  return { case: own, folder, fields, cells, history };
}

async function fetchPictures(
  { baseUrl, headers }: ServerAddress,
  { folder, fields }: FetchedCase,
  output: OutputFolder,
  { signal }: CommandContext,
): Promise<void> {
  for (const field of fields) {
    const request = { params: { id: field.id }, query: { form: 'original' as const } };
    const answer = await fetch(addressOf('getFieldImage', request, { baseUrl }), {
      headers,
      signal,
    });
    if (!answer.ok)
      throw new ApiError('FETCH_PICTURE', await answer.text(), { status: answer.status });
    await output.write(pictureOf(folder, field), new Uint8Array(await answer.arrayBuffer()));
  }
}

/** Cases of one patient share a number; a case without a reference is its own. */
function patientOf({ id, patientReference }: Case, known: Map<string, string>): string {
  const key = patientReference.trim() === '' ? id : patientReference.trim().toLowerCase();
  const number = known.get(key) ?? `patient ${known.size + 1}`;
  known.set(key, number);
  return number;
}
