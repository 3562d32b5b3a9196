/** @file Runs `weights inspect` and `weights convert`. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { elementCount, LeukoscopeError, messageOf, type TensorData } from '@leukoscope/core';
import { readWeightsFile, toFloat32, type WeightsFile, writeSafetensors } from '@leukoscope/nn';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { checkFileFree, writeOutputFile } from '../framework/output.ts';
import { countText, plural, textTable } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { parseDarknetLayout } from './parse-darknet-layout.ts';
import type { weightsOptions } from './weights-options.ts';

type ReadOptions = OptionValues<typeof weightsOptions>;
type InspectOptions = ReadOptions & { readonly match: string | undefined; readonly limit: number };
type ConvertOptions = ReadOptions &
  OptionValues<typeof writeOptions> & { readonly out: string; readonly float32: boolean };

/** List tensors. */
export async function runInspect(
  { operands, options }: { readonly operands: readonly string[]; readonly options: InspectOptions },
  _context: CommandContext,
): Promise<CommandResult> {
  const file = operands[0]!;
  const weights = await readWeights(file, options);
  const { match = '', limit } = options;
  const all = [...weights.tensors];
  const chosen = all.filter(([name]) => name.includes(match));
  const shown = limit === 0 ? chosen : chosen.slice(0, limit);
  const facts = summary(weights);
  return {
    json: {
      file,
      format: weights.format,
      ...facts,
      metadata: weights.metadata,
      tensors: chosen.map(([name, tensor]) => ({
        name,
        dtype: tensor.dtype,
        shape: tensor.shape,
        ...rangeOf(tensor),
      })),
    },
    text: (style, columns) => {
      const rest = chosen.length - shown.length;
      const metadata = Object.entries(weights.metadata);
      return [
        `${style.bold(path.basename(file))} ${style.dim(weights.format)}: ${plural(facts.tensors, 'tensor')}, ${plural(facts.numbers, 'number')}, ${sizeText(facts.bytes)} (${facts.dtypes.join(', ')})`,
        ...metadata.map(([key, value]) => style.dim(`  ${key}: ${value.slice(0, 200)}`)),
        '',
        shown.length === 0
          ? `No tensor's name holds ${JSON.stringify(match)}.`
          : textTable(
              ['tensor', 'shape', 'type', 'numbers', 'lowest', 'highest', 'mean'],
              shown.map(([name, tensor]) => {
                const { lowest, highest, mean } = rangeOf(tensor);
                return [
                  name,
                  tensor.shape.join(' x ') || 'scalar',
                  tensor.dtype,
                  elementCount(tensor.shape),
                  valueText(lowest),
                  valueText(highest),
                  valueText(mean),
                ];
              }),
              style,
              columns,
            ),
        ...(rest > 0 ? [style.dim(`... and ${countText(rest)} more (--limit 0 lists all)`)] : []),
      ].join('\n');
    },
  };
}

/** Write safetensors. */
export async function runConvert(
  { operands, options }: { readonly operands: readonly string[]; readonly options: ConvertOptions },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, float32 } = options;
  checkFileFree(out, force);
  const weights = await readWeights(operands[0]!, options);
  const tensors = new Map(
    [...weights.tensors].map(([name, tensor]) => [
      name,
      float32 ? (toFloat32(tensor) ?? tensor) : tensor,
    ]),
  );
  const bytes = writeSafetensors(tensors, weights.metadata);
  await writeOutputFile(out, bytes, { force, interrupt: context.io.interrupt });
  const facts = summary({ ...weights, tensors });
  return {
    json: { out, from: weights.format, ...facts, bytes: bytes.length },
    text: () =>
      `${plural(facts.tensors, 'tensor')} (${facts.dtypes.join(', ')}) from ${weights.format} written to ${out}, ${sizeText(bytes.length)}`,
  };
}

async function readWeights(file: string, options: ReadOptions): Promise<WeightsFile> {
  const bytes = await readBytes(file);
  const { path: keys, ignoreGlobals, layout } = options;
  const darknetLayout =
    layout === undefined ? undefined : parseDarknetLayout(await readFile(layout, 'utf8'), layout);
  try {
    return readWeightsFile(bytes, path.basename(file), {
      pytorch: { ...(keys === undefined ? {} : { path: keys.split(',') }), ignoreGlobals },
      darknetLayout,
    });
  } catch (cause) {
    const option = cause instanceof LeukoscopeError ? optionFor[cause.code] : undefined;
    if (!(cause instanceof LeukoscopeError) || option === undefined) throw cause;
    throw new LeukoscopeError(cause.code, `${cause.message} On the command line: ${option}.`, {
      cause,
    });
  }
}

/** What the reader calls an option is typed like this. */
const optionFor: Readonly<Record<string, string>> = {
  DARKNET_LAYOUT: '--layout FILE.json',
  PYTORCH_PATH: '--path KEY,KEY',
  PICKLE_GLOBAL: '--ignore-globals CLASS',
};

async function readBytes(file: string): Promise<Uint8Array> {
  if ((await stat(file)).isDirectory()) {
    throw new LeukoscopeError('CLI_SOURCE', `${file} must be a weights file. Received a folder.`);
  }
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new LeukoscopeError(
        'CLI_MEMORY',
        `${file} must be below 2 GiB to be read. ${messageOf(cause)}.`,
        { cause },
      );
    }
    throw cause;
  }
}

function summary({ tensors }: WeightsFile) {
  const list = [...tensors.values()];
  return {
    tensors: list.length,
    numbers: list.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    bytes: list.reduce((sum, { data }) => sum + data.byteLength, 0),
    dtypes: [...new Set(list.map(({ dtype }) => dtype))],
  };
}

/** Range and mean of floating-point tensors; null where there are no values or only whole numbers' codes. */
function rangeOf(tensor: TensorData) {
  const none = { lowest: null, highest: null, mean: null };
  const values = toFloat32(tensor)?.data ?? (tensor.dtype === 'int64' ? undefined : tensor.data);
  if (values === undefined || values.length === 0 || values instanceof BigInt64Array) return none;
  let [lowest, highest, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    // Math.min keeps NaN: weights that hold one are spoilt, and that must show.
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    sum += value;
  }
  return { lowest, highest, mean: sum / values.length };
}

function valueText(value: number | null): string {
  if (value === null) return '–';
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
