import { imageCases } from './cases/image-cases.ts';
import { testCases } from './harness/check-cases.ts';

testCases('image', imageCases);
