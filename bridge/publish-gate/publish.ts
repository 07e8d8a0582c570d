import { HeadRefusedError } from "../audit/checkpoint-signer.ts";
import type { TextScan } from "../incident/decide/approve.ts";
import { recordCheckpointSkipped } from "../incident/decide/page-watch.ts";
import { lapse, recordPublishOutcome, recordReconciled, startPublish } from "../incident/decide/publish.ts";
import type { Content, EventOf } from "../incident/events.ts";
import type { Draft, Incident } from "../incident/state.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Head } from "../ledger/verify-stream.ts";
import { type Clock, iso } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Random } from "../platform/random.ts";
import { type ApprovedPublish, AutoPublishNotPermittedError, mint } from "./approved-publish.ts";
import type { ApproverFacts } from "./approver.ts";
import type { Checkpoints } from "./checkpoint.ts";
import { contentHash } from "./content.ts";
import { look, type Sighting, sighting } from "./look-for-attempt.ts";
import type { PageReader } from "./page-reader.ts";
import type { ApprovalPolicy } from "./policy.ts";
import { revisionOf, type WriteOutcome } from "./statuspage-write.ts";

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
const CHECKPOINT_TIMEOUT_MS = 2_000;
const CHECKPOINT_RETRY_MS = 15_000;

type Outcome = EventOf<"PublishDeferred" | "PublishSucceeded" | "PublishFailed" | "PublishOutcomeUnknown">;

/**
 * Publishes one approved draft: claim, read the recorded approval back, compare, call once, record.
 * Repeatable: whoever calls it second finds the claim taken and sends nothing.
 * @returns milliseconds to wait before calling again, where nothing was claimed because of the page's budget or a failed lookup.
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
  if (!before?.content || before.approvals.length === 0) return 0;

  // 1. The approvers as Slack knows them now; then the claim. A place in the page's budget is asked for beside that.
  const budget = deps.pageToken().then(
    (waitMs) => ({ waitMs }),
    (error: unknown) => ({ waitMs: BUDGET_RETRY_MS, error }),
  );
  const facts = await Promise.all(before.approvals.map(async ({ by }) => [by, await deps.lookUpApprover(by)] as const));
  const attemptId = `ATT-${deps.random.uuid()}`;
  const claim = {
    draftId,
    attemptId,
    owner: deps.owner,
    ourTeam: deps.ourTeam,
    approvalIds: before.approvals.map(({ approvalId }) => approvalId),
    contentHash: before.contentHash ?? "",
    facts: new Map(facts),
    configuredPolicy: deps.configuredPolicy(state),
    scan: deps.scan(before.content.title, before.content.body),
  };
  // The lease runs from the moment it is offered to the store: an answer that was lost and found again costs time of it.
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

  const record = (outcome: Outcome) =>
    ledger.execute(incident, { commandId: `${attemptId}:${outcome.type}`, actor: GATE }, (now) =>
      recordPublishOutcome(now, inLedgerForm(outcome)),
    );
  const ref = { draftId, version: claimed.events[0].version, attemptId };

  // 2. Read the whole stream again, strongly consistent and from its first entry. Only what is recorded there counts.
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
    await record({ type: "PublishFailed", ...ref, reason: "the text to be sent is not the text that was approved" });
    return 0;
  }

  const place = await budget;
  if (place.waitMs > 0) {
    const notBefore = iso(clock.now() + place.waitMs);
    await record({ type: "PublishDeferred", ...ref, reason: "the page's budget of calls is used up", notBefore });
    return place.waitMs;
  }

  // 4. The record is made known outside the ledger. Without that only the first word about a SEV1 goes out, and says so.
  const uncovered = await cover(incident, recorded.head, deps);
  if (uncovered !== undefined) {
    if (uncovered.recordBroken || content.op !== "create" || recorded.state.severity !== "SEV1") {
      const notBefore = iso(clock.now() + CHECKPOINT_RETRY_MS);
      await record({
        type: "PublishDeferred",
        ...ref,
        reason: `the record could not be covered: ${uncovered.why}`,
        notBefore,
      });
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
  const obstacle = await lookBeforeWriting(draft, deps);
  if (obstacle?.type === "PublishReconciled") {
    const seen = { ...ref, ...obstacle.seen };
    const commandId = `${attemptId}:PublishReconciled`;
    await ledger.execute(incident, { commandId, actor: GATE }, (now) => recordReconciled(now, seen));
    return 0;
  }
  if (obstacle) {
    await record({ ...ref, ...obstacle });
    return 0;
  }

  // 6. Time for the call must be left of the lease, by a clock that nobody sets.
  const inTime = () => LEASE_MS - (clock.monotonic() - claimedAt) >= MIN_LEASE_LEFT_MS;
  if (!inTime()) {
    await record({
      type: "PublishDeferred",
      ...ref,
      reason: "preparing took too long",
      notBefore: iso(clock.now() + 1_000),
    });
    return 0;
  }

  // 7. The one call.
  const outcome = ofTarget(content, await deps.write(mint(content), inTime));

  // 8. What became of it. If this cannot be written, the lease runs out and reading the page finds the truth.
  log.info("publish-answered", { incident, draftId, attemptId, outcome: outcome.kind });
  await record({ ...ref, ...eventOf(outcome, clock.now(), deps.settleMs) });
  return 0;
}

interface Uncovered {
  why: string;
  /** The record itself does not hold. That is no outage to be worked around. */
  recordBroken: boolean;
}

