import { elementwiseCases } from './cases/elementwise-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('elementwise', elementwiseCases);
