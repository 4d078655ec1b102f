/** Skewness and kurtosis from n values' sums of first to fourth powers about any point near their mean. */

/** G1 of a sample; NaN under three values. */
export function skewOf(n: number, s1: number, s2: number, s3: number): number {
  if (n < 3) return NaN;
  const mean = s1 / n;
  const squares = s2 / n - mean * mean;
  const cubes = s3 / n - 3 * mean * (s2 / n) + 2 * mean * mean * mean;
  if (!(squares > 0)) return NaN;
  return Math.sqrt(n * (n - 1)) / (n - 2) * cubes / (squares * Math.sqrt(squares));
}

/** Excess G2 of a sample; NaN under four values. */
export function kurtosisOf(n: number, s1: number, s2: number, s3: number, s4: number): number {
  if (n < 4) return NaN;
  const mean = s1 / n;
  const square = mean * mean;
  const squares = s2 / n - square;
  const fourths = s4 / n - 4 * mean * (s3 / n) + 6 * square * (s2 / n) - 3 * square * square;
  if (!(squares > 0)) return NaN;
  const excess = fourths / (squares * squares) - 3;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6);
}
