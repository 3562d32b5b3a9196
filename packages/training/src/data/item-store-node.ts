/**
 * @file The examples of a side in a file of lines, read one at a time: a set of 100,000 pictures takes no
 * more memory than one of a hundred but for 12 bytes each. The file also says which picture was on which side.
 */
import { open } from 'node:fs/promises';
import { LeukoscopeError } from '@leukoscope/core';
import { writeFileAtomically } from '@leukoscope/nn/runtime';
import type { TrainingItem } from './list-items.ts';

/** Examples by index. */
export interface ItemStore {
  readonly length: number;
  /** The class of each, -1 where it is not one. */
  readonly classIndexes: Int32Array;
  /** Positions where each data set begins, and its name. */
  readonly sets: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  read(index: number): Promise<TrainingItem>;
  close(): Promise<void>;
}

/** Write a side's examples; those of one data set stand together. */
export async function writeItems(file: string, items: readonly TrainingItem[]): Promise<void> {
  const text = items.map((item) => `${JSON.stringify(item, plainNumbers)}\n`).join('');
  await writeFileAtomically(file, new TextEncoder().encode(text));
}

/** Runs of a mask are a typed array, of which JSON makes an object. */
function plainNumbers(_: string, value: unknown): unknown {
  return value instanceof Uint32Array ? [...value] : value;
}

/** The runs of a mask again. */
function typedRuns(key: string, value: unknown): unknown {
  return key === 'counts' && Array.isArray(value) ? Uint32Array.from(value) : value;
}

const newLine = 10;

/** Open a file of examples. */
export async function openItems(file: string): Promise<ItemStore> {
  const handle = await open(file, 'r');
  const offsets: number[] = [0];
  const classIndexes: number[] = [];
  const sets: { name: string; from: number; to: number }[] = [];
  let rest = Buffer.alloc(0);
  let position = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false, start: 0 })) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(newLine); end >= 0; end = bytes.indexOf(newLine, start)) {
      const { set, classIndex = -1 } = parseItem(bytes.toString('utf8', start, end), file);
      const last = sets.at(-1);
      if (last?.name === set) last.to++;
      else sets.push({ name: set, from: classIndexes.length, to: classIndexes.length + 1 });
      classIndexes.push(classIndex);
      position += end + 1 - start;
      offsets.push(position);
      start = end + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
  const places = Float64Array.from(offsets);
  return {
    length: classIndexes.length,
    classIndexes: Int32Array.from(classIndexes),
    sets,
    async read(index) {
      const from = places[index]!;
      const bytes = Buffer.alloc(places[index + 1]! - from);
      await handle.read(bytes, 0, bytes.length, from);
      return parseItem(bytes.toString('utf8'), file);
    },
    close: () => handle.close(),
  };
}

function parseItem(line: string, file: string): TrainingItem {
  try {
    return JSON.parse(line, typedRuns) as TrainingItem;
  } catch (cause) {
    throw new LeukoscopeError(
      'TRAIN_RUN',
      `${file} must hold one example a line, as it was written. Received a damaged line. Begin a new run.`,
      { cause },
    );
  }
}
