/** @file What hands do on a case: scroll its gallery, pan and zoom its field, correct cells by key. */
import type { CDPSession, Page } from 'playwright-core';

/** One thing that hands do. */
export interface Gesture {
  /** Behind the address of the case. */
  readonly place: '' | '/field';
  /** Wait until the page is at rest and ready for the gesture. */
  prepare(page: Page): Promise<void>;
  /** Move for about this long. */
  move(debug: CDPSession, page: Page, ms: number): Promise<void>;
}

const middle = { x: 720, y: 500 };
const restMs = 1500;
const eventMs = 1000 / 60;

/** By the names that the command takes. */
export const gestures: Readonly<Record<string, Gesture>> = {
  scroll: scrollAt(900),
  fling: scrollAt(6000),
  /** A page of as many coloured squares and nothing else, scrolled alike: what the browser reaches on this machine. */
  floor: { ...scrollAt(900), prepare: prepareSquares },
  pan: {
    place: '/field',
    prepare: async (page) => {
      await prepareField(page);
      for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -240);
      await page.waitForTimeout(restMs);
    },
    move: async (debug, _, ms) => {
      const send = mouse(debug);
      await send('mousePressed', middle);
      // Round and round, 200 pixels wide, one round a second.
      await everyFrame(ms, (at) =>
        send('mouseMoved', {
          x: middle.x + 200 * Math.sin((at / 1000) * 2 * Math.PI),
          y: middle.y + 200 * Math.cos((at / 1000) * 2 * Math.PI) - 200,
        }),
      );
      await send('mouseReleased', middle);
    },
  },
  zoom: {
    place: '/field',
    prepare: prepareField,
    move: (debug, _, ms) =>
      // In for a second, out for a second.
      everyFrame(ms, (at) =>
        debug.send('Input.dispatchMouseEvent', {
          type: 'mouseWheel',
          ...middle,
          deltaX: 0,
          deltaY: Math.floor(at / 1000) % 2 === 0 ? -20 : 20,
        }),
      ),
  },
  correct: {
    place: '',
    prepare: prepareGallery,
    move: async (_, page, ms) => {
      await page.getByRole('grid', { name: 'Cells by bin' }).focus();
      const keys = ['f', 'ArrowRight', 'z', 'ArrowRight', 'Enter', 'ArrowRight'];
      const until = performance.now() + ms;
      for (let i = 0; performance.now() < until; i++) {
        await page.keyboard.press(keys[i % keys.length]!);
        await page.waitForTimeout(120);
      }
    },
  },
};

/** Scroll the gallery down and up again, by as many pixels a second. */
function scrollAt(speed: number): Gesture {
  return {
    place: '',
    prepare: prepareGallery,
    move: async (debug, _, ms) => {
      const yDistance = (-speed * ms) / 2000;
      for (const sign of [1, -1]) {
        await debug.send('Input.synthesizeScrollGesture', {
          ...middle,
          yDistance: sign * yDistance,
          speed,
          preventFling: true,
          gestureSourceType: 'mouse',
        });
      }
    },
  };
}

async function prepareGallery(page: Page): Promise<void> {
  await page.locator('[role="gridcell"] img').first().waitFor();
  await page.mouse.move(middle.x, middle.y);
  await page.waitForTimeout(restMs);
}

async function prepareSquares(page: Page): Promise<void> {
  await page.goto('about:blank');
  const squares = Array.from(
    { length: 1000 },
    (_, i) =>
      `<div style="left: ${(i % 7) * 126}px; top: ${Math.floor(i / 7) * 161}px; background: hsl(${i * 37} 60% 70%)"></div>`,
  );
  await page.setContent(`
    <style>
      main { position: absolute; left: 248px; top: 120px; width: 880px; height: 700px; overflow: auto; background: #eee; }
      main div { position: absolute; width: 120px; height: 155px; }
    </style>
    <main>${squares.join('')}</main>
  `);
  await page.mouse.move(middle.x, middle.y);
  await page.waitForTimeout(restMs);
}

async function prepareField(page: Page): Promise<void> {
  await page.locator('main canvas').first().waitFor();
  await page.mouse.move(middle.x, middle.y);
  await page.waitForTimeout(restMs);
}

function mouse(debug: CDPSession) {
  return (
    type: 'mousePressed' | 'mouseMoved' | 'mouseReleased',
    at: { readonly x: number; readonly y: number },
  ) =>
    debug.send('Input.dispatchMouseEvent', {
      type,
      ...at,
      button: 'left',
      buttons: type === 'mouseReleased' ? 0 : 1,
      clickCount: 1,
    });
}

/** Do something 60 times a second, never twice at once: what is late is left out. */
async function everyFrame(ms: number, step: (atMs: number) => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  for (let next = 0; next < ms; ) {
    const at = performance.now() - startedAt;
    if (at < next) await new Promise((resolve) => setTimeout(resolve, next - at));
    await step(next);
    next = Math.max(next + eventMs, performance.now() - startedAt);
  }
}
