import type * as fc from "fast-check";

/** A failed run in words: what does not hold, the schedule, and the command that plays it again. Undefined when nothing failed. */
export function reportFailure<T>(result: fc.RunDetails<T>): string | undefined {
  if (!result.failed) return undefined;
  const { errorInstance, counterexample, seed, counterexamplePath } = result;
  const [given, , commands] = (counterexample ?? []) as readonly unknown[];
  const why =
    errorInstance instanceof Error
      ? errorInstance.name === "ViolatedError"
        ? errorInstance.message
        : errorInstance.stack
      : String(errorInstance);
  return [
    why,
    `setup: ${JSON.stringify(given)}`,
    `schedule: ${String(commands).replace(/\s*\/\*replayPath.*\*\//, "")}`,
    `replay: npm run prove -- --seed ${seed} --path ${String(counterexamplePath).split(":")[0]}`,
  ].join("\n");
}
