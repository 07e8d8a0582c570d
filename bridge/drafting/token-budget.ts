import type { IndexTable } from "../index-table/index-table.ts";
import type { Clock } from "../platform/clock.ts";
import { number, readNumber, text } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";

export interface TokenBudgetDeps {
  index: IndexTable;
  clock: Clock;
  log: Logger;
  perIncident: number;
  perMonth: number;
  /** Tells the operators; a failure is theirs to log. */
  tell: (sentence: string) => Promise<void>;
}

/** What language models may cost, shared by all replicas: one item an incident and one a calendar month (UTC). */
export interface TokenBudget {
  /** Why no further call may be made, as a sentence fragment; undefined while there is something left. */
  exhausted(incidentId: string): Promise<string | undefined>;
  /** Counts what a call cost. At 80 % of a budget the operators are told, once. */
  spend(incidentId: string, tokens: number): Promise<void>;
  /**
   * Tells the operators, once a month, that the month's budget is spent already: nothing is spent then that would tell them, as
   * after a start with a smaller budget.
   */
  look(): Promise<void>;
}

const TELL_AT = 0.8;
/** Longer than any incident, or than the month after the one that is counted. */
const KEEP_SECONDS = 100 * 86_400;

export function createTokenBudget({ index, clock, log, perIncident, perMonth, tell }: TokenBudgetDeps): TokenBudget {
  const monthly = () => {
    const month = new Date(clock.now()).toISOString().slice(0, 7);
    return { pk: `TOKENS#month#${month}`, limit: perMonth, whose: `month ${month}`, short: "this month" };
  };
  const budgetsOf = (incidentId: string) => [
    { pk: `TOKENS#${incidentId}`, limit: perIncident, whose: `incident ${incidentId}`, short: "this incident" },
    monthly(),
  ];
  /** Of all replicas one says it. */
  const firstToSay = (pk: string, what: "told" | "toldSpent") =>
    index.update(pk, "T", {
      UpdateExpression: "SET #what = :at",
      ConditionExpression: "attribute_not_exists(#what)",
      ExpressionAttributeNames: { "#what": what },
      ExpressionAttributeValues: { ":at": text(new Date(clock.now()).toISOString()) },
    });

  return {
    async exhausted(incidentId) {
      for (const { pk, limit, short } of budgetsOf(incidentId)) {
        const used = readNumber(await index.get(pk, "T"), "used") ?? 0;
        if (used >= limit) return `the token budget of ${short} is used up (${used} of ${limit})`;
      }
      return undefined;
    },

    async spend(incidentId, tokens) {
      for (const { pk, limit, whose } of budgetsOf(incidentId)) {
        await index.update(pk, "T", {
          UpdateExpression: "ADD #u :n SET expiresAt = :expires",
          ExpressionAttributeNames: { "#u": "used" },
          ExpressionAttributeValues: {
            ":n": number(tokens),
            ":expires": number(Math.floor(clock.now() / 1_000) + KEEP_SECONDS),
          },
        });
        const used = readNumber(await index.get(pk, "T"), "used") ?? 0;
        if (used < limit * TELL_AT || !(await firstToSay(pk, "told"))) continue;
        log.warn("token-budget-low", { budget: whose, used, limit });
        await tell(
          `The language model has used ${used} of the ${limit} tokens of ${whose}. At ${limit} drafts come from the template and say so.`,
        );
      }
    },

    async look() {
      const { pk, limit, whose } = monthly();
      const used = readNumber(await index.get(pk, "T"), "used") ?? 0;
      if (used < limit || !(await firstToSay(pk, "toldSpent"))) return;
      log.warn("token-budget-spent", { budget: whose, used, limit });
      await tell(
        `The language model has already used ${used} tokens of ${whose}, of ${limit} allowed. Drafts come from the template and say so until the month ends or MODEL_TOKENS_PER_MONTH is raised.`,
      );
    },
  };
}
