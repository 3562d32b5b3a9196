import { convolutionCases } from './cases/convolution-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('convolution', convolutionCases);
