/** The colours of series, told apart also by the colour-blind (Okabe and Ito), readable on light and dark. */

export interface SeriesColor {
  readonly light: string;
  readonly dark: string;
  /** Of the terminal's 256. */
  readonly terminal: number;
}

const COLORS: readonly SeriesColor[] = [
  { light: "#0072B2", dark: "#56B4E9", terminal: 39 },
  { light: "#D55E00", dark: "#F0854A", terminal: 208 },
  { light: "#009E73", dark: "#2FCB9F", terminal: 36 },
  { light: "#B0568B", dark: "#E3A0C8", terminal: 175 },
  { light: "#B37A00", dark: "#F2B84B", terminal: 178 },
  { light: "#5B5B5B", dark: "#BDBDBD", terminal: 247 },
];

/** The colour of series number `index`; they repeat after six. */
export function seriesColor(index: number): SeriesColor {
  const color = COLORS[index % COLORS.length];
  if (color === undefined) throw new RangeError(`Cannot choose a color: index ${index}`);
  return color;
}
