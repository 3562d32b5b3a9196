import { backbonePresets } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { expectDarknet } from './harness/darknet.ts';
import { parseRecorded } from './harness/recorded.ts';

const recorded = parseRecorded('darknet');

test.each([
  ['darknet-53-small', backbonePresets['darknet-53-tiny'], 10],
  ['darknet-19-small', backbonePresets['darknet-19-tiny'], 10],
  ['darknet-tiny-small', backbonePresets['darknet-tiny-narrow'], undefined],
] as const)(
  "%s equals Debian's darknet, its weights read from a Darknet file",
  async (name, config, classes) => {
    expect(Object.keys(recorded)).toContain(name);
    await expectDarknet(recorded[name]!, config, classes);
  },
);
