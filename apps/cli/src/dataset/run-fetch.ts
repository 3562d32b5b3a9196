/** @file Runs `dataset fetch`. */
import { readFile } from 'node:fs/promises';
import { ApiError, addressOf, type Client, createClient } from '@leukoscope/client';
import type { Case } from '@leukoscope/contract';
import { cellClasses, isCellClass, LeukoscopeError, messageOf } from '@leukoscope/core';
import { type Dataset, exportCoco, type ImageRecord } from '@leukoscope/datasets';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { isAbort } from '../framework/report-error.ts';
import { countText, plural } from '../framework/text-table.ts';
import { processEnvironment } from '../settings.ts';
import { type FetchedCase, folderOf, pictureOf, toImages } from './fetched-cells.ts';

interface Options {
  readonly out: string;
  readonly keyFile: string | undefined;
  readonly case: readonly string[];
  readonly force: boolean;
}

/** Where the cases lie. */
interface Server {
  readonly client: Client;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
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
    const chosen = await reached(address, () => listSigned(server, options.case, context));
    const images: ImageRecord[] = [];
    const patients = new Map<string, string>();
    const folders = new Set<string>();
    let untyped = 0;
    const progress = context.progress('Fetching cases', chosen.length);
    try {
      for (const [i, own] of chosen.entries()) {
        const fetched = await reached(address, () =>
          fetchCase(server, own, folderOf(own.number, folders), context),
        );
        await reached(address, () => fetchPictures(server, fetched, output, context));
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

async function openServer(address: string, keyFile: string | undefined): Promise<Server> {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new LeukoscopeError(
      'FETCH_SERVER',
      `SERVER must be an address such as http://127.0.0.1:8642. Received ${JSON.stringify(address)}.`,
    );
  const baseUrl = address.replace(/\/+$/, '');
  const key =
    keyFile === undefined
      ? processEnvironment()['LEUKOSCOPE_API_KEY']?.trim()
      : (await readFile(keyFile, 'utf8')).trim();
  if (key === undefined || key === '')
    return { baseUrl, headers: {}, client: createClient({ baseUrl }) };
  const headers = { authorization: `Bearer ${key}` };
  return { baseUrl, headers, client: createClient({ baseUrl, apiKey: key }) };
}

async function listSigned(
  { client }: Server,
  numbers: readonly string[],
  { signal }: CommandContext,
): Promise<Case[]> {
  const signed: Case[] = [];
  let cursor: string | undefined;
  do {
    const query = { state: 'signed' as const, limit: 200, cursor };
    const page = await client.listCases({ query, signal });
    signed.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
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
  { client }: Server,
  own: Case,
  folder: string,
  { signal }: CommandContext,
): Promise<FetchedCase> {
  const params = { id: own.id };
  const cells: FetchedCase['cells'][number][] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listCells({ params, query: { cursor }, signal });
    cells.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
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
  { baseUrl, headers }: Server,
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

/** Say what a server that does not answer, or does not let one in, asks for. */
async function reached<T>(address: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof LeukoscopeError || isAbort(cause)) throw cause;
    if (cause instanceof ApiError) {
      const cure =
        cause.status === 401 || cause.status === 403
          ? ' Give the API key of somebody who may look at cases: --key-file FILE or LEUKOSCOPE_API_KEY.'
          : '';
      throw new LeukoscopeError(
        'FETCH_REFUSED',
        `${address} must give its cases. It answered ${cause.status}: ${cause.message}.${cure}`,
        { cause },
      );
    }
    // What fetch throws where nothing answers; errors of the disk come as they are.
    if (!(cause instanceof TypeError)) throw cause;
    throw new LeukoscopeError(
      'FETCH_SERVER',
      `a Leukoscope server must answer at ${address}. Received: ${messageOf(cause.cause ?? cause)}. Check the address, and that it runs.`,
      { cause },
    );
  }
}
