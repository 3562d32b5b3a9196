/** @file A QR code, drawn in the page: what it says goes nowhere else. */
import { encodeQR } from 'qr';
import { useMemo } from 'react';
import styles from './SecondFactors.module.css';

/** Cameras find a code by the light border around it. */
const border = 4;

/** A QR code, dark on light in every theme. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const rows = useMemo(() => encodeQR(text, 'raw', { border, ecc: 'medium' }), [text]);
  const dark = rows.flatMap((row, y) =>
    row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')),
  );
  return (
    <svg
      className={styles.qr}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shapeRendering="crispEdges"
    >
      <path d={dark.join('')} />
    </svg>
  );
}
