/** @file The image with its outlines, and what lies upon it: hints, scale bar, messages. */
import type { Field } from '@leukoscope/contract';
import { useEffect, useRef } from 'react';
import { Button } from '../../components/Button.tsx';
import { useMedia } from '../../components/use-media.ts';
import { useStore } from '../../components/use-store.ts';
import { createFieldViewer, type FieldViewer } from '../../viewer/field-viewer.ts';
import { scaleBar } from '../../viewer/scale-bar.ts';
import { DisplayPanel } from './DisplayPanel.tsx';
import { useDesk, useFieldPage } from './desk-context.ts';
import styles from './FieldStage.module.css';
import { toolFacts } from './tool-facts.ts';

const widestScaleBar = 130;

/** The image. `onViewer` gets the viewer once its element is there, and null when it goes. */
export function FieldStage(props: {
  readonly field: Field;
  readonly isDisplayOpen: boolean;
  readonly onViewer: (viewer: FieldViewer | null) => void;
}) {
  const { field, isDisplayOpen, onViewer } = props;
  const { desk, viewer } = useFieldPage();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (element.current === null) return;
    const made = createFieldViewer(element.current, desk);
    onViewer(made);
    return () => {
      onViewer(null);
      made.destroy();
    };
  }, [desk, onViewer]);
  useEffect(() => viewer?.open(field), [viewer, field]);
  const message = useDesk((state) => state.message);
  return (
    <div className={styles.stage}>
      <div ref={element} className={styles.image} />
      {viewer !== null && <ImageFault viewer={viewer} field={field} />}
      {viewer !== null && <Scale viewer={viewer} pixelSizeUm={field.pixelSizeUm} />}
      <ToolHint />
      {isDisplayOpen && <DisplayPanel />}
      <p className={styles.message} role="status">
        {message}
      </p>
    </div>
  );
}

function ImageFault({ viewer, field }: { readonly viewer: FieldViewer; readonly field: Field }) {
  const fault = useStore(viewer.fault);
  if (fault === null) return null;
  return (
    <div className={styles.fault} role="alert">
      <p>{fault}</p>
      <Button onClick={() => viewer.open(field)}>Try again</Button>
    </div>
  );
}

function Scale(props: { readonly viewer: FieldViewer; readonly pixelSizeUm: number | null }) {
  const scale = useStore(props.viewer.scale);
  if (scale === null) return null;
  const bar = scaleBar(scale, props.pixelSizeUm, widestScaleBar);
  return (
    <div className={styles.scale} aria-hidden>
      <span>{bar.text}</span>
      <span className={styles.bar} style={{ width: bar.width }} />
      <span className={styles.zoom}>{Math.round(scale * devicePixelRatio * 100)} %</span>
    </div>
  );
}

function ToolHint() {
  const { desk } = useFieldPage();
  const { tool, drawing } = useDesk((state) => state.tool);
  const isCoarse = useMedia('(pointer: coarse)');
  if (tool === 'look') return null;
  const facts = toolFacts.find((other) => other.tool === tool);
  const mayFinish =
    drawing.kind === 'line' && drawing.points.length >= (tool === 'measure-distance' ? 2 : 3);
  return (
    <div className={styles.hint}>
      <p>
        <strong>{facts?.name}.</strong> {isCoarse ? facts?.hintForFingers : facts?.hint}{' '}
        {!isCoarse && drawing.kind === 'line' && 'Enter closes, Backspace takes back. '}
        {!isCoarse && 'Escape leaves.'}
      </p>
      {mayFinish && (
        <Button look="primary" onClick={() => desk.finish()}>
          Finish
        </Button>
      )}
      <Button onClick={() => desk.cancel()}>
        {drawing.kind === 'none' ? 'Leave' : 'Start again'}
      </Button>
    </div>
  );
}
