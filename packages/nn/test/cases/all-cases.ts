/** @file All cases, for the tests and the page that count them. */
import type { OpCase } from '../harness/op-case.ts';
import { activationCases } from './activation-cases.ts';
import { convolutionCases } from './convolution-cases.ts';
import { elementwiseCases } from './elementwise-cases.ts';
import { imageCases } from './image-cases.ts';
import { leafCases } from './leaf-cases.ts';
import { poolingCases } from './pooling-cases.ts';
import { reductionCases } from './reduction-cases.ts';
import { shapingCases } from './shaping-cases.ts';

/** Cases by family, which is also the name of the family's test and fixtures. */
export const families: Readonly<Record<string, readonly OpCase[]>> = {
  leaf: leafCases,
  elementwise: elementwiseCases,
  activation: activationCases,
  shaping: shapingCases,
  reduction: reductionCases,
  convolution: convolutionCases,
  pooling: poolingCases,
  image: imageCases,
};

export const allCases: readonly OpCase[] = Object.values(families).flat();
