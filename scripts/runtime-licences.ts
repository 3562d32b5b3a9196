/**
 * @file Licences of everything that runs beside our own code, as the lock file tells them, and which may.
 *
 * The lock file repeats each package's own statement (SPDX expressions, https://spdx.org/licenses). It
 * covers all systems: also packages that are not installed on this one.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Licences that let us pass a package on with ours, for the price of their text. */
export const allowedLicences: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'Bitstream-Vera',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/**
 * Weak copyleft, for one family of packages each: libraries of their own that are loaded as they are,
 * are not changed, and can be replaced by whoever has them (LGPL 4d, MPL 3.3).
 */
export const exceptions: readonly { readonly name: RegExp; readonly licence: string }[] = [
  { name: /^@img\/sharp(-libvips)?-[a-z0-9-]+$/, licence: 'LGPL-3.0-or-later' },
  { name: /^@resvg\/resvg-js(-[a-z0-9-]+)?$/, licence: 'MPL-2.0' },
];

/** Packages whose package.json names no licence, or only the file: what their file LICENSE says. */
const readByHand: Readonly<Record<string, string>> = {
  'dejavu-fonts-ttf@2.37.3': 'Bitstream-Vera',
  'png-js@2.0.0': 'MIT',
};

/** A package and its licence. */
export interface PackageLicence {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; undefined where nothing is known. */
  readonly licence: string | undefined;
}

const entrySchema = z.object({
  version: z.string().optional(),
  name: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
});
const lockSchema = z.object({ packages: z.record(z.string(), entrySchema) });

/** Read the licences of all packages of a lock file that are not for development only, by name. */
export function readRuntimeLicences(lockFile: string): PackageLicence[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(lockFile, 'utf8')));
  const found = new Map<string, PackageLicence>();
  for (const [place, entry] of Object.entries(packages)) {
    const [, installedAs] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place) ?? [];
    // The workspaces are ours.
    if (installedAs === undefined || entry.link === true || entry.dev === true) continue;
    const [name, version] = [entry.name ?? installedAs, entry.version ?? ''];
    const id = `${name}@${version}`;
    found.set(id, { name, version, licence: readByHand[id] ?? entry.license });
  }
  return [...found.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

/** Say whether a package may run beside our code. */
export function isAllowed({ name, licence }: PackageLicence): boolean {
  if (licence === undefined) return false;
  const isFine = (one: string) =>
    allowedLicences.has(one) ||
    exceptions.some((exception) => exception.licence === one && exception.name.test(name));
  // Expressions of one level; deeper ones are for a person to read.
  const flat = licence.replace(/^\((.*)\)$/, '$1');
  if (flat.includes(' OR ')) return flat.split(' OR ').some(isFine);
  return flat.split(' AND ').every(isFine);
}

function idOf({ name, version }: PackageLicence): string {
  return `${name}@${version}`;
}
