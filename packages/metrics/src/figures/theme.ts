/**
 * @file Colours and letters of figures. `printTheme` has fixed colours for papers and PNGs; `pageTheme`
 * names CSS variables with those colours as fallback, so that a page can turn its figures dark.
 *
 * Series colours are those of Okabe & Ito (2008), told apart by colour-blind readers; figures never rely on
 * colour alone: lines also differ in dashes and markers, areas in hatches, and ramps in lightness.
 */

/** What a figure is drawn with. */
export interface FigureTheme {
  readonly ink: string;
  /** Secondary text. */
  readonly muted: string;
  readonly grid: string;
  readonly paper: string;
  /** Pale filling of boxes and bands. */
  readonly wash: string;
  /** Fill of heat maps at full strength. */
  readonly heat: string;
  readonly series: readonly string[];
  /** From strong to weak, for ordered series. */
  readonly ramp: readonly string[];
  readonly fontFamily: string;
}

/** White paper. */
export const printTheme: FigureTheme = {
  ink: '#1a1d21',
  muted: '#565d66',
  grid: '#dfe3e8',
  paper: '#ffffff',
  wash: '#e8edf3',
  heat: '#0b4f8a',
  series: ['#0072b2', '#d55e00', '#009e73', '#a24b8c', '#8a6d00', '#1a1d21'],
  ramp: [
    '#12205c',
    '#1b3a83',
    '#1f58a0',
    '#2377b0',
    '#2f96b4',
    '#4cafa9',
    '#73c096',
    '#9ccb83',
    '#c0cf74',
    '#d9c95f',
  ],
  fontFamily: "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif",
};

/** The same through CSS variables `--figure-ink`, ..., `--figure-series-0`, `--figure-ramp-0`, .... */
export const pageTheme: FigureTheme = {
  ink: variable('ink', printTheme.ink),
  muted: variable('muted', printTheme.muted),
  grid: variable('grid', printTheme.grid),
  paper: variable('paper', printTheme.paper),
  wash: variable('wash', printTheme.wash),
  heat: variable('heat', printTheme.heat),
  series: printTheme.series.map((colour, i) => variable(`series-${i}`, colour)),
  ramp: printTheme.ramp.map((colour, i) => variable(`ramp-${i}`, colour)),
  fontFamily: printTheme.fontFamily,
};

function variable(name: string, fallback: string): string {
  return `var(--figure-${name}, ${fallback})`;
}
