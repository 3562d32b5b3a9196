/** @file A box by numbers: to add or redraw a cell without a pointer. */
import type { Box } from '@leukoscope/core';
import { type FormEvent, useId } from 'react';
import { Button } from '../../components/Button.tsx';
import styles from './BoxForm.module.css';

const parts = [
  { name: 'left', label: 'Left' },
  { name: 'top', label: 'Top' },
  { name: 'width', label: 'Width' },
  { name: 'height', label: 'Height' },
] as const;

/** Four numbers in pixels of the image, and a button. */
export function BoxForm(props: {
  readonly box: Box;
  readonly action: string;
  readonly onSubmit: (box: Box) => void;
}) {
  const { box, action, onSubmit } = props;
  const id = useId();
  const values = {
    left: box.x1,
    top: box.y1,
    width: box.x2 - box.x1,
    height: box.y2 - box.y1,
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [left, top, width, height] = parts.map(({ name }) => Number(form.get(name)));
    onSubmit({ x1: left!, y1: top!, x2: left! + width!, y2: top! + height! });
  };
  return (
    // Another box is another form: its fields begin with that box's numbers.
    <form className={styles.form} onSubmit={submit} key={Object.values(values).join()}>
      {parts.map(({ name, label }) => (
        <label key={name} htmlFor={`${id}-${name}`}>
          {label}
          <input
            id={`${id}-${name}`}
            name={name}
            type="number"
            required
            step="any"
            min={name === 'width' || name === 'height' ? 4 : 0}
            defaultValue={Math.round(values[name] * 100) / 100}
          />
        </label>
      ))}
      <Button type="submit">{action}</Button>
    </form>
  );
}
