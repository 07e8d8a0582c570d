/** Ends an exhaustive switch: a forgotten case does not compile, and one that slips through at run time is loud. */
export function unreachable(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
