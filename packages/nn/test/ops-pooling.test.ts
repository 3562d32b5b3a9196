import { poolingCases } from './cases/pooling-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('pooling', poolingCases);
