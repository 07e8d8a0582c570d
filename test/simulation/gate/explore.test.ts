import { expect, test } from "vitest";
import { explore } from "./explore.ts";

test("no interleaving of two workers, three clicks, an edit, two timeouts and a crash breaks a rule", () => {
  const { states, steps } = explore();
  process.stdout.write(`explored ${states} states by ${steps} steps\n`);
  expect(states).toBeGreaterThan(50_000);
}, 60_000);
