/** @file Reminds of uploads that a reload or a crash interrupted: the same files must be chosen again. */
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { uploadMemory, uploads } from '../../state/page-uploads.ts';
import type { RememberedUpload } from '../../state/upload-memory.ts';

/** What is unfinished and not on its way just now; nothing when there is none. */
export function UnfinishedUploads() {
  const items = useStore(uploads);
  const [, setForgotten] = useState(0);
  const onItsWay = new Set(items.map((item) => `${item.caseId}|${item.fileName}`));
  const waiting = uploadMemory
    .all()
    .filter((upload) => !onItsWay.has(`${upload.caseId}|${upload.fileName}`));
  const byCase = Map.groupBy(waiting, (upload) => upload.caseId);
  const forget = (group: readonly RememberedUpload[]) => {
    for (const upload of group) {
      const { uploadId } = upload;
      uploadMemory.forgetUpload(upload);
      if (uploadId === null) continue;
      // Finished or forgotten there: nothing is left to give up.
      void api.cancelUpload({ params: { id: uploadId } }).catch(() => {});
    }
    setForgotten((n) => n + 1);
  };
  return [...byCase].map(([caseId, group]) => (
    <Notice key={caseId} kind="warn">
      {group.length === 1 ? 'One upload' : `${group.length} uploads`} to{' '}
      <Link to={`/cases/${caseId}`}>{group[0]!.caseNumber}</Link>{' '}
      {group.length === 1 ? 'is' : 'are'} unfinished ({namesOf(group)}). Drop or choose the same{' '}
      {group.length === 1 ? 'file' : 'files'} again: what has arrived is not sent twice.{' '}
      <Button onClick={() => forget(group)}>Give up</Button>
    </Notice>
  ));
}

function namesOf(group: readonly RememberedUpload[]): string {
  const names = group.slice(0, 3).map((upload) => upload.fileName);
  return names.join(', ') + (group.length > 3 ? ', ...' : '');
}
