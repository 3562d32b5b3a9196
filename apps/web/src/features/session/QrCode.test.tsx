import decodeQR from 'qr/decode.js';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { QrCode } from './QrCode.tsx';

test('draws a code that a camera reads', () => {
  const text =
    'otpauth://totp/Leukoscope:ann?issuer=Leukoscope&secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&algorithm=SHA1&digits=6&period=30';
  const drawn = renderToStaticMarkup(<QrCode text={text} label="code" />);
  const side = Number(/viewBox="0 0 (\d+)/.exec(drawn)![1]);
  const scale = 4;
  const size = side * scale;
  const data = new Uint8Array(size * size * 4).fill(255);
  for (const [, x, y] of drawn.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let i = 0; i < scale * scale; i++) {
      const row = Number(y) * scale + Math.floor(i / scale);
      data.fill(
        0,
        (row * size + Number(x) * scale + (i % scale)) * 4,
        (row * size + Number(x) * scale + (i % scale)) * 4 + 3,
      );
    }
  }
  expect(decodeQR({ width: size, height: size, data })).toBe(text);
  // The quiet border: nothing dark in the first four rows.
  expect(drawn).not.toMatch(/M\d+ [0-3]h/);
});
