import { expect, test } from "vitest";
import { createLogger } from "../../../bridge/platform/logger.ts";
import { woundClock } from "../../support/wound-clock.ts";

function capture() {
  const lines: string[] = [];
  const log = createLogger({
    level: "debug",
    clock: woundClock(),
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, lines, only: (): Record<string, unknown> => JSON.parse(lines[0] ?? "") };
}

test("an outcome is one JSON line with level, time of the given clock, event and ids", () => {
  const { log, lines, only } = capture();
  log.child({ incidentId: "INC-20261121-0914-K9ZP" }).info("alert-received", { durationMs: 12 });
  expect(lines).toHaveLength(1);
  expect(only()).toEqual({
    level: "info",
    time: "2026-11-21T09:14:05.000Z",
    event: "alert-received",
    incidentId: "INC-20261121-0914-K9ZP",
    durationMs: 12,
  });
});

test("credentials and bodies are blanked wherever a careless spread puts them", () => {
  const { log, lines } = capture();
  log.warn("x", {
    token: "hunter1",
    secret: { api_key: "hunter2" },
    a: { b: { authorization: "hunter3" } },
    body: "hunter4",
  });
  expect(lines[0]).not.toMatch(/hunter/);
  expect(lines[0]).toMatch(/redacted/);
});

test("an error shows its name, code and causes, and none of the request a vendor's error carries", () => {
  const { log, only, lines } = capture();
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED", config: { data: "hunter2" } });
  log.error("failed", { error: new TypeError("outer", { cause }) });
  expect(only()).toMatchObject({ error: { name: "TypeError", message: "outer", cause: { code: "ECONNREFUSED" } } });
  expect(lines[0]).not.toMatch(/hunter/);
});

test("a field that cannot be written loses its line but not the work, and the loss is said", () => {
  const { log, lines } = capture();
  log.info("strange", {
    get trap(): string {
      throw new Error("boom");
    },
  });
  expect(lines.join("")).toMatch(/strange/);
});
