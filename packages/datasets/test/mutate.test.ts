import { expect, test } from 'vitest';
import { fuzzFormats, fuzzOnce } from './mutate.ts';

test.each(fuzzFormats.map((format) => [format.name, format] as const))(
  '%s: damaged files neither crash nor hang the importer, and no record vanishes',
  async (_, format) => {
    for (let seed = 0; seed < 40; seed++) {
      const { fault, elapsedMs } = await fuzzOnce(format, seed, () => performance.now());
      expect(fault, `seed ${seed}`).toBeUndefined();
      expect(elapsedMs, `seed ${seed}`).toBeLessThan(2000);
    }
  },
);

test.each(fuzzFormats.map((format) => [format.name, format] as const))(
  '%s: undamaged files of the same generator are read without a failure',
  async (name, format) => {
    const { memoryFolder } = await import('../src/folder.ts');
    for (let seed = 0; seed < 5; seed++) {
      const { failed } = await format.read(memoryFolder(await format.make(seed)));
      // CVAT's generator puts in points, which have no area.
      expect(
        failed.filter(({ reason }) => !(name === 'cvat' && reason.includes('<points>'))),
      ).toEqual([]);
    }
  },
);
