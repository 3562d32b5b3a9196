/** @file What a view of a crop is, and how far views stray from the plain one. */

/** How far views stray from the plain one. All zero: the plain view. */
export interface CropVariation {
  /** Spread of the logarithm of the scale. */
  readonly scale: number;
  /** Largest shift over the cell's longer side. */
  readonly shift: number;
  /** Whether cells are turned by any angle and mirrored. */
  readonly turns: boolean;
  /** Share of views cut at a border of the image. */
  readonly cuts: number;
  /** Strength of the change of colours. */
  readonly colour: number;
  /** Share of views that are blurred; as many get noise. */
  readonly damage: number;
  /** Share of views that are bent. */
  readonly waves: number;
  /** Share of views stained at another pH and strength. */
  readonly stain: number;
  /** Share of views in poor light. */
  readonly dim: number;
  /** Share of views with a second cell that touches or covers the first. */
  readonly neighbours: number;
  /** Share of views that are turned, scaled, shifted and a little recoloured, and nothing else. */
  readonly mild: number;
}

/** The plain view, as at inference. */
export const plainView: CropVariation = {
  scale: 0,
  shift: 0,
  turns: false,
  cuts: 0,
  colour: 0,
  damage: 0,
  waves: 0,
  stain: 0,
  dim: 0,
  neighbours: 0,
  mild: 0,
};

/** A view that leaves a cell as it is but for its place and a little colour. */
export function mildly(variation: CropVariation): CropVariation {
  const { scale, shift, turns, colour } = variation;
  return { ...plainView, scale, shift, turns, colour: colour / 2 };
}

/** Where views are written: image planes [3, side, side], mask [side / 2, side / 2]. */
export interface CropView {
  readonly image: Float32Array;
  readonly imageOffset: number;
  readonly mask: Float32Array;
  readonly maskOffset: number;
  readonly side: number;
}
