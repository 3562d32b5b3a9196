/** @file The model's own certain examples of a type, beside the cells in doubt. */
import type { Bin, Cell, Examples } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { useKey } from '../../components/use-key.ts';
import { addressOf, api } from '../../state/api.ts';
import { binName } from '../../state/bins.ts';
import { scoreText } from '../../viewer/cell-label.ts';
import styles from './ExamplesStrip.module.css';

const size = 88;

/** Examples of the type of a cell, and of the one that the model found next likely. */
export function ExamplesStrip(props: {
  readonly cell: Cell | undefined;
  readonly classes: readonly Bin[];
  readonly onClose: () => void;
}) {
  const { cell, classes, onClose } = props;
  useKey('Escape', onClose);
  const modelId = cell?.model?.modelId;
  if (cell === undefined) return <p className={styles.strip}>Point at a cell to see examples.</p>;
  if (modelId === undefined)
    return <p className={styles.strip}>A person added this cell: no model has examples for it.</p>;
  return (
    <div className={styles.strip}>
      {classes.map((bin) => (
        <ClassExamples key={bin} modelId={modelId} bin={bin} />
      ))}
    </div>
  );
}

function ClassExamples({ modelId, bin }: { readonly modelId: string; readonly bin: Bin }) {
  const loaded = useExamples(modelId, bin);
  return (
    <figure className={styles.group}>
      <figcaption>{binName(bin)}</figcaption>
      {typeof loaded === 'string' && <p role="alert">{loaded}</p>}
      {loaded === undefined && <p>Loading ...</p>}
      {typeof loaded === 'object' && loaded.items.length + loaded.synthetic.length === 0 && (
        <p>No certain, reviewed example yet.</p>
      )}
      {typeof loaded === 'object' && (
        <div className={styles.pictures}>
          {loaded.items.map((item) => (
            <span key={item.cellId}>
              <img
                src={addressOf('getCellCrop', {
                  params: { id: item.cellId },
                  query: { size: 96, revision: item.revision },
                })}
                width={size}
                height={size}
                alt={`${binName(bin)} of case ${item.caseNumber}`}
              />
              <small>
                {scoreText(item.score)} · {item.caseNumber}
              </small>
            </span>
          ))}
          {loaded.synthetic.map(({ name }) => (
            <span key={name}>
              <img
                src={addressOf('getSyntheticExample', { params: { name } })}
                width={size}
                height={size}
                alt={`${binName(bin)}, drawn`}
              />
              <small>drawn</small>
            </span>
          ))}
        </div>
      )}
    </figure>
  );
}

/** Examples, why they did not come, or undefined while they load. Kept for the page's life. */
function useExamples(modelId: string, bin: Bin): Examples | string | undefined {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Examples | string>>(new Map());
  const key = `${modelId} ${bin}`;
  const isAsked = answers.has(key);
  useEffect(() => {
    if (isAsked || bin === 'unidentified' || bin === 'not-classed') return;
    const take = (answer: Examples | string) => setAnswers((old) => new Map(old).set(key, answer));
    api
      .listExamples({ params: { id: modelId }, query: { cellClass: bin, limit: 6 } })
      .then(take, (error: unknown) => take(messageOf(error)));
  }, [key, modelId, bin, isAsked]);
  return answers.get(key);
}
