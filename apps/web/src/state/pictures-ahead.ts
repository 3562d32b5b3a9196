/**
 * @file Fetches pictures into the browser's cache before they are on the screen, a few at a time, so that scrolling
 * on does not wait for the server.
 */

/** Pictures that were asked for and are remembered; a browser's cache keeps some more. */
const mostKnown = 4096;

/** Fetches pictures ahead. */
export interface PicturesAhead {
  /** Fetch these, first ones first, and nothing that was wanted before and has not begun. */
  want(addresses: readonly string[]): void;
}

/** Make what fetches by `load`, which must not fail: whoever looks at a picture asks for it again. */
export function createPicturesAhead(
  load: (address: string) => Promise<void>,
  parallel = 2,
): PicturesAhead {
  const known = new Set<string>();
  let queue: string[] = [];
  let running = 0;
  const pump = () => {
    while (running < parallel) {
      const address = queue.shift();
      if (address === undefined) return;
      if (known.has(address)) continue;
      if (known.size >= mostKnown) known.clear();
      known.add(address);
      running++;
      void load(address).then(() => {
        running--;
        pump();
      });
    }
  };
  return {
    want(addresses) {
      queue = [...addresses];
      pump();
    },
  };
}

/** Fetch a picture as a page does, after everything that is on the screen. */
export function loadPicture(address: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const image = new Image();
  image.fetchPriority = 'low';
  image.onload = () => resolve();
  image.onerror = () => resolve();
  image.src = address;
  return promise;
}
