/** @file The exports of a case as links: every format that the contract has. */
import { exportFormatSchema } from '@leukoscope/contract';
import { addressOf } from '../../state/api.ts';
import styles from './ReportView.module.css';

/** What each format is for; one that is new to this table is shown by its name. */
const about: Readonly<Record<string, { readonly name: string; readonly about: string }>> = {
  pdf: { name: 'PDF', about: 'The report on paper' },
  csv: { name: 'CSV', about: 'The table, for spreadsheets' },
  coco: { name: 'COCO', about: 'Boxes, masks and types, for training' },
  fhir: { name: 'FHIR', about: 'DiagnosticReport R4, for health records' },
  hl7: { name: 'HL7', about: 'ORU^R01, for laboratory systems' },
  html: { name: 'HTML', about: 'The report as one page; opens in a new tab' },
  json: { name: 'JSON', about: 'Everything of this version' },
};

/** Links to the exports; without a version, of the case as it is now. */
export function Downloads(props: {
  readonly caseId: string;
  readonly version: number | undefined;
}) {
  const { caseId, version } = props;
  const formats = [...exportFormatSchema.options].sort((a, b) => rank(a) - rank(b));
  return (
    <nav className={styles.downloads} aria-label="Downloads">
      {formats.map((format) => {
        const words = about[format] ?? { name: format.toUpperCase(), about: format };
        const address = addressOf('exportCase', {
          params: { id: caseId, format },
          query: version === undefined ? {} : { version },
        });
        return (
          <a
            key={format}
            href={address}
            title={words.about}
            {...(format === 'html' ? { target: '_blank', rel: 'noreferrer' } : { download: true })}
          >
            {words.name}
            <span className="visually-hidden">: {words.about}</span>
          </a>
        );
      })}
    </nav>
  );
}

function rank(format: string): number {
  const place = Object.keys(about).indexOf(format);
  return place === -1 ? Number.POSITIVE_INFINITY : place;
}
