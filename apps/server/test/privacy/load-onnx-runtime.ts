/** @file Loads ONNX Runtime past the one place that turns its telemetry off, and makes a session. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

interface OrtModule {
  InferenceSession: { create(model: Uint8Array): Promise<unknown> };
}

const runtime = new URL('../../../../packages/nn/src/runtime/', import.meta.url);
const ort = createRequire(runtime)('onnxruntime-node') as OrtModule;
const model = new URL('../../../../weights/compact-refiner-int8.onnx', import.meta.url);
await ort.InferenceSession.create(readFileSync(fileURLToPath(model)));
