/**
 * @file What every model that finds cells looks like to the pipeline, whatever is inside it.
 *
 * A model takes one raster and gives findings in that raster's pixels. It says itself how large a
 * raster it likes to see at once; cutting, merging and the image's border are the pipeline's work.
 */
import type { CellClass, Expectation, Finding, RgbRaster } from '@leukoscope/core';
import type { FamiliarCells, SpecimenPrior, StageHead } from '@leukoscope/models';

/** What identifies a model in reports. */
export interface ModelFacts {
  readonly name: string;
  /** SHA-256 in hexadecimal that changes with anything that decides the answers; of an ensemble joined by `+`. */
  readonly hash: string;
  /** In the order of `classIndex` and `probabilities`. */
  readonly classes: readonly CellClass[];
  /** A type whose probability is below this is not to be trusted; absent where nobody fitted it. */
  readonly unsureBelow?: number | undefined;
  /** What each expectation that may be asked for does to the probabilities. */
  readonly priors?: Readonly<Partial<Record<Expectation, SpecimenPrior>>> | undefined;
  /** Finer types that it tells where a specimen is expected to hold them. */
  readonly stages?: Pick<StageHead, 'specimen' | 'classes' | 'unsureBelow'> | undefined;
  /** Where its training cells lie, with the temperature of its probabilities. */
  readonly familiar?: (FamiliarCells & { readonly temperature: number }) | undefined;
}

/** How a model wants large images cut, in pixels of the image. */
export interface Tiling {
  /** Longest side that is analysed in one piece. */
  readonly side: number;
  /** How far neighbouring tiles overlap; at least the largest cell, so that one of them sees it whole. */
  readonly overlap: number;
  /** Tiles begin at multiples of this: the network's stride, so that its grid lies the same. @default 1 */
  readonly alignment?: number | undefined;
}

/** A finding before anybody looked at the border of the image. */
export type ModelFinding = Omit<Finding, 'isIncomplete'> & Staged;

/** What a model saw that only some specimens ask for. */
export interface Staged {
  /** The probability of each of its stages. */
  readonly stages?: readonly number[] | undefined;
}

/** What a cell is, without where. */
export type CellType = Pick<
  ModelFinding,
  'classIndex' | 'cellClass' | 'probabilities' | 'isUnsure'
>;

/** How to run a model on one raster. */
export interface ModelOptions {
  /** Leave out findings below this score. @default the model's own */
  readonly scoreThreshold?: number | undefined;
  /** What the specimen is expected to hold, for models that look elsewhere then. @default nothing */
  readonly expectation?: Expectation | undefined;
}

/** A model that finds and types cells. */
export interface LeukocyteModel {
  readonly facts: ModelFacts;
  readonly tiling: Tiling;
  /**
   * Smaller tiles for another look at an image whose cells came out too small for the model, or undefined
   * when what was found will do. `shownSide` is the longer side of what it saw at once.
   */
  finerTiling?(findings: readonly Finding[], shownSide: number): Tiling | undefined;
  /** Find the cells of a raster; boxes and masks are in its pixels. */
  analyse(raster: RgbRaster, options?: ModelOptions): Promise<readonly ModelFinding[]>;
  /** Type a picture that shows one cell and little else; models that need no place to tell a type have this. */
  typePicture?(raster: RgbRaster): Promise<CellType>;
  /** Free its sessions. */
  close(): Promise<void>;
}
