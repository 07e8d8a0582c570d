import { AppError } from "../platform/app-error.ts";

/** One thing wrong in the services file. Line and column count from 1. */
export interface ServicesProblem {
  line: number;
  column: number;
  /** Where in the document, as `services.payments.team`; empty for the document itself. */
  path: string;
  reason: string;
}

/** The services file cannot be used. Lists every problem found, each with its place. */
export class ServicesError extends AppError {
  override readonly name = "ServicesError";

  constructor(
    readonly file: string,
    readonly problems: readonly ServicesProblem[],
    options?: { cause: unknown },
  ) {
    const lines = problems.map(({ line, column, path, reason }) =>
      [`  - ${file}:${line}:${column}`, path, reason].filter((part) => part !== "").join(" "),
    );
    super(`the services file cannot be used; correct it and start again:\n${lines.join("\n")}`, options);
  }
}
