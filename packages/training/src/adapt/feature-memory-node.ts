/** @file Reads the memory of features that ships beside the weights. */
import { readFile } from 'node:fs/promises';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { weightsFile } from '@leukoscope/pipeline/node';

/** The file of stored features in the folder of weights. */
const memoryFile = 'compact-memory.safetensors';

/** Read its bytes. */
export async function readFeatureMemory(): Promise<Uint8Array> {
  const file = weightsFile(memoryFile);
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new LeukoscopeError(
      'ADAPT_MEMORY',
      `the memory of features must lie in ${file}. Received: ${messageOf(cause)}. The weights folder is incomplete: check the repository out again.`,
      { cause },
    );
  }
}
