import * as fc from "fast-check";

/** One seed for all, so that a red run is red again; fast-check prints the path of what it found. */
const SEED = 20_261_121;

/** The property holds for everything tried. */
export function holds<T>(property: fc.IProperty<T>, options: { runs?: number } = {}): void {
  void fc.assert(property, { seed: SEED, numRuns: options.runs ?? 100 });
}

/** As `holds`, for properties that wait. */
export const holdsAsync = <T>(property: fc.IAsyncProperty<T>, options: { runs?: number } = {}): Promise<void> =>
  fc.assert(property, { seed: SEED, numRuns: options.runs ?? 100 });
