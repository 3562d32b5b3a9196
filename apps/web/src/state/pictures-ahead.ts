/**
 * @file Fetches pictures before they are on the screen, a few at a time, so that scrolling on does not wait for the
 * server, and keeps them and those that were on the screen in the page's memory: the server lets no browser store them.
 */

/** Pictures that are kept, of some kilobytes each; those that were wanted longest ago go first. */
const mostKept = 2048;

/** Fetches pictures ahead and keeps them. */
export interface PicturesAhead {
  /** Fetch these, first ones first, and nothing that was wanted before and has not begun. */
  want(addresses: readonly string[]): void;
  /** Keep one that is on the screen: it comes back without being fetched again. */
  keep(address: string): void;
  /** Let go of all of them. */
  forget(): void;
}

/** Settings of `createPicturesAhead`. */
export interface PicturesAheadOptions {
  /** Pictures that are fetched at a time. @default 2 */
  readonly parallel?: number;
  /** @default 2048 */
  readonly limit?: number;
}

/** Make what fetches by `load`, which must not fail: whoever looks at a picture asks for it again. */
export function createPicturesAhead(
  load: (address: string) => Promise<unknown>,
  options: PicturesAheadOptions = {},
): PicturesAhead {
  const { parallel = 2, limit = mostKept } = options;
  // In the order of their last use. The promise holds the picture.
  const kept = new Map<string, Promise<unknown>>();
  let queue: string[] = [];
  let running = 0;
  const use = (address: string): Promise<unknown> => {
    const picture = kept.get(address) ?? load(address);
    kept.delete(address);
    kept.set(address, picture);
    for (const oldest of kept.keys()) {
      if (kept.size <= limit) break;
      kept.delete(oldest);
    }
    return picture;
  };
  const pump = () => {
    while (running < parallel) {
      const address = queue.shift();
      if (address === undefined) return;
      if (kept.has(address)) continue;
      running++;
      void use(address).then(() => {
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
    keep: (address) => void use(address),
    forget() {
      queue = [];
      kept.clear();
    },
  };
}

/**
 * Fetch a picture as a page does, after everything that is on the screen. As long as the element is kept, a page that
 * shows the same address takes it from there.
 */
export function loadPicture(address: string): Promise<HTMLImageElement> {
  const { promise, resolve } = Promise.withResolvers<HTMLImageElement>();
  const image = new Image();
  image.fetchPriority = 'low';
  image.onload = () => resolve(image);
  image.onerror = () => resolve(image);
  image.src = address;
  return promise;
}
