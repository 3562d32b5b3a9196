import type { Site } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { draftOf, parseDraft, type SiteDraft } from './site-draft.ts';

const site: Site = {
  revision: 4,
  name: 'North',
  address: '',
  targetCells: 200,
  expectation: 'ordinary-blood',
  signersNeeded: 1,
  secondFactorRoles: ['signer'],
  providerRole: 'viewer',
  scoreThreshold: 0.5,
  classes: [
    {
      cellClass: 'monocyte',
      share: { low: 0, high: 0.07 },
      absolute: { low: null, high: 0.8 },
      loinc: '5905-5',
      loincAbsolute: '26484-6',
      key: 'f',
    },
    {
      cellClass: 'lymphocyte',
      share: null,
      absolute: null,
      loinc: '736-9',
      loincAbsolute: null,
      key: 's',
    },
  ],
  commentTemplates: [{ id: '0190a5d0-0000-7000-8000-000000000001', title: 'Normal', text: 'All.' }],
};
const none = new Map<string, string>();

function withClass(cellClass: string, part: Partial<SiteDraft['classes'][number]>): SiteDraft {
  const draft = draftOf(site);
  return {
    ...draft,
    classes: draft.classes.map((row) => (row.cellClass === cellClass ? { ...row, ...part } : row)),
  };
}

const faultsOf = (draft: SiteDraft, reserved = none) => [
  ...parseDraft(draft, site, reserved).faults.keys(),
];

test('reads back what it wrote, and adds no class that the site sets nothing for', () => {
  const read = parseDraft(draftOf(site), site, none);
  expect([...read.faults]).toEqual([]);
  expect({ ...read.site, classes: new Set(read.site.classes) }).toEqual({
    ...site,
    classes: new Set(site.classes),
  });
});

test('takes commas for points, and open sides of ranges', () => {
  const { site: read } = parseDraft(
    withClass('basophil', { shareHigh: '2,5', absoluteLow: '0.1' }),
    site,
    none,
  );
  expect(read.classes.find((row) => row.cellClass === 'basophil')).toEqual({
    cellClass: 'basophil',
    share: { low: null, high: 0.025 },
    absolute: { low: 0.1, high: null },
    loinc: null,
    loincAbsolute: null,
    key: null,
  });
});

test('refuses a key that another class has, one that does something else, and one that is no letter', () => {
  expect(faultsOf(withClass('basophil', { key: 'f' }))).toEqual(['monocyte.key']);
  expect(faultsOf(withClass('basophil', { key: 'F' }))).toEqual(['monocyte.key']);
  expect(faultsOf(withClass('basophil', { key: 'n' }), new Map([['n', 'next']]))).toEqual([
    'basophil.key',
  ]);
  expect(faultsOf(withClass('basophil', { key: '/' }))).toEqual(['basophil.key']);
});

test('refuses ranges that go down or beyond, and LOINC codes with a wrong check digit', () => {
  expect(faultsOf(withClass('monocyte', { shareLow: '9' }))).toEqual(['monocyte.share']);
  expect(faultsOf(withClass('monocyte', { shareHigh: '101' }))).toEqual(['monocyte.share']);
  expect(faultsOf(withClass('monocyte', { absoluteLow: 'many' }))).toEqual(['monocyte.absolute']);
  expect(faultsOf(withClass('monocyte', { loinc: '5905-4' }))).toEqual(['monocyte.loinc']);
});

test('refuses a score that is none, and a template without a title', () => {
  const draft = draftOf(site);
  const [template] = draft.commentTemplates;
  expect(
    faultsOf({
      ...draft,
      scoreThreshold: '',
      commentTemplates: [{ ...template!, title: ' ' }],
    }),
  ).toEqual(['scoreThreshold', `template.${template!.id}`]);
});
