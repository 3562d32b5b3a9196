/**
 * @file Keeps ONNX Runtime from reporting to its maker, which it does unless told not to (since 1.29).
 *
 * The native library reads `ORT_DISABLE_TELEMETRY` with getenv when it is loaded: it must stand in the
 * environment of the process by then. `process.env` of a worker thread is a copy that native code never
 * sees, so what is set there is checked against the process's own environment, and nothing is loaded
 * where it is missing (docs/decisions/0073-onnx-runtime-without-telemetry.md).
 */
import { LeukoscopeError } from '@leukoscope/core';

const variable = 'ORT_DISABLE_TELEMETRY';

/** Turn the telemetry of ONNX Runtime off for this process, or throw. Call it before the library is loaded. */
export function disableTelemetry(): void {
  // Whatever stood there: "0" would turn it on.
  process.env[variable] = '1';
  if (realEnvironment()[variable] === '1') return;
  throw new LeukoscopeError(
    'NN_TELEMETRY',
    `${variable} must be 1 in the environment of the process before ONNX Runtime is loaded. Received a worker thread, which cannot set it. Set it where the program is started or in its main thread (process.env.${variable} = '1'), or open the runtime with host "process".`,
  );
}

/** The environment in which children can be started that load ONNX Runtime. */
export function privateEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, [variable]: '1' };
}

/** Node's diagnostic report, as far as it is used. */
interface DiagnosticReport {
  excludeEnv: boolean;
  excludeNetwork: boolean;
  getReport(): { readonly environmentVariables?: Readonly<Record<string, string>> };
}

/** What getenv sees, in whatever thread: the diagnostic report reads it from the system. */
function realEnvironment(): Readonly<Record<string, string | undefined>> {
  const report = parseReport(process.report);
  const { excludeEnv, excludeNetwork } = report;
  report.excludeEnv = false;
  // Its network section would look up the names of whom this process is connected to.
  report.excludeNetwork = true;
  try {
    return report.getReport().environmentVariables ?? {};
  } finally {
    report.excludeEnv = excludeEnv;
    report.excludeNetwork = excludeNetwork;
  }
}

/** The types of Node lag behind it. */
function parseReport(report: unknown): DiagnosticReport {
  return report as DiagnosticReport;
}
