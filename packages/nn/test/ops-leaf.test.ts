import { leafCases } from './cases/leaf-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('leaf', leafCases);
