/**
 * @file The site's settings as they stand in the form: texts, until they are read back. Reading tells
 * every fault at once, by the name of its field.
 */
import type { Site, SiteClass } from '@leukoscope/contract';
import type { CellClass } from '@leukoscope/core';
import { binName, classOrder } from '../../state/bins.ts';

/** One cell class in the form. Shares are in percent, absolute counts in 10^9 per litre. */
export interface ClassDraft {
  readonly cellClass: CellClass;
  readonly shareLow: string;
  readonly shareHigh: string;
  readonly absoluteLow: string;
  readonly absoluteHigh: string;
  readonly loinc: string;
  /** Of the absolute count. */
  readonly loincAbsolute: string;
  readonly key: string;
}

/** A comment template in the form. */
export interface TemplateDraft {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** The whole form. */
export interface SiteDraft {
  readonly name: string;
  readonly address: string;
  readonly targetCells: Site['targetCells'];
  readonly signersNeeded: Site['signersNeeded'];
  readonly expectation: Site['expectation'];
  readonly secondFactorRoles: Site['secondFactorRoles'];
  readonly providerRole: Site['providerRole'];
  /** In percent. */
  readonly scoreThreshold: string;
  readonly classes: readonly ClassDraft[];
  readonly commentTemplates: readonly TemplateDraft[];
}

/** Faults by the name of the field: `scoreThreshold`, `monocyte.key`, `template.ID`. */
export type SiteFaults = ReadonlyMap<string, string>;

/** Write the settings into a form. Every class has a row, whether the site sets anything for it or not. */
export function draftOf(site: Site): SiteDraft {
  const known = new Map(site.classes.map((row) => [row.cellClass, row]));
  return {
    name: site.name,
    address: site.address,
    targetCells: site.targetCells,
    signersNeeded: site.signersNeeded,
    expectation: site.expectation,
    secondFactorRoles: site.secondFactorRoles,
    providerRole: site.providerRole,
    scoreThreshold: percentText(site.scoreThreshold),
    classes: classOrder.map((cellClass) => {
      const row = known.get(cellClass);
      return {
        cellClass,
        shareLow: percentText(row?.share?.low ?? null),
        shareHigh: percentText(row?.share?.high ?? null),
        absoluteLow: numberText(row?.absolute?.low ?? null),
        absoluteHigh: numberText(row?.absolute?.high ?? null),
        loinc: row?.loinc ?? '',
        loincAbsolute: row?.loincAbsolute ?? '',
        key: row?.key ?? '',
      };
    }),
    commentTemplates: site.commentTemplates,
  };
}

/** Read the form. `reserved` are keys that do something else already, with what they do. */
export function parseDraft(
  draft: SiteDraft,
  site: Site,
  reserved: ReadonlyMap<string, string>,
): { readonly site: Site; readonly faults: SiteFaults } {
  const faults = new Map<string, string>();
  const before = new Map(site.classes.map((row) => [row.cellClass, row]));
  const threshold = parseNumber(draft.scoreThreshold);
  if (threshold === null || !isWithin(threshold, 0, 100)) {
    faults.set(
      'scoreThreshold',
      `Score must be 0 to 100 %. Received "${draft.scoreThreshold}". Write for example 50.`,
    );
  }
  const rows = draft.classes.map((row) => parseRow(row, faults));
  checkKeys(draft.classes, reserved, faults);
  const templates = draft.commentTemplates.map(({ id, title, text }) => {
    if (title.trim() === '') faults.set(`template.${id}`, 'A template must have a title.');
    return { id, title: title.trim(), text };
  });
  return {
    faults,
    site: {
      revision: site.revision,
      name: draft.name.trim(),
      address: draft.address.trim(),
      targetCells: draft.targetCells,
      signersNeeded: draft.signersNeeded,
      expectation: draft.expectation,
      secondFactorRoles: [...draft.secondFactorRoles],
      providerRole: draft.providerRole,
      scoreThreshold: (threshold ?? 0) / 100,
      classes: rows.filter((row) => before.has(row.cellClass) || !isEmpty(row)),
      commentTemplates: templates,
    },
  };
}

function parseRow(row: ClassDraft, faults: Map<string, string>): SiteClass {
  const { cellClass } = row;
  const loinc = parseLoinc(row.loinc, `${cellClass}.loinc`, faults);
  const loincAbsolute = parseLoinc(row.loincAbsolute, `${cellClass}.loincAbsolute`, faults);
  const share = parseRange(row.shareLow, row.shareHigh, 100, `${cellClass}.share`, faults);
  const absolute = parseRange(
    row.absoluteLow,
    row.absoluteHigh,
    Number.POSITIVE_INFINITY,
    `${cellClass}.absolute`,
    faults,
  );
  const scaled = (value: number | null) => (value === null ? null : value / 100);
  return {
    cellClass,
    share: share === null ? null : { low: scaled(share.low), high: scaled(share.high) },
    absolute,
    loinc,
    loincAbsolute,
    key: row.key === '' ? null : row.key.toLowerCase(),
  };
}

function parseLoinc(text: string, name: string, faults: Map<string, string>): string | null {
  const loinc = text.trim();
  if (loinc !== '' && !isLoinc(loinc)) {
    faults.set(
      name,
      `LOINC code must be digits, a hyphen and its check digit. Received "${loinc}". Write for example 26505-8.`,
    );
  }
  return loinc === '' ? null : loinc;
}

function parseRange(
  lowText: string,
  highText: string,
  most: number,
  name: string,
  faults: Map<string, string>,
): SiteClass['share'] {
  const low = parseNumber(lowText);
  const high = parseNumber(highText);
  const isRead = (text: string, value: number | null) =>
    text.trim() === '' || (value !== null && isWithin(value, 0, most));
  const isRange =
    isRead(lowText, low) &&
    isRead(highText, high) &&
    (low === null || high === null || low <= high);
  if (!isRange) {
    faults.set(
      name,
      `Range must go up from 0${Number.isFinite(most) ? ` to ${most}` : ''}; a side left empty is open. Received "${lowText}" to "${highText}".`,
    );
  }
  return low === null && high === null ? null : { low, high };
}

function checkKeys(
  rows: readonly ClassDraft[],
  reserved: ReadonlyMap<string, string>,
  faults: Map<string, string>,
): void {
  const owner = new Map<string, CellClass>();
  for (const { cellClass, key: written } of rows) {
    // Keys are heard with and without Caps Lock.
    const key = written.toLowerCase();
    if (key === '') continue;
    const other = owner.get(key);
    const use = reserved.get(key);
    if (!/^[\p{L}\p{N}]$/u.test(key)) {
      faults.set(`${cellClass}.key`, `Key must be one letter or digit. Received "${key}".`);
    } else if (other !== undefined) {
      faults.set(
        `${cellClass}.key`,
        `Key must be free. Received "${key}": ${binName(other)} has it.`,
      );
    } else if (use !== undefined) {
      faults.set(`${cellClass}.key`, `Key must be free. Received "${key}", which means: ${use}.`);
    } else owner.set(key, cellClass);
  }
}

/** LOINC's check digit is that of Luhn over the digits before the hyphen. */
function isLoinc(code: string): boolean {
  const match = /^(\d{1,7})-(\d)$/.exec(code);
  if (match === null) return false;
  let sum = 0;
  [...match[1]!].reverse().forEach((digit, i) => {
    const doubled = i % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return (10 - (sum % 10)) % 10 === Number(match[2]);
}

function isEmpty({ share, absolute, loinc, loincAbsolute, key }: SiteClass): boolean {
  return [share, absolute, loinc, loincAbsolute, key].every((one) => one === null);
}

function parseNumber(text: string): number | null {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' || Number.isNaN(Number(trimmed)) ? null : Number(trimmed);
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

function percentText(share: number | null): string {
  // 0.07 * 100 is 7.000000000000001 for a computer, 7 for people.
  return share === null ? '' : String(Number((share * 100).toFixed(6)));
}

function numberText(value: number | null): string {
  return value === null ? '' : String(value);
}
