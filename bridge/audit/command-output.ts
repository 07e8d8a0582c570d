/** Where a command writes what it found, and apart from it what went wrong: `process` is one. */
export interface CommandOutput {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** What went wrong, in its own words. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
