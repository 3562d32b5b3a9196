/** @file Entry of a loader's worker thread: one task in, one sample out, pixels handed over uncopied. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadSample } from './load-sample-node.ts';
import type { WorkerSetup, WorkerTask } from './loader-types.ts';

const setup: WorkerSetup = workerData;

parentPort?.on('message', async (task: WorkerTask) => {
  const answer = await loadSample(setup, task);
  const pixels = 'sample' in answer ? [toTransfer(answer.sample.raster.data)] : [];
  parentPort?.postMessage(answer, pixels);
});

/** The array owns its whole buffer: augmentation always writes a new one. */
function toTransfer(data: Uint8Array): ArrayBuffer {
  const { buffer } = data;
  if (buffer instanceof ArrayBuffer) return buffer;
  throw new Error('internal: pixels lie in shared memory');
}
