import { AppError } from "../platform/app-error.ts";

/** One thing wrong in a runbook. Line and column count from 1. */
export interface RunbookProblem {
  file: string;
  line: number;
  column: number;
  /** Where in the document, as `immediate.0.by`; empty for the document itself. */
  path: string;
  reason: string;
}

export const problemLine = ({ file, line, column, path, reason }: RunbookProblem): string =>
  [`${file}:${line}:${column}`, path, reason].filter((part) => part !== "").join(" ");

/** Runbooks cannot be used. Lists every problem found, each with its file and place. */
export class RunbooksError extends AppError {
  override readonly name = "RunbooksError";

  constructor(
    readonly problems: readonly RunbookProblem[],
    options?: { cause: unknown },
  ) {
    super(
      `the runbooks cannot be used; correct them and start again:\n${problems.map((one) => `  - ${problemLine(one)}`).join("\n")}`,
      options,
    );
  }
}
