import { reductionCases } from './cases/reduction-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('reduction', reductionCases);
