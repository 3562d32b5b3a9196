/** @file ONNX Runtime for Node: CPU always; CUDA and WebGPU where this build and machine have them. */
import { createRequire } from 'node:module';
import { disableTelemetry } from './disable-telemetry-node.ts';
import type { OrtModule, OrtPlatform } from './ort-host.ts';

interface OrtNode extends OrtModule {
  listSupportedBackends(): readonly { readonly name: string }[];
}

/** Load onnxruntime-node (about 60 ms, so only when first needed). The only place that does. */
export function loadOrtPlatform(): OrtPlatform {
  disableTelemetry();
  const ort = createRequire(import.meta.url)('onnxruntime-node') as OrtNode;
  return {
    ort,
    defaultProvider: 'cpu',
    providers: ort.listSupportedBackends().map(({ name }) => name),
  };
}
