/** @file For how long nobody has touched the page: what it asks for by itself keeps no session alive. */
let touchedAt = performance.now();

for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel']) {
  // Tests of the state run where there is no page.
  globalThis.addEventListener?.(
    type,
    () => {
      touchedAt = performance.now();
    },
    { passive: true, capture: true },
  );
}

/** Whole seconds since somebody touched the page. */
export function idleSeconds(): number {
  return Math.floor((performance.now() - touchedAt) / 1000);
}
