import { expect, test } from "vitest";
import { BudgetSpentError, startBudget } from "../../../bridge/clients/budget.ts";
import { woundClock } from "../../support/wound-clock.ts";

test("what is left shrinks with time and its first part ends earlier", () => {
  const clock = woundClock();
  const budget = startBudget({ clock, budgetMs: 1_000 });
  const first = budget.first(0.6);
  clock.advance(500);
  expect([budget.leftMs(), first.leftMs()]).toEqual([500, 100]);
  clock.advance(300);
  expect([budget.leftMs(), first.leftMs()]).toEqual([200, 0]);
});

test("a spent budget starts no work", async () => {
  const clock = woundClock();
  const budget = startBudget({ clock, budgetMs: 10 });
  clock.advance(10);
  let started = false;
  const work = budget.within(() => {
    started = true;
    return Promise.resolve();
  });
  await expect(work).rejects.toThrow(BudgetSpentError);
  expect(started).toBe(false);
});

test("work that never ends is left when the time is over", async () => {
  const budget = startBudget({ clock: woundClock(), budgetMs: 20 });
  await expect(budget.within(() => new Promise(() => {}))).rejects.toThrow("no answer within the budget of 20 ms");
});
