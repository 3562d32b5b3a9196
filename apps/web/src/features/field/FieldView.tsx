/** @file One field of the case in the deep-zoom viewer, with its cells beside it. */
import type { Cell, Field } from '@leukoscope/contract';
import { useEffect, useMemo, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { Notice } from '../../components/Notice.tsx';
import { keysOfBins } from '../../state/gallery-keys.ts';
import { isUnsure } from '../../state/unsure-cells.ts';
import { cellsOfField, filterCells } from '../../viewer/cell-filter.ts';
import { createFieldDesk } from '../../viewer/field-desk.ts';
import type { FieldViewer } from '../../viewer/field-viewer.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import { useCaseAccess } from '../case/case-access.ts';
import { useSite } from '../../components/use-site.ts';
import { FieldPageContext, useDesk, useFieldPage } from './desk-context.ts';
import { FieldNotice } from './FieldNotice.tsx';
import { FieldSide } from './FieldSide.tsx';
import { FieldStage } from './FieldStage.tsx';
import { FieldStrip } from './FieldStrip.tsx';
import { FieldToolbar } from './FieldToolbar.tsx';
import styles from './FieldView.module.css';
import { useFieldKeys } from './use-field-keys.ts';

/** The viewer of a field; without an identifier the field of `?cell=ID`, or the first one. */
export default function FieldView({ fieldId }: { readonly fieldId: string | undefined }) {
  const store = useCaseStore();
  const { case: facts, fields, cells } = useOpenCase();
  const wanted = new URLSearchParams(useSearch()).get('cell');
  const [viewer, setViewer] = useState<FieldViewer | null>(null);
  const desk = useMemo(() => createFieldDesk((intent) => store.review(intent)), [store]);
  const page = useMemo(() => ({ desk, viewer }), [desk, viewer]);
  const wantedId = fieldId ?? (wanted === null ? undefined : cells.get(wanted)?.fieldId);
  const field = wantedId === undefined ? fields[0] : fields.find(({ id }) => id === wantedId);
  if (fields.length === 0) {
    return <Notice kind="note">This case has no fields yet. Add images to it first.</Notice>;
  }
  if (field === undefined) {
    return (
      <Notice kind="bad">
        This case has no such field; it may have been removed.{' '}
        <Link to={`/cases/${facts.id}/field`}>Show the first field</Link>
      </Notice>
    );
  }
  return (
    <FieldPageContext value={page}>
      <FieldBody field={field} wanted={wanted} onViewer={setViewer} />
    </FieldPageContext>
  );
}

function FieldBody(props: {
  readonly field: Field;
  readonly wanted: string | null;
  readonly onViewer: (viewer: FieldViewer | null) => void;
}) {
  const { field, wanted, onViewer } = props;
  const { desk, viewer } = useFieldPage();
  const { fields, cells: all } = useOpenCase();
  const { reason: locked } = useCaseAccess();
  const { site, fault } = useSite();
  const [isDisplayOpen, setIsDisplayOpen] = useState(false);
  const [, navigate] = useLocation();
  const filter = useDesk((state) => state.filter);
  const cells = useMemo(() => cellsOfField(all.values(), field.id), [all, field.id]);
  const shown = useMemo(() => filterCells(cells, filter), [cells, filter]);
  useEffect(() => desk.setScene({ field, cells, locked }), [desk, field, cells, locked]);
  const wantedBox = useWantedCell(wanted, cells);

  const goToField = (step: 1 | -1) => {
    const next = fields[fields.findIndex(({ id }) => id === field.id) + step];
    if (next !== undefined) navigate(`/cases/${field.caseId}/field/${next.id}`);
  };
  const goToUnsure = (step: 1 | -1) => {
    const cell = desk.goToUnsure(step);
    if (cell !== undefined) viewer?.centreOn(cell.box);
    else goToUnsureElsewhere(step);
  };
  const goToUnsureElsewhere = (step: 1 | -1) => {
    const here = fields.findIndex(({ id }) => id === field.id);
    for (let i = 1; i < fields.length; i++) {
      const other = fields[(here + step * i + fields.length) % fields.length]!;
      const cell = cellsOfField(all.values(), other.id).find(isUnsure);
      if (cell === undefined) continue;
      navigate(`/cases/${field.caseId}/field/${other.id}?cell=${cell.id}`);
      return;
    }
    desk.state.patch({ message: 'No unsure cell is left in this case.' });
  };
  const binOfKey = useMemo(() => keysOfBins(site), [site]);
  useFieldKeys({ binOfKey, goToField, goToUnsure });
  useEffect(() => {
    if (viewer === null || wantedBox === undefined) return;
    desk.select([wantedBox.id]);
    viewer.centreOn(wantedBox.box);
  }, [desk, viewer, wantedBox]);
  return (
    <div className={styles.view}>
      <div className={styles.page}>
        <div className={styles.main}>
          <FieldStrip currentId={field.id} />
          <FieldNotice field={field} locked={locked} />
          <FieldToolbar
            locked={locked}
            isDisplayOpen={isDisplayOpen}
            onDisplay={() => setIsDisplayOpen(!isDisplayOpen)}
          />
          <FieldStage field={field} isDisplayOpen={isDisplayOpen} onViewer={onViewer} />
        </div>
        <FieldSide
          field={field}
          cells={cells}
          shown={shown}
          binOfKey={binOfKey}
          locked={locked}
          onUnsure={() => goToUnsure(1)}
        />
        {fault !== null && <Notice kind="bad">{fault}</Notice>}
      </div>
    </div>
  );
}

/** The cell of the address: once for each address, however often the cell changes meanwhile. */
function useWantedCell(wanted: string | null, cells: readonly Cell[]): Cell | undefined {
  const [found, setFound] = useState<Cell>();
  const now = wanted === null ? undefined : cells.find(({ id }) => id === wanted);
  if (now?.id !== found?.id) setFound(now);
  return found;
}
