import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

export interface Step {
  name: string;
  /** A program of `node_modules/.bin` and its arguments, parted by single spaces; none of them holds a space. */
  command: string;
}

/** Longer than any step takes on a slow machine: one that hangs is a failure, not a wait. */
const STEP_TIMEOUT_MS = 300_000;

/** Runs the steps, prints a line for each as it ends and the output of those that fail. Returns the names that failed. */
export async function runSteps(
  steps: readonly Step[],
  options: { root: string; atOnce: number },
): Promise<readonly string[]> {
  const waiting = [...steps];
  const failed: string[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const startedAt = performance.now();
      const { passed, output } = await run(step, options.root);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(6);
      console.log(`${passed ? "ok  " : "FAIL"} ${step.name.padEnd(12)} ${seconds} s`);
      if (passed) continue;
      failed.push(step.name);
      console.log(`     ${step.command}\n${output.trimEnd()}\n`);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, work));
  return failed;
}

function run({ command }: Step, root: string): Promise<{ passed: boolean; output: string }> {
  const [program = "", ...args] = command.split(" ");
  const bin = join(root, "node_modules", ".bin");
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const child = spawn(join(bin, program), args, {
    cwd: root,
    env: { ...process.env, ...colour, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: STEP_TIMEOUT_MS,
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ passed: false, output: `${program} did not start: ${error.message}` }));
    child.once("close", (code, signal) => {
      const ended = signal === null ? "" : `\n${program} was ended by ${signal}`;
      resolve({ passed: code === 0, output: output + ended });
    });
  });
}
