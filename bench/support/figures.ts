/** The middle one of several figures. */
export const median = (figures: readonly number[]): number => quantile(figures, 0.5);

/** The figure below which a share of the figures lies; 0 of no figures. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = Float64Array.from(figures).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** `0.61 (0.58 to 0.64)`: the median, the least and the most. */
export function spread(figures: readonly number[], digits = 2): string {
  const [least, most] = [Math.min(...figures), Math.max(...figures)].map((figure) => grouped(figure, digits));
  return `${grouped(median(figures), digits)} (${least} to ${most})`;
}

/** `18,600`, or `0.61` with two digits. */
export const grouped = (figure: number, digits = 0): string =>
  figure.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
