/**
 * @file Who owns each pixel: objects claim what they fill, later ones lie on top of earlier ones.
 *
 * Visible masks are read off at the end, so that boxes, masks and overlaps always agree.
 */
import {
  type Annotation,
  type CellClass,
  createMask,
  maskArea,
  maskBox,
  type PlacedMask,
  type Size,
  toPlacedMask,
} from '@leukoscope/core';

/** One object that claims pixels; its masks may reach outside the picture. */
export interface Claim {
  readonly annotation: Omit<Annotation, 'box' | 'mask'>;
  /** The kind that was painted. */
  readonly kind: CellClass | undefined;
  readonly mask: PlacedMask;
  readonly nucleusMask?: PlacedMask;
  /** Whether only its box is told, because its mask is a guess. @default false */
  readonly boxOnly?: boolean;
}

/** What is known of one object beyond its annotation. */
export interface SyntheticCell {
  readonly kind: CellClass | undefined;
  /** The visible part of the nucleus. */
  readonly nucleusMask?: PlacedMask;
  /** Visible pixels over all pixels of the object, 0..1. */
  readonly visibleShare: number;
}

/** The owners of all pixels of a picture. */
export class OwnerMap {
  /** 0 = nobody, i = claim number i - 1. */
  readonly #owners: Int32Array;
  readonly #size: Size;
  readonly #claims: Claim[] = [];

  constructor(size: Size) {
    this.#size = size;
    this.#owners = new Int32Array(size.width * size.height);
  }

  /** Claim the pixels of a mask, taking them from whoever had them. */
  claim(claim: Claim): void {
    this.#claims.push(claim);
    const owner = this.#claims.length;
    const { data } = claim.mask.mask;
    this.#visit(claim.mask, (at, inMask) => {
      if (data[inMask] === 1) this.#owners[at] = owner;
    });
  }

  /** Read annotations and facts of everything that shows at least one pixel. */
  read(): { annotations: Annotation[]; objects: SyntheticCell[] } {
    const annotations: Annotation[] = [];
    const objects: SyntheticCell[] = [];
    this.#claims.forEach((claim, index) => {
      const mask = this.#visible(claim.mask, index + 1);
      const box = mask === undefined ? undefined : maskBox(mask);
      if (mask === undefined || box === undefined) return;
      annotations.push({ ...claim.annotation, box, ...(claim.boxOnly === true ? {} : { mask }) });
      const nucleusMask =
        claim.nucleusMask === undefined ? undefined : this.#visible(claim.nucleusMask, index + 1);
      objects.push({
        kind: claim.kind,
        visibleShare: maskArea(mask.mask) / maskArea(claim.mask.mask),
        ...(nucleusMask === undefined ? {} : { nucleusMask }),
      });
    });
    return { annotations, objects };
  }

  /** Cut a mask down to the pixels that still belong to its owner, as a tight mask. */
  #visible(placed: PlacedMask, owner: number): PlacedMask | undefined {
    const visible = createMask(placed.mask);
    const { data } = placed.mask;
    this.#visit(placed, (at, inMask) => {
      if (data[inMask] === 1 && this.#owners[at] === owner) visible.data[inMask] = 1;
    });
    const tight = toPlacedMask(visible);
    if (tight === undefined) return undefined;
    return { left: tight.left + placed.left, top: tight.top + placed.top, mask: tight.mask };
  }

  /** Visit the pixels of a placed mask that lie inside the picture. */
  #visit(placed: PlacedMask, visit: (at: number, inMask: number) => void): void {
    const { left, top, mask } = placed;
    const fromX = Math.max(0, -left);
    const toX = Math.min(mask.width, this.#size.width - left);
    const toY = Math.min(mask.height, this.#size.height - top);
    for (let y = Math.max(0, -top); y < toY; y++) {
      for (let x = fromX; x < toX; x++) {
        visit((top + y) * this.#size.width + left + x, y * mask.width + x);
      }
    }
  }
}
