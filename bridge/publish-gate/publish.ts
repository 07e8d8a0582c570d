import { HeadRefusedError } from "../audit/checkpoint-signer.ts";
import type { Content } from "../incident/content-schema.ts";
import type { TextScan } from "../incident/decide/approve.ts";
import { recordCheckpointSkipped } from "../incident/decide/page-watch.ts";
import {
  lapse,
  recordPublishOutcome,
  recordReconciled,
  type StartPublish,
  startPublish,
} from "../incident/decide/publish.ts";
import type { EventOf } from "../incident/events.ts";
import type { Draft, Incident } from "../incident/state.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Head } from "../ledger/verify-stream.ts";
import { type Clock, iso } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Random } from "../platform/random.ts";
import { type ApprovedPublish, AutoPublishNotPermittedError, mint } from "./approved-publish.ts";
import type { ApproverFacts } from "./approver.ts";
import type { Checkpoints } from "./checkpoint.ts";
import { contentHash } from "./content.ts";
import { lookBeforeWriting } from "./look-before-writing.ts";
import type { PageReader } from "./page-reader.ts";
import type { ApprovalPolicy } from "./policy.ts";
import type { WriteOutcome } from "./statuspage-write.ts";

export interface PublishDeps {
  ledger: Ledger;
  clock: Clock;
  random: Random;
  log: Logger;
  /** This process, for the record of who held the attempt. */
  owner: string;
  ourTeam: string;
  lookUpApprover: (userId: string) => Promise<ApproverFacts>;
  /** What services.yaml demands for the incident's service. */
  configuredPolicy: (state: Incident) => ApprovalPolicy | "default";
  scan: (title: string, body: string) => TextScan;
  /** 0 when the page may be called now, else milliseconds to wait. One request a second, shared by all replicas. */
  pageToken: () => Promise<number>;
  checkpoints: Checkpoints;
  /** Ends early, by a rejection, when `signal` is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** How far this machine's clock is ahead of the store's. */
  storeSkewMs: () => number;
  page: PageReader;
  write: (approved: ApprovedPublish, inTime: () => boolean) => Promise<WriteOutcome>;
  /** How long after an unknown outcome a request may still land. */
  settleMs: number;
}

/** Less than this left of the lease and nothing is sent: the answer could come after somebody else took over. */
const MIN_LEASE_LEFT_MS = 12_000;
const LEASE_MS = 30_000;
const LOOKUP_RETRY_MS = 2_000;
/** Two seconds, and one that the store's `Date` header may be off by rounding. */
const MAX_SKEW_MS = 3_000;
const SKEW_RETRY_MS = 5_000;
const BUDGET_RETRY_MS = 1_000;
const BROKEN_OFF_RETRY_MS = 5_000;
const CHECKPOINT_TIMEOUT_MS = 2_000;
const CHECKPOINT_RETRY_MS = 15_000;

type Outcome = EventOf<"PublishDeferred" | "PublishSucceeded" | "PublishFailed" | "PublishOutcomeUnknown">;

/**
 * Publishes one approved draft: claim, read the recorded approval back, compare, call once, record.
 * Repeatable: whoever calls it second finds the claim taken and sends nothing.
 * @returns milliseconds to wait before calling again, where nothing was sent and nobody but the bridge is needed for the next try.
 */
export async function publish(incident: string, draftId: string, deps: PublishDeps): Promise<number> {
  const { ledger, clock, log } = deps;
  if (Math.abs(deps.storeSkewMs()) > MAX_SKEW_MS) {
    // Expiries and leases are compared across machines: one whose clock is off leaves the claim to the others.
    log.error("publish-clock-off", { incident, draftId, skewMs: deps.storeSkewMs() });
    return SKEW_RETRY_MS;
  }
  const state = await ledger.recall(incident);
  const before = state.drafts.get(draftId);
  if (!before?.content || before.contentHash === undefined || before.approvals.length === 0) return 0;

  // 1. The approvers as Slack knows them now.
  const facts = await Promise.all(before.approvals.map(async ({ by }) => [by, await deps.lookUpApprover(by)] as const));
  const ref = { draftId, version: before.version, attemptId: `ATT-${deps.random.uuid()}` };
  const claim: StartPublish = {
    draftId,
    attemptId: ref.attemptId,
    owner: deps.owner,
    ourTeam: deps.ourTeam,
    approvalIds: before.approvals.map(({ approvalId }) => approvalId),
    contentHash: before.contentHash,
    facts: new Map(facts),
    configuredPolicy: deps.configuredPolicy(state),
    scan: deps.scan(before.content.title, before.content.body),
  };
  const attempt: AttemptDeps = {
    ...deps,
    incident,
    ref,
    record: (outcome) =>
      ledger.execute(incident, { commandId: `${ref.attemptId}:${outcome.type}`, actor: GATE }, (now) =>
        recordPublishOutcome(now, inLedgerForm({ ...ref, ...outcome })),
      ),
  };

  // 2. Everything that comes before the call. Whatever goes wrong there, nothing was sent and nothing will be.
  let ready: Ready | number;
  try {
    ready = await prepare(claim, attempt);
  } catch (error) {
    return standDown(error, attempt);
  }
  if (typeof ready === "number") return ready;

  // 3. The one call.
  const outcome = ofTarget(ready.content, await deps.write(mint(ready.content), ready.inTime));

  // 4. What became of it. If this cannot be written, the lease runs out and reading the page finds the truth.
  log.info("publish-answered", { incident, ...ref, outcome: outcome.kind });
  await attempt.record(eventOf(outcome, clock.now(), deps.settleMs));
  return 0;
}

