/** @file The tools of the viewer, zoom, and how things are shown. */
import { Eye, EyeOff, Maximize, SlidersHorizontal, ZoomIn, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { isEditingTool } from '../../viewer/tool-machine.ts';
import { useDesk, useFieldPage } from './desk-context.ts';
import styles from './FieldToolbar.module.css';
import { toolFacts } from './tool-facts.ts';

/** The bar above the image. */
export function FieldToolbar(props: {
  readonly locked: string | null;
  readonly isDisplayOpen: boolean;
  readonly onDisplay: () => void;
}) {
  const { locked, isDisplayOpen, onDisplay } = props;
  const { desk, viewer } = useFieldPage();
  const tool = useDesk((state) => state.tool.tool);
  const isOverlayShown = useDesk((state) => state.isOverlayShown);
  const selected = useDesk((state) => state.selected.length);
  const whyNot = (name: (typeof toolFacts)[number]['tool']): string | null => {
    if (isEditingTool(name) && locked !== null) return locked;
    if (name.startsWith('redraw-') && selected !== 1) return 'Select one cell first.';
    return null;
  };
  return (
    <div className={styles.bar} role="toolbar" aria-label="Field">
      <div className={styles.group}>
        {toolFacts.map(({ tool: name, name: label, key, icon: Icon }) => {
          const reason = whyNot(name);
          return (
            <ToolButton
              key={name}
              label={reason === null ? label : `${label}. ${reason}`}
              keys={`Shift+${key}`}
              isPressed={tool === name}
              isDisabled={reason !== null}
              onClick={() => desk.choose(name)}
            >
              <Icon size={18} aria-hidden />
            </ToolButton>
          );
        })}
      </div>
      <div className={styles.group}>
        <ToolButton label="Zoom out" keys="-" onClick={() => viewer?.zoomBy(1 / 1.4)}>
          <ZoomOut size={18} aria-hidden />
        </ToolButton>
        <ToolButton label="Zoom in" keys="+" onClick={() => viewer?.zoomBy(1.4)}>
          <ZoomIn size={18} aria-hidden />
        </ToolButton>
        <ToolButton label="Whole field" keys="0" onClick={() => viewer?.fit()}>
          <Maximize size={18} aria-hidden />
        </ToolButton>
        <ToolButton
          label="1:1, one pixel of the image on one of the screen"
          keys="1"
          onClick={() => viewer?.oneToOne()}
        >
          <span className={styles.ratio}>1:1</span>
        </ToolButton>
      </div>
      <div className={styles.group}>
        <ToolButton
          label="Outlines"
          keys="H"
          isPressed={isOverlayShown}
          onClick={() => desk.state.patch({ isOverlayShown: !isOverlayShown })}
        >
          {isOverlayShown ? <Eye size={18} aria-hidden /> : <EyeOff size={18} aria-hidden />}
        </ToolButton>
        <ToolButton label="Display" isPressed={isDisplayOpen} onClick={onDisplay}>
          <SlidersHorizontal size={18} aria-hidden />
        </ToolButton>
      </div>
    </div>
  );
}

/** A disabled tool stays in reach of the keyboard, so that its reason can be read. */
function ToolButton(props: {
  readonly label: string;
  readonly keys?: string;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  const { label, keys, isPressed, isDisabled = false, onClick, children } = props;
  return (
    <button
      type="button"
      className={styles.tool}
      title={keys === undefined ? label : `${label} (${keys})`}
      aria-label={label}
      aria-keyshortcuts={keys}
      aria-pressed={isPressed}
      aria-disabled={isDisabled}
      onClick={() => {
        if (!isDisabled) onClick();
      }}
    >
      {children}
    </button>
  );
}
