import { expect, test } from "vitest";
import { systemClock } from "../../../../bridge/platform/clock.ts";
import { createTokenQueue, type Priority, TokensSpentError } from "../../../../bridge/platform/manners/token-queue.ts";
import { woundClock } from "../../../support/wound-clock.ts";

const queue = (burst: number, refillMs: number, clock: { monotonic(): number } = systemClock) =>
  createTokenQueue({ whose: "them", rate: { burst, refillMs }, clock });

test("a burst goes at once, the next request after one refill", async () => {
  const tokens = queue(3, 40);
  expect(await Promise.all([1, 2, 3].map(() => tokens.take("context", 0)))).toSatisfy((waits: number[]) =>
    waits.every((ms) => ms < 20),
  );
  expect(await tokens.take("context", 1_000)).toBeGreaterThanOrEqual(30);
});

test("context leaves the last quarter of a burst to whoever presses a button", async () => {
  const clock = woundClock();
  const tokens = queue(8, 1_000, clock);
  for (let taken = 0; taken < 6; taken += 1) await tokens.take("context", 0);
  await expect(tokens.take("context", 900)).rejects.toBeInstanceOf(TokensSpentError);
  expect(await tokens.take("command", 0)).toBe(0);
  expect(await tokens.take("approval", 0)).toBe(0);
  await expect(tokens.take("command", 900)).rejects.toBeInstanceOf(TokensSpentError);
});

test("approval goes before invite before command before context, and equals in order of arrival", async () => {
  const tokens = queue(1, 10);
  await tokens.take("command", 0);
  const order: string[] = [];
  const ask = (priority: Priority, name: string) => tokens.take(priority, 5_000).then(() => order.push(name));
  await Promise.all([
    ask("context", "context 1"),
    ask("command", "command"),
    ask("approval", "approval 1"),
    ask("invite", "invite"),
    ask("approval", "approval 2"),
    ask("context", "context 2"),
  ]);
  expect(order).toEqual(["approval 1", "approval 2", "invite", "command", "context 1", "context 2"]);
});

test("who cannot have a token in time is told at once, and how long it would take", async () => {
  const tokens = queue(1, 60_000);
  await tokens.take("command", 0);
  const error = await tokens.take("approval", 3_000).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(TokensSpentError);
  expect((error as TokensSpentError).waitMs).toBeGreaterThan(59_000);
});

test("who is overtaken until their time is over is told then, and the others still get theirs", async () => {
  const tokens = queue(1, 60);
  await tokens.take("command", 0);
  const overtaken = tokens.take("context", 80).catch((e: unknown) => e);
  const urgent = [tokens.take("approval", 1_000), tokens.take("approval", 1_000)];
  expect(await overtaken).toBeInstanceOf(TokensSpentError);
  await Promise.all(urgent);
});

test("nobody goes while the other side asked to be left alone, however many tokens there are", async () => {
  const clock = woundClock();
  const tokens = queue(5, 10, clock);
  tokens.pause(30_000);
  await expect(tokens.take("approval", 5_000)).rejects.toBeInstanceOf(TokensSpentError);
  clock.advance(30_000);
  await tokens.take("approval", 0);
});

test("a shorter wish does not cut a longer one", async () => {
  const clock = woundClock();
  const tokens = queue(5, 10, clock);
  tokens.pause(30_000);
  tokens.pause(1_000);
  clock.advance(2_000);
  await expect(tokens.take("approval", 5_000)).rejects.toBeInstanceOf(TokensSpentError);
});

test("a rest does not save up more than the burst", async () => {
  const clock = woundClock();
  const tokens = queue(2, 1_000, clock);
  clock.advance(3_600_000);
  await tokens.take("command", 0);
  await tokens.take("command", 0);
  await expect(tokens.take("command", 500)).rejects.toBeInstanceOf(TokensSpentError);
});
