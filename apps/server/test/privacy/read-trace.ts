/**
 * @file Reads what strace wrote and says what in it left the folders and the machine that were allowed.
 *
 * A call counts by what it asks for, also where it failed: without a way out every connection does.
 */
import path from 'node:path';

/** One thing a program did that a private one does not. */
export interface Finding {
  readonly kind: 'file' | 'look-up' | 'connection' | 'machine id';
  /** Path or address. */
  readonly what: string;
}

/** Where a program may write. */
export interface Allowed {
  /** Of relative paths that the trace does not resolve. */
  readonly workingFolder: string;
  readonly folders: readonly string[];
}

/** System calls that reach outside: names of the network, and of everything that makes or changes files. */
export const tracedCalls = [
  'connect,sendto,sendmsg,sendmmsg',
  'open,openat,openat2,creat,truncate,mkdir,mkdirat,mknod,mknodat,rmdir,unlink,unlinkat',
  'rename,renameat,renameat2,link,linkat,symlink,symlinkat',
  'chmod,fchmodat,chown,fchownat',
  'io_uring_setup',
].join(',');

const machineIds = new Set(['/etc/machine-id', '/var/lib/dbus/machine-id']);
/**
 * Read for every name that the C library is asked for. Not resolv.conf: Node reads that when a program
 * loads its module `dns`, without asking anybody.
 */
const hostsFile = '/etc/hosts';
/** Take what is written to them and keep nothing. */
const sinks = new Set(['/dev/null', '/dev/tty']);
const domainPorts = new Set(['53', '853', '5353', '5355']);

/** Return every finding once, in the order of the trace. */
export function readTrace(trace: string, allowed: Allowed): Finding[] {
  const found = new Map<string, Finding>();
  for (const line of trace.split('\n')) {
    for (const finding of findingsOf(line, allowed)) {
      found.set(`${finding.kind} ${finding.what}`, finding);
    }
  }
  return [...found.values()];
}

function findingsOf(line: string, allowed: Allowed): Finding[] {
  // PID, call, arguments; the rest of a call that was interrupted by another repeats nothing.
  const [, call, rest] = /^\d+\s+(\w+)\((.*)$/.exec(line) ?? [];
  if (call === undefined || rest === undefined || call === 'io_uring_setup') return [];
  if (call === 'connect' || call.startsWith('send')) return peersOf(rest, allowed);
  const paths = pathsOf(rest, allowed.workingFolder);
  if (call.startsWith('open') && !/\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b/.test(rest)) {
    return paths.flatMap((file): Finding[] => {
      if (machineIds.has(file)) return [{ kind: 'machine id', what: file }];
      return file === hostsFile ? [{ kind: 'look-up', what: file }] : [];
    });
  }
  return paths
    .filter((file) => !sinks.has(file) && !isInside(file, allowed.folders))
    .map((what) => ({ kind: 'file', what }));
}

/** Quoted arguments as paths: `"name"`, `AT_FDCWD</folder>, "name"`, `7</folder>, "name"`. */
function pathsOf(text: string, workingFolder: string): string[] {
  return [...text.matchAll(/(?:<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, folder, name]) =>
    path.resolve(folder ?? workingFolder, name ?? ''),
  );
}

function peersOf(text: string, allowed: Allowed): Finding[] {
  const findings: Finding[] = [];
  const internet =
    /sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/g;
  for (const [, port, four, six] of text.matchAll(internet)) {
    const address = four ?? six ?? '';
    const what = `${address} port ${port}`;
    if (domainPorts.has(port ?? '')) findings.push({ kind: 'look-up', what });
    else if (!isLoopback(address)) findings.push({ kind: 'connection', what });
  }
  for (const [, name] of text.matchAll(/sun_path=@?"([^"]*)"/g)) {
    const what = path.resolve(allowed.workingFolder, name ?? '');
    // Resolvers of the system: nscd, systemd-resolved.
    const kind = /\/(nscd|systemd\/resolve)\//.test(what) ? 'look-up' : 'connection';
    if (!isInside(what, allowed.folders)) findings.push({ kind, what });
  }
  return findings;
}

function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\./.test(address) || address === '::1';
}

function isInside(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file === folder || file.startsWith(`${folder}/`));
}
