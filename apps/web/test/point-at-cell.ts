/** @file The pointer on a cell whose picture has come: the product moves and confirms no cell that nobody can have seen. */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

const patience = { timeout: 30_000 };

/** Point at a tile of the gallery once its picture is there, so that the next key means it. */
export async function pointAt(tile: Locator): Promise<void> {
  await tile.hover();
  await untilPicturesCame(tile);
}

/** Wait until every picture in what is located has come. */
export async function untilPicturesCame(where: Locator): Promise<void> {
  const haveCome = () =>
    where
      .locator('img')
      .evaluateAll(
        (all) =>
          all.length > 0 &&
          all.every(
            (one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0,
          ),
      );
  await expect.poll(haveCome, patience).toBe(true);
}
