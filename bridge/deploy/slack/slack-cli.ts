import { execFile } from "node:child_process";
import { AppError } from "../../platform/app-error.ts";

/** The Slack CLI could not be run, or would not do what it was asked. */
export class SlackCliError extends AppError {
  override readonly name = "SlackCliError";
}

export interface SlackCli {
  /** What the CLI printed. @throws SlackCliError with what it complained about; arguments are never repeated, they may be secrets */
  run(...args: string[]): Promise<string>;
}

/** Deploying builds every function anew and uploads it. */
const CLI_TIMEOUT_MS = 10 * 60_000;
const MAX_OUTPUT_BYTES = 4 * 1_048_576;

/** @param command the executable; @param team workspace to work on, by name or id */
export function createSlackCli({ command, team, cwd }: { command: string; team: string; cwd: string }): SlackCli {
  return {
    run: (...args) =>
      new Promise((resolve, reject) => {
        const all = [...args, "--team", team, "--app", "deployed", "--no-color", "--skip-update"];
        const options = { cwd, timeout: CLI_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
        execFile(command, all, options, (error, stdout, stderr) => {
          if (error === null) return resolve(stdout);
          const what = `slack ${args.slice(0, 2).join(" ")}`;
          const missing = "code" in error && error.code === "ENOENT";
          const said = (stderr.trim() || stdout.trim()).slice(-600);
          const message = missing
            ? `There is no Slack CLI at "${command}": install it, run \`slack login\`, or name it with --cli.`
            : `\`${what}\` failed: ${said || "it said nothing"}`;
          reject(new SlackCliError(message, { cause: missing ? error : undefined }));
        });
      }),
  };
}
