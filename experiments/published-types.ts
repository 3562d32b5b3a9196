/** @file What the names of published data sets mean, for the experiments that read types from paths. */
import type { CellClass } from '@leukoscope/core';

/** PBC (Acevedo et al. 2020). */
export const pbcTypes: Readonly<Record<string, CellClass>> = {
  BA: 'basophil',
  BNE: 'band-neutrophil',
  EO: 'eosinophil',
  ERB: 'erythroblast',
  LY: 'lymphocyte',
  MMY: 'metamyelocyte',
  MO: 'monocyte',
  MY: 'myelocyte',
  PMY: 'promyelocyte',
  SNE: 'segmented-neutrophil',
};

/** AML LMU (Matek et al. 2019). */
export const munichTypes: Readonly<Record<string, CellClass>> = {
  BAS: 'basophil',
  EBO: 'erythroblast',
  EOS: 'eosinophil',
  KSC: 'smudge-cell',
  LYA: 'lymphocyte',
  LYT: 'lymphocyte',
  MMZ: 'metamyelocyte',
  MOB: 'blast',
  MON: 'monocyte',
  MYB: 'myelocyte',
  MYO: 'blast',
  NGB: 'band-neutrophil',
  NGS: 'segmented-neutrophil',
  PMB: 'promyelocyte',
  PMO: 'promyelocyte',
};

/** Marrow patches (Choi et al. 2017) that measured the refiner, as `compact/refiner.json` splits them: neighbours may show one cell. */
export const marrowMeasures = /^(4\/(12[7-9]|1[3-6]\d)|0\/1[1-4]|[1-35-9]\/(3[1-9]|40))\./;

/** Those between the ones that trained and the ones that measured, which did neither. */
export const marrowBetween = /^(4\/12[4-6]|0\/([89]|10)|[1-35-9]\/(2[89]|30))\./;
