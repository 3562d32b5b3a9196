/** @file What is not in the differential, with the way to what must still be decided. */
import { Link } from 'wouter';
import { OtherCellsTable } from '../../components/OtherCellsTable.tsx';
import { useOpenCase } from '../case/case-context.ts';
import styles from './DifferentialTable.module.css';

/** Non-leukocytes, unidentified, not classed. */
export function OtherCells() {
  const { differential, case: facts } = useOpenCase();
  return (
    <OtherCellsTable
      differential={differential}
      className={styles.table}
      per100Name="per 100"
      {...(differential.unidentified > 0 && {
        unidentifiedName: <Link to={`/cases/${facts.id}?filter=unidentified`}>Unidentified</Link>,
      })}
    />
  );
}
