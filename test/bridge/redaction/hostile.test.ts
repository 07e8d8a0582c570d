import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { redact } from "../../../bridge/redaction/index.ts";
import { WINDOW } from "../../../bridge/redaction/windows.ts";
import { HOSTILE, hostileInput } from "./hostile.ts";

const roster = { knownNames: ["Ann Li", "Олег Петров", "田中太郎", "Zoë Müller"] };

/** Processor time, not wall time: other work on the machine must not decide. */
function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const best = (times: number, work: () => unknown) => Math.min(...Array.from({ length: times }, () => cpuMs(work)));

test.each(Object.entries(HOSTILE))("100 KB of %s costs at most eight times as much as a quarter of it", (_, unit) => {
  const small = hostileInput(unit, 25_600);
  const large = hostileInput(unit, 102_400);
  redact(small, roster);
  // Below a few milliseconds the clock and the collector are all that is measured.
  const ceiling = Math.max(8 * best(2, () => redact(small, roster)), 120);
  const cost = cpuMs(() => redact(large, roster));
  expect(cost < ceiling ? cost : best(3, () => redact(large, roster))).toBeLessThan(ceiling);
});

const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");

test("values at the end of a large text, and on every cut, are removed", () => {
  const line = (n: number) => `2026-03-02T09:41:07Z INFO worker ${n} ok in 12 ms`;
  const size = Math.ceil((WINDOW * 3) / line(1_000).length);
  const text = lines(size, (n) => (n % 50 === 0 ? `user=u${n}@example.org ip=203.0.113.7` : line(n)));
  const { text: redacted, findings } = redact(`${text}\nlast: jane.roe@example.net`);
  assert.doesNotMatch(redacted, /@example|203\.0\.113/);
  assert.match(redacted, /last: \[EMAIL_\d+\]$/);
  assert.ok(findings.length > 100);
  assert.ok(redacted.includes("INFO worker 1999 ok in 12 ms"));
});

test("a line longer than a window is scanned whole", () => {
  const word = "lorem ipsum dolor ";
  const text = `${word.repeat(6_000)}jane.roe@example.net ${word.repeat(6_000)}\n${word.repeat(100)}\nx 10.9.8.7`;
  const { text: redacted } = redact(text);
  assert.doesNotMatch(redacted, /jane|10\.9\.8\.7/);
});

test("a private key that lies across a cut is removed whole", () => {
  const filler = `${"a quiet line of log text\n".repeat(Math.floor(WINDOW / 25) - 4)}`;
  const body = lines(60, (n) => `${"QmFzZTY0".repeat(7)}${String(n).padStart(8, "0")}`);
  const text = `${filler}-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n${filler}`;
  assert.doesNotMatch(redact(text).text, /QmFzZTY0|PRIVATE KEY-/);
  assert.ok(redact(text).text.endsWith(filler));
});
