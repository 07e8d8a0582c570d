const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** The middle value; between the two middle ones when their number is even. NaN of nothing. */
export function median(values: readonly number[]): number {
  const inOrder = sorted(values);
  const half = Math.floor(inOrder.length / 2);
  const upper = inOrder[half] ?? Number.NaN;
  return inOrder.length % 2 === 1 ? upper : ((inOrder[half - 1] ?? Number.NaN) + upper) / 2;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed. NaN of nothing. */
export const percentile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
