/** @file Brightness, contrast, gamma and grid: how the field is shown, never what is stored. */
import { useId } from 'react';
import { Button } from '../../components/Button.tsx';
import { type DisplayAids, isPlainDisplay, plainDisplay } from '../../viewer/display-aids.ts';
import styles from './DisplayPanel.module.css';
import { useDesk, useFieldPage } from './desk-context.ts';

const sliders: readonly {
  readonly name: keyof DisplayAids;
  readonly label: string;
  readonly min: number;
  readonly max: number;
}[] = [
  { name: 'brightness', label: 'Brightness', min: -0.5, max: 0.5 },
  { name: 'contrast', label: 'Contrast', min: 0.4, max: 3 },
  { name: 'gamma', label: 'Gamma', min: 0.4, max: 2.5 },
];

/** The panel that the toolbar opens. */
export function DisplayPanel() {
  const { desk } = useFieldPage();
  const display = useDesk((state) => state.display);
  const isGridShown = useDesk((state) => state.isGridShown);
  const id = useId();
  return (
    <section className={styles.panel} aria-label="Display">
      {sliders.map(({ name, label, min, max }) => (
        <label key={name} htmlFor={`${id}-${name}`}>
          <span>
            {label} {display[name].toFixed(2)}
          </span>
          <input
            id={`${id}-${name}`}
            type="range"
            min={min}
            max={max}
            step="0.02"
            value={display[name]}
            onChange={(event) =>
              desk.state.patch({ display: { ...display, [name]: Number(event.target.value) } })
            }
          />
        </label>
      ))}
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={isGridShown}
          onChange={(event) => desk.state.patch({ isGridShown: event.target.checked })}
        />
        Grid
      </label>
      <p>Changes the view only: the image, the cells and every figure stay as they are.</p>
      <Button
        disabled={isPlainDisplay(display)}
        onClick={() => desk.state.patch({ display: plainDisplay })}
      >
        Reset
      </Button>
    </section>
  );
}
