import { shapingCases } from './cases/shaping-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('shaping', shapingCases);
