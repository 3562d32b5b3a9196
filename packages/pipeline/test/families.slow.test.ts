import { modelFamilies } from '@leukoscope/models';
import { test } from 'vitest';
import { expectExportOpens } from './harness/expect-export-opens.ts';

test.each(modelFamilies.map((family) => [family.name, family] as const))(
  'an export of %s opens by its description and answers in whole findings',
  (_, family) => expectExportOpens(family),
);
