import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import type { OutboxItem } from "../../shared/contracts/outbox.ts";
import { LIMITS } from "../../shared/limits.ts";
import { bridgeClient } from "../bridge-client.ts";
import { troubleName } from "../bridge-trouble.ts";
import { type Clock, systemClock } from "../clock.ts";
import { log } from "../log.ts";
import { slackOf } from "../slack-client.ts";
import { channelPace } from "./channel-pace.ts";
import { repeated } from "./repeated.ts";
import { reporter } from "./reporter.ts";
import { runItem } from "./run-item.ts";
import type { Work } from "./work.ts";

export type DrainEnd =
  /** The budget is over. */
  | { kind: "over"; done: number; failed: number }
  /** A card was posted: this execution must stay open to serve its buttons. */
  | { kind: "card-open"; done: number; failed: number }
  | { kind: "unreachable"; why: string; done: number; failed: number }
  | { kind: "refused"; status: number; message: string };

interface Drained {
  client: SlackAPIClient;
  env: Env;
  executionId: string;
  reason: "doorbell" | "sweep";
}

/** 15 s below the 60 s that Slack gives a deployed function. */
const DEFAULT_BUDGET_MS = 45_000;
const MAX_BUDGET_MS = 50_000;
const CLAIM_WAIT_MS = 10_000;
/** What a held claim may take beyond its wait. */
const CLAIM_GRACE_MS = 5_000;
/** Time after the budget to finish and report what was claimed last: a third of the budget, between these. */
const FINISH_MIN_MS = 3_000;
const FINISH_MAX_MS = 8_000;
/** What the bridge grants where it does not say, and the part of it in which an item may be begun: doing it takes time too. */
const LEASE_MS = 30_000;
const BEGIN_WITHIN = 0.5;
/** Against a bridge that answers at once although there is nothing new to do. */
const IDLE_PAUSE_MS = 250;

/**
 * Pulls work from the bridge until the budget is over and does it.
 * 1. Claim a batch; the bridge holds the claim while there is nothing to do, and orders by urgency.
 * 2. Do everything but cards: channels side by side, one channel in order.
 * 3. Show at most one card, last, and stop there: from then on this execution only serves the card's buttons.
 * One item's failure is reported as such and never stops another.
 */
export async function drain(drained: Drained, clock: Clock = systemClock): Promise<DrainEnd> {
  const { client, env, executionId, reason } = drained;
  const budgetMs = budgetOf(env);
  const deadline = clock.now() + budgetMs;
  const end = deadline + Math.min(FINISH_MAX_MS, Math.max(FINISH_MIN_MS, budgetMs / 3));
  const bridge = bridgeClient(env, { clock });
  const slack = slackOf(client, { deadline: end, clock });
  const report = reporter({ bridge, clock, until: end });
  const work: Work = { slack, executionId, report, pace: channelPace(clock) };
  const tried = new Set<string>();
  let done = 0;
  let failed = 0;
  const count = (ok: boolean) => {
    if (ok) done += 1;
    else failed += 1;
  };

  while (clock.now() < deadline) {
    const asked = clock.now();
    const claim = await repeated({ clock, until: deadline }, () => {
      const waitMs = Math.max(0, Math.min(CLAIM_WAIT_MS, Math.floor(deadline - clock.now())));
      const request = { executionId, reason, waitMs, limit: LIMITS.claimBatch, cardPosted: false };
      return bridge.claim(request, Math.min(waitMs + CLAIM_GRACE_MS, Math.max(1, end - clock.now()))); // 1
    });
    if (claim.kind === "refused-request") {
      log("error", "claim_refused", { reason, status: claim.status });
      return { kind: "refused", status: claim.status, message: claim.message };
    }
    if (claim.kind === "unreachable") {
      log("error", "bridge_unreachable", { reason, why: claim.why, done, failed });
      return { kind: "unreachable", why: troubleName(claim), done, failed };
    }
    // The bridge hands the same work to the same execution again as long as it is owed; a second try is for a second attempt.
    const items = claim.reply.items.filter((item) => !tried.has(keyOf(item)));
    for (const item of items) tried.add(keyOf(item));
    // A report may have waited long for a bridge that was away, and others have taken over what was not begun.
    const beginBefore = clock.now() + (claim.reply.leaseMs ?? LEASE_MS) * BEGIN_WITHIN;
    const begun = async (item: OutboxItem): Promise<boolean> => {
      if (clock.now() < beginBefore) return await runItem(item, work);
      tried.delete(keyOf(item));
      return false;
    };
    const cards = items.filter((item) => item.kind === "show-card");
    const others = items.filter((item) => item.kind !== "show-card");
    await Promise.all(
      byChannel(others).map(async (queue) => {
        for (const item of queue) count(await begun(item));
      }),
    ); // 2
    let shown = false;
    for (const card of cards) {
      const ok: boolean = shown ? await tooMany(card, work) : await begun(card); // 3
      count(ok);
      shown ||= ok;
    }
    if (shown) return { kind: "card-open", done, failed };
    if (items.length === 0) await clock.sleep(IDLE_PAUSE_MS - (clock.now() - asked));
  }
  return { kind: "over", done, failed };
}

const keyOf = ({ effectId, attempt }: OutboxItem): string => `${effectId} ${attempt}`;

function budgetOf({ DRAIN_BUDGET_MS }: Env): number {
  const asked = Number(DRAIN_BUDGET_MS ?? DEFAULT_BUDGET_MS);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, MAX_BUDGET_MS) : DEFAULT_BUDGET_MS;
}

/** The order within a channel is the bridge's; a room being made has no channel yet and stands alone. */
function byChannel(items: readonly OutboxItem[]): OutboxItem[][] {
  const queues = new Map<string, OutboxItem[]>();
  for (const item of items) {
    const key = item.channel ?? item.effectId;
    queues.set(key, [...(queues.get(key) ?? []), item]);
  }
  return [...queues.values()];
}

/** Handed back at once, so that the next execution need not wait for the lease to run out. */
async function tooMany({ effectId }: OutboxItem, { report, executionId }: Work): Promise<false> {
  await report(effectId, { result: "failed", executionId, error: "one card per execution", retryAfterMs: 0 });
  return false;
}
