/** @file Buttons that choose images or a folder of images, and a page-wide place to drop them. */
import { FolderOpen, ImagePlus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import {
  acceptedEndings,
  type ChosenFiles,
  holdsFiles,
  readDrop,
  sortFiles,
} from '../../state/dropped-files.ts';
import styles from './FilePicker.module.css';

/** Two buttons: images, or a folder. */
export function FilePicker(props: {
  readonly onChoose: (chosen: ChosenFiles) => void;
  readonly look?: 'plain' | 'quiet';
  readonly imagesText?: string;
}) {
  const { onChoose, look = 'plain', imagesText = 'Choose images' } = props;
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement | null>(null);
  const take = (input: HTMLInputElement) => {
    const chosen = sortFiles([...(input.files ?? [])]);
    // Choosing the same file again must be heard again.
    input.value = '';
    if (chosen.images.length > 0 || chosen.leftOut.length > 0) onChoose(chosen);
  };
  return (
    <div className={styles.picker}>
      <Button look={look} onClick={() => files.current?.click()}>
        <ImagePlus size={18} aria-hidden />
        {imagesText}
      </Button>
      <Button look={look} onClick={() => folder.current?.click()}>
        <FolderOpen size={18} aria-hidden />
        Choose a folder
      </Button>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept={acceptedEndings}
        aria-label="Images"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={(input) => {
          folder.current = input;
          // React's types do not know the attribute, every browser does.
          if (input !== null) input.webkitdirectory = true;
        }}
        type="file"
        hidden
        aria-label="Folder of images"
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}

/** Take files and folders that are dropped anywhere on the page; says so while they hover. */
export function PageDrop(props: {
  readonly text: string;
  readonly onDrop: (chosen: ChosenFiles) => void;
}) {
  const { text, onDrop } = props;
  const [isOver, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    // Every element that is entered and left tells so: only the count says when the page was left.
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const over = (event: DragEvent) => {
      if (holdsFiles(event.dataTransfer)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      const transfer = event.dataTransfer;
      if (transfer === null || !holdsFiles(transfer)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void readDrop(transfer.items).then((chosen) => latest.current(chosen));
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
  return isOver ? <div className={styles.over}>{text}</div> : null;
}
