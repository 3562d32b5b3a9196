/** @file Prints the report once its pictures are there: a browser prints what it has, be it grey squares. */
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';

/** A picture that takes longer is printed without. */
const mostWaitMs = 20_000;

/** The button that prints. */
export function PrintButton({ isReady }: { readonly isReady: boolean }) {
  const [isWaiting, setWaiting] = useState(false);
  const printSheet = async () => {
    setWaiting(true);
    await Promise.race([picturesOf('article img'), wait(mostWaitMs)]);
    setWaiting(false);
    // The button's words must not change while the browser's own dialog holds the page.
    requestAnimationFrame(() => print());
  };
  return (
    <Button look="primary" disabled={!isReady || isWaiting} onClick={() => void printSheet()}>
      {isWaiting ? 'Fetching pictures ...' : 'Print'}
    </Button>
  );
}

async function picturesOf(selector: string): Promise<void> {
  const pictures = [...document.querySelectorAll<HTMLImageElement>(selector)];
  // A picture that cannot be had must not keep the others from paper.
  await Promise.allSettled(pictures.map((picture) => picture.decode()));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
