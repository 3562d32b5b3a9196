/**
 * @file What a new site starts with. Ranges are ARUP's for adults (shares) and Henry's via Labcorp
 * (absolute); every site must put its own in their place. LOINC codes are those of blood without a method:
 * a differential from digital images is neither an automated count nor a classic manual one.
 *
 * @data
 */

import type { Site, SiteClass } from '@leukoscope/contract';
import type { CellClass } from '@leukoscope/core';

/** Settings of a site that has set nothing. Keys are those of cellcountr.com. */
export const defaultSite: Site = {
  revision: 0,
  name: '',
  address: '',
  targetCells: 200,
  expectation: null,
  signersNeeded: 1,
  providerRole: null,
  secondFactorRoles: [],
  // The score at which the model that ships reports a cell at all; what it is unsure of it marks itself.
  scoreThreshold: 0.3,
  classes: [
    row('segmented-neutrophil', {
      share: [45, 79],
      absolute: [1.8, 7.8],
      loinc: '26505-8',
      key: 'q',
    }),
    row('neutrophil', {
      share: [45, 79],
      absolute: [1.8, 7.8],
      loinc: '26511-6',
      loincAbsolute: '26499-4',
    }),
    row('band-neutrophil', { share: [0, 5], loinc: '26508-2', key: 'g' }),
    row('metamyelocyte', { share: [0, 0], loinc: '28541-1', key: 'w' }),
    row('myelocyte', { share: [0, 0], loinc: '26498-6', key: 'e' }),
    row('promyelocyte', { share: [0, 0], loinc: '26524-9', key: 'r' }),
    row('immature-granulocyte', { share: [0, 0] }),
    row('blast', { share: [0, 0], loinc: '26446-5', key: 't' }),
    row('myeloblast', { share: [0, 0] }),
    row('basophil', {
      share: [0, 2],
      absolute: [0, 0.2],
      loinc: '30180-4',
      loincAbsolute: '26444-0',
      key: 'x',
    }),
    row('eosinophil', {
      share: [0, 6],
      absolute: [0, 0.45],
      loinc: '26450-7',
      loincAbsolute: '26449-9',
      key: 'z',
    }),
    row('lymphocyte', {
      share: [16, 47],
      absolute: [1, 4.8],
      loinc: '26478-8',
      loincAbsolute: '26474-7',
      key: 's',
    }),
    row('reactive-lymphocyte', { loinc: '13046-8', key: 'v' }),
    row('monocyte', {
      share: [0, 9],
      absolute: [0, 0.8],
      loinc: '26485-3',
      loincAbsolute: '26484-6',
      key: 'f',
    }),
    row('plasma-cell', { share: [0, 0], loinc: '13047-6', key: 'd' }),
    row('erythroblast', { loinc: '19048-8', key: 'a' }),
    row('giant-platelet', { key: 'p' }),
    row('smudge-cell', { key: 'b' }),
    row('artefact', { key: 'c' }),
  ],
  commentTemplates: [
    {
      id: '0190a5d0-0000-7000-8000-000000000001',
      title: 'Normal differential',
      text: 'Differential within the reference ranges. No immature or abnormal leukocytes seen.',
    },
    {
      id: '0190a5d0-0000-7000-8000-000000000002',
      title: 'Left shift',
      text: 'Increased band neutrophils and immature granulocytes (left shift).',
    },
    {
      id: '0190a5d0-0000-7000-8000-000000000003',
      title: 'Blasts',
      text: 'Blasts are present. Please correlate with clinical findings; further studies are suggested.',
    },
  ],
};

interface RowFacts {
  /** Whole percent, low and high. */
  readonly share?: readonly [number, number];
  /** 10^9 per litre, low and high. */
  readonly absolute?: readonly [number, number];
  readonly loinc?: string;
  /** Of the absolute count. */
  readonly loincAbsolute?: string;
  readonly key?: string;
}

function row(cellClass: CellClass, facts: RowFacts): SiteClass {
  const { share, absolute, loinc = null, loincAbsolute = null, key = null } = facts;
  return {
    cellClass,
    share: share === undefined ? null : { low: share[0] / 100, high: share[1] / 100 },
    absolute: absolute === undefined ? null : { low: absolute[0], high: absolute[1] },
    loinc,
    loincAbsolute,
    key,
  };
}