type Unattached<T> = T extends unknown ? Omit<T, "draftId" | "version" | "attemptId"> : never;

/** One attempt of this process: what it reaches the world through, and how it writes down what became of itself. */
interface AttemptDeps extends PublishDeps {
  incident: string;
  ref: { draftId: string; version: number; attemptId: string };
  record: (outcome: Unattached<Outcome>) => Promise<unknown>;
}

interface Ready {
  content: Content;
  /** Whether enough of the lease is left for the call. */
  inTime: () => boolean;
}

/** Claims the attempt and makes sure of everything; a number where nothing is to be sent: milliseconds until it may be tried again. */
async function prepare(claim: StartPublish, attempt: AttemptDeps): Promise<Ready | number> {
  const { ledger, clock, log, incident, ref, record } = attempt;
  const { draftId, attemptId } = ref;

  // 1. The claim. The lease runs from the moment it is offered to the store: an answer that was lost and found again costs time of it.
  let claimedAt = clock.monotonic();
  const claimed = await ledger.execute(incident, { commandId: attemptId, actor: GATE }, (now, at) => {
    claimedAt = clock.monotonic();
    return startPublish(now, claim, at);
  });
  if (claimed.kind === "refused") {
    log.info("publish-not-claimed", { incident, draftId, reason: claimed.refusal.code });
    return claimed.refusal.code === "lookup-failed" ? LOOKUP_RETRY_MS : 0;
  }
  if (claimed.events[0]?.type !== "PublishStarted") return 0;

  // 2. Read the whole stream again, strongly consistent and from its first entry. Only what is recorded there counts.
  //    Beside that, a place in the page's budget: only whoever holds the claim uses one up.
  const budget = attempt.pageToken().catch((error: unknown) => {
    log.warn("page-budget-unreadable", { incident, draftId, error });
    return BUDGET_RETRY_MS;
  });
  const recorded = await ledger.snapshotAfresh(incident);
  const draft = licensed(recorded.state, draftId, attemptId);

  // 3. The hash is made again from the very object that will be rendered.
  const content = draft.content;
  const hash = contentHash(content);
  if (
    [
      draft.attempt.contentHash,
      ...draft.approvals.map((approval) => approval.contentHash),
      draft.card.contentHash,
    ].some((approved) => approved !== hash)
  ) {
    log.error("publish-hash-mismatch", { incident, draftId, attemptId });
    await record({ type: "PublishFailed", reason: "the text to be sent is not the text that was approved" });
    return 0;
  }

  const waitMs = await budget;
  if (waitMs > 0) {
    await record(deferred("the page's budget of calls is used up", waitMs, clock));
    return waitMs;
  }

  // 4. The record is made known outside the ledger. Without that only the first word about a SEV1 goes out, and says so.
  const uncovered = await cover(incident, recorded.head, attempt);
  if (uncovered !== undefined) {
    if (uncovered.recordBroken || content.op !== "create" || recorded.state.severity !== "SEV1") {
      await record(deferred(`the record could not be covered: ${uncovered.why}`, CHECKPOINT_RETRY_MS, clock));
      return 0;
    }
    const skipped = { commandId: `${attemptId}:CheckpointSkipped`, actor: GATE };
    const told = await ledger.execute(incident, skipped, (now) =>
      recordCheckpointSkipped(now, { ...ref, reason: uncovered.why }),
    );
    if (told.kind === "refused") return 0;
    log.error("publish-without-checkpoint", { incident, draftId, attemptId });
  }

  // 5. What the page shows must be what the approver saw; after an earlier attempt the text may already stand there.
  const obstacle = await lookBeforeWriting({ content, attempt: draft.attempt }, attempt);
  if (obstacle?.type === "PublishReconciled") {
    const seen = { ...ref, ...obstacle.seen };
    const commandId = `${attemptId}:PublishReconciled`;
    await ledger.execute(incident, { commandId, actor: GATE }, (now) => recordReconciled(now, seen));
    return 0;
  }
  if (obstacle) {
    await record(obstacle);
    return 0;
  }

  // 6. Time for the call must be left of the lease, by a clock that nobody sets.
  const inTime = () => LEASE_MS - (clock.monotonic() - claimedAt) >= MIN_LEASE_LEFT_MS;
  if (inTime()) return { content, inTime };
  await record(deferred("preparing took too long", 1_000, clock));
  return 0;
}

