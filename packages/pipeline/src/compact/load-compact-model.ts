/** @file Files of the compact model -> a model that runs; each file's hash is checked before it is loaded. */
import type { LeukocyteModel } from '../model/leukocyte-model.ts';
import { checkHash, openLazySessions, type RunOptions, sha256Of } from '../model/open-session.ts';
import { parseCompactConfig } from './compact-config.ts';
import { createCompactModel } from './compact-model.ts';

/** Load the compact model; `read` gives the bytes of a file beside the description. */
export async function loadCompactModel(
  description: unknown,
  read: (file: string) => Promise<Uint8Array>,
  options: RunOptions = {},
): Promise<LeukocyteModel> {
  const config = parseCompactConfig(description);
  const networks = [config.locator, config.refiner];
  const readers = networks.map(({ onnx, sha256 }) => async () => {
    const bytes = await read(onnx);
    await checkHash(bytes, sha256, onnx);
    return bytes;
  });
  const [locator, refiner] = openLazySessions(readers, 'image', options);
  // The description names the hashes of both files, so this covers them, and temperature and thresholds too.
  const hash = await sha256Of(new TextEncoder().encode(JSON.stringify(config)));
  return createCompactModel({ locator: locator!, refiner: refiner! }, config, hash);
}