/** Why the head could not be covered in time; undefined when it was. */
async function cover(incident: string, head: Head, { checkpoints }: PublishDeps): Promise<Uncovered | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<Uncovered>((resolve) => {
    timer = setTimeout(() => resolve({ why: "it took too long", recordBroken: false }), CHECKPOINT_TIMEOUT_MS);
  });
  try {
    return await Promise.race([checkpoints.cover(incident, head).then(() => undefined), timeUp]);
  } catch (error) {
    const why = error instanceof Error ? error.name : "unknown";
    return { why, recordBroken: error instanceof HeadRefusedError };
  } finally {
    clearTimeout(timer);
  }
}

export const GATE: EntryActor = { kind: "system", id: "publish-gate", basis: "effect" };

type Licensed = Draft & Required<Pick<Draft, "content" | "contentHash" | "attempt" | "card">>;

/** The draft, if the record read back says that this very attempt may publish it. */
function licensed(state: Incident, draftId: string, attemptId: string): Licensed {
  const draft = state.drafts.get(draftId);
  if (draft?.state !== "PUBLISHING" || draft.attempt?.attemptId !== attemptId) {
    throw new AutoPublishNotPermittedError("the ledger does not hold this attempt as the one under way");
  }
  const { content, contentHash: hash, approvals, attempt, card } = draft;
  if (!content || hash === undefined || approvals.length === 0 || !card) {
    throw new AutoPublishNotPermittedError("the ledger holds no approval of this text");
  }
  return { ...draft, content, contentHash: hash, attempt, card };
}

async function lookBeforeWriting(
  draft: Licensed,
  { page, clock, log }: PublishDeps,
): Promise<
  | { type: "PublishFailed"; reason: string }
  | { type: "PublishDeferred"; reason: string; notBefore: string }
  | { type: "PublishReconciled"; seen: Sighting }
  | undefined
> {
  const { content, attempt } = draft;
  try {
    if (attempt.n > 1) {
      const seen = look(await page.listIncidents(), content);
      if (seen.result !== "absent") return { type: "PublishReconciled", seen: sighting(seen, attempt.absences) };
    }
    if (content.targetId === null) return undefined;
    const target = await page.getIncident(content.targetId);
    if (!target) return { type: "PublishFailed", reason: "the public incident is gone from the page" };
    const rev = revisionOf(target.updates, target.status);
    return rev === content.expectedTargetRev
      ? undefined
      : {
          type: "PublishFailed",
          reason:
            "somebody changed the public incident after this text was written; account for that with /incident-response attest, then request the update again",
        };
  } catch (error) {
    // Nothing was sent yet, so waiting costs only time.
    log.warn("publish-page-unreadable", { draftId: draft.draftId, attemptId: attempt.attemptId, error });
    return { type: "PublishDeferred", reason: "the page could not be read first", notBefore: iso(clock.now() + 5_000) };
  }
}

/** For an update the page must answer for the very incident that was written to; another answer says nothing. */
const ofTarget = ({ targetId }: Content, outcome: WriteOutcome): WriteOutcome =>
  outcome.kind === "published" && targetId !== null && outcome.targetId !== targetId
    ? { kind: "unknown", reason: "the page answered for another incident" }
    : outcome;

type Unattached<T> = T extends unknown ? Omit<T, "draftId" | "version" | "attemptId"> : never;

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