const deferred = (reason: string, waitMs: number, clock: Clock): Unattached<EventOf<"PublishDeferred">> => ({
  type: "PublishDeferred",
  reason,
  notBefore: iso(clock.now() + waitMs),
});

/**
 * The attempt broke off before its call. Only this process could have made it, and does not: so it is safe to try again, and
 * nobody has to be asked. A claim that is in doubt may have landed too; if it has not, there is nothing to put off.
 * @throws what broke it off, where that is an alarm and no mishap
 */
async function standDown(error: unknown, { log, clock, incident, ref, record }: AttemptDeps): Promise<number> {
  if (error instanceof BrokenChainError || error instanceof AutoPublishNotPermittedError) throw error;
  log.error("publish-broken-off", { incident, ...ref, error });
  await record(deferred("the record could not be written or read back", BROKEN_OFF_RETRY_MS, clock));
  return BROKEN_OFF_RETRY_MS;
}

interface Uncovered {
  why: string;
  /** The record itself does not hold. That is no outage to be worked around. */
  recordBroken: boolean;
}

/** Why the head could not be covered in time; undefined when it was. */
async function cover(
  incident: string,
  head: Head,
  { checkpoints, sleep, log }: PublishDeps,
): Promise<Uncovered | undefined> {
  const over = new AbortController();
  const covered = async () => void (await checkpoints.cover(incident, head));
  const tooLong = async () => {
    await sleep(CHECKPOINT_TIMEOUT_MS, over.signal);
    return { why: "it took too long", recordBroken: false };
  };
  try {
    return await Promise.race([covered(), tooLong()]);
  } catch (error) {
    const recordBroken = error instanceof HeadRefusedError;
    log.error("publish-uncovered", { incident, seq: head.seq, error });
    return { why: recordBroken ? "the record itself does not hold" : "the log of checkpoints failed", recordBroken };
  } finally {
    over.abort();
  }
}

export const GATE: EntryActor = { kind: "system", id: "publish-gate", basis: "effect" };

type Licensed = Draft & Required<Pick<Draft, "content" | "attempt" | "card">>;

/** The draft, if the record read back says that this very attempt may publish it. */
function licensed(state: Incident, draftId: string, attemptId: string): Licensed {
  const draft = state.drafts.get(draftId);
  if (draft?.state !== "PUBLISHING" || draft.attempt?.attemptId !== attemptId || !draft.content || !draft.card) {
    throw new AutoPublishNotPermittedError("the ledger does not hold this attempt as the one under way");
  }
  return { ...draft, content: draft.content, attempt: draft.attempt, card: draft.card };
}

/** For an update the page must answer for the very incident that was written to; another answer says nothing. */
const ofTarget = ({ targetId }: Content, outcome: WriteOutcome): WriteOutcome =>
  outcome.kind === "published" && targetId !== null && outcome.targetId !== targetId
    ? { kind: "unknown", reason: "the page answered for another incident" }
    : outcome;

function eventOf(outcome: WriteOutcome, now: number, settleMs: number): Unattached<Outcome> {
  switch (outcome.kind) {
    case "published":
      return { type: "PublishSucceeded", targetId: outcome.targetId, url: outcome.url, rev: outcome.rev };
    case "refused":
      return { type: "PublishFailed", reason: outcome.reason };
    case "deferred":
      return { type: "PublishDeferred", reason: outcome.reason, notBefore: iso(now + outcome.waitMs) };
    case "unknown":
      return { type: "PublishOutcomeUnknown", reason: outcome.reason, lookAfter: iso(now + settleMs) };
  }
}

/** Ends approvals and attempts whose time is over. */
export async function lapseDraft(
  incident: string,
  draftId: string,
  commandId: string,
  deps: Pick<PublishDeps, "ledger" | "settleMs">,
): Promise<void> {
  await deps.ledger.execute(incident, { commandId, actor: GATE }, (state, now) =>
    lapse(state, { draftId, settleMs: deps.settleMs }, now),
  );
}
