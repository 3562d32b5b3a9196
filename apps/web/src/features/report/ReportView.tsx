/** @file The report. */

/** The report. */
export default function ReportView() {
  return <h1>The report</h1>;
}
