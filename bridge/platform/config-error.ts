import { AppError } from "./app-error.ts";

/** The environment does not describe a process that could run. Lists every problem at once, by variable name. */
export class ConfigError extends AppError {
  override readonly name = "ConfigError";

  constructor(readonly problems: readonly string[]) {
    super(
      `this process cannot start; set or correct these environment variables:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  }
}
