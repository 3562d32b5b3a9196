/** @file Refuses `--fuse` where there is nothing to fuse. */
import type { FusionMethod } from '@leukoscope/pipeline';
import { UsageError } from '../framework/usage-error.ts';

/** Throw unless several models are named, or none is to be fused. */
export function checkFusion(models: string, fuse: FusionMethod | undefined): void {
  if (fuse === undefined || models.includes(',')) return;
  throw new UsageError(
    `--fuse ${fuse} must be given with several models, such as a,b,c. Received ${models}.`,
  );
}
