import { activationCases } from './cases/activation-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('activation', activationCases);
