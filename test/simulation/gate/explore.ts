import { createHash } from "node:crypto";
import { approveDraft } from "../../../bridge/incident/decide/approve.ts";
import { giveUpPublish, revokeApproval } from "../../../bridge/incident/decide/card-actions.ts";
import { recordDraftShown, reviseDraft } from "../../../bridge/incident/decide/drafts.ts";
import {
  lapse,
  recordPublishOutcome,
  recordReconciled,
  type StartPublish,
  startPublish,
} from "../../../bridge/incident/decide/publish.ts";
import type { Decision } from "../../../bridge/incident/decision.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { evolve } from "../../../bridge/incident/evolve.ts";
import { BUSY, type Draft, FINAL, type Incident, initialIncident } from "../../../bridge/incident/state.ts";
import { iso } from "../../../bridge/platform/clock.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { DRAFT, INCIDENT, PEOPLE, ROOM, TEAM, waiting } from "../../support/incident-events.ts";

/** How many of each kind one path may hold. */
export interface Budget {
  clicks: number;
  edits: number;
  revocations: number;
  timeouts: number;
  crashes: number;
  waits: number;
}
/** Small enough for every test run. */
export const BUDGET: Budget = { clicks: 3, edits: 1, revocations: 0, timeouts: 2, crashes: 1, waits: 2 };
/** Minutes of search, for `npm run prove`. */
export const WIDE_BUDGET: Budget = { ...BUDGET, revocations: 1, waits: 3 };

const TTL_MS = 600_000;
const SETTLE_MS = 40_000;
const CLEAN = { blockers: [], findings: [] };

/** A worker between reading and writing: what it looked at, the attempt it owns, and whether its request has left. */
type Worker =
  | { at: "idle" }
  | { at: "looked"; approvalIds: readonly string[]; contentHash: string }
  | { at: "claimed"; attemptId: string; version: number }
  | { at: "sent"; attemptId: string; version: number; answer: "landed" | "unknown" }
  | { at: "dead" };

/** One point of the search: the fold, two workers, and what customers can read. */
interface Node {
  state: Incident;
  now: number;
  workers: readonly [Worker, Worker];
  /** One per request that left: attempt, grants it stood on, whether and when customers read it. */
  sent: readonly {
    attemptId: string;
    version: number;
    approvalIds: readonly string[];
    landed: boolean;
    late: boolean;
  }[];
  left: Budget;
  /** Grants by id, with the version they were given to; and what has ended them. */
  granted: Readonly<Record<string, { version: number; ended: boolean; contentHash: string }>>;
}

export class ExplorationError extends Error {
  override readonly name = "ExplorationError";
}

/**
 * Every interleaving of two workers, three clicks, one edit, two timeouts and one crash on the pure rules. States that differ only
 * in time already past are one. @throws ExplorationError with the path to the first state that breaks a rule
 */
export function explore(budget: Budget = BUDGET, limit = 2_000_000): { states: number; steps: number; finals: number } {
  const first = begin(budget);
  const seen = new Set([keyOf(first)]);
  const open: { node: Node; path: readonly string[] }[] = [{ node: first, path: [] }];
  let steps = 0;
  let finals = 0;
  for (let top = open.pop(); top; top = open.pop()) {
    const { node, path } = top;
    let moved = false;
    for (const [name, next] of moves(node)) {
      steps += 1;
      moved = true;
      const problem = wrong(next, node);
      if (problem !== undefined) throw new ExplorationError(`${problem}\n  ${[...path, name].join("\n  ")}`);
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > limit) throw new ExplorationError(`more than ${limit} states`);
      open.push({ node: next, path: [...path, name] });
    }
    if (!moved) finals += 1;
  }
  return { states: seen.size, steps, finals };
}

function begin(left: Budget): Node {
  const at = Date.parse("2026-11-21T09:14:05.000Z");
  const state = append(initialIncident(INCIDENT), waiting(), at);
  return { state, now: at + 4_000, workers: [{ at: "idle" }, { at: "idle" }], sent: [], left, granted: {} };
}

function append(state: Incident, events: readonly IncidentEvent[], now: number): Incident {
  const folded = evolve(state, {
    v: 1,
    incident: INCIDENT,
    epoch: 1,
    seq: state.seq + 1,
    prev: "",
    commandId: `c${state.seq + 1}`,
    actor: { kind: "system", id: "explorer", basis: "effect" },
    at: iso(now),
    events: [...events],
  });
  // The list of commands only grows; two states are compared without it.
  return { ...folded, commands: new Map() };
}

const draftOf = (state: Incident): Draft => {
  const draft = state.drafts.get(DRAFT);
  if (!draft) throw new ExplorationError("the draft is gone");
  return draft;
};

/** Every next point, by the name of what happens. */
function* moves(node: Node): Generator<[string, Node]> {
  const { state, now, left } = node;
  const draft = draftOf(state);
  const { card, attempt } = draft;
  const decided = (decision: Decision, change: Partial<Node> = {}): Node | undefined =>
    decision.kind === "happened" && decision.events.length > 0
      ? { ...noted(node, decision.events), ...change, state: append(state, decision.events, now) }
      : undefined;
  const spend = (what: keyof Budget): Budget => ({ ...left, [what]: left[what] - 1 });

  // People: three clicks on whatever card stands there or stood there before, by two approvers.
  const cards = [...(card ? [card] : []), ...draft.oldCards];
  if (left.clicks > 0) {
    for (const [index, shown] of cards.entries()) {
      for (const actor of [PEOPLE.jordan, PEOPLE.riley]) {
        const click = {
          actor,
          ourTeam: TEAM,
          facts: factsOf(now, { userId: actor }),
          draftId: DRAFT,
          version: shown.version,
          hash16: shown.contentHash.slice(0, 16),
          channel: ROOM,
          ts: shown.ts,
          approvalId: `APR-${left.clicks}`,
          ttlMs: TTL_MS,
          configuredPolicy: "default" as const,
          scan: CLEAN,
        };
        const decision = approveDraft(state, click, now);
        // A denied click is only recorded: what follows it follows without it too.
        if (decision.kind === "happened" && decision.events.every(({ type }) => type === "ApprovalDenied")) continue;
        const next = decided(decision, { left: spend("clicks") });
        if (next) yield [`${actor} approves on card ${index}`, next];
      }
    }
    if (draft.state === "NEEDS_HUMAN") {
      const click = {
        actor: PEOPLE.jordan,
        ourTeam: TEAM,
        facts: factsOf(now, { userId: PEOPLE.jordan }),
        draftId: DRAFT,
        version: draft.version,
        hash16: draft.contentHash?.slice(0, 16) ?? "",
      };
      const next = decided(giveUpPublish(state, click, now), { left: spend("clicks") });
      if (next) yield ["jordan gives up", next];
    }
  }
  if (left.revocations > 0) {
    const click = {
      actor: PEOPLE.riley,
      ourTeam: TEAM,
      facts: factsOf(now, { userId: PEOPLE.riley }),
      draftId: DRAFT,
      version: draft.version,
      hash16: draft.contentHash?.slice(0, 16) ?? "",
    };
    const next = decided(revokeApproval(state, click, now), { left: spend("revocations") });
    if (next) yield ["riley revokes", next];
  }
  if (left.edits > 0) {
    const edit = {
      actor: PEOPLE.sam,
      draftId: DRAFT,
      baseVersion: draft.version,
      title: draft.content?.title ?? "",
      body: `Other words ${draft.version}.`,
    };
    const next = decided(reviseDraft(state, edit), { left: spend("edits") });
    if (next) yield ["sam edits", next];
  }
  if (!card && draft.contentHash !== undefined) {
    const shown = {
      draftId: DRAFT,
      version: draft.version,
      contentHash: draft.contentHash,
      channel: ROOM,
      ts: `1795253107.00000${draft.showings}`,
      executionId: "Fx1",
    };
    const next = decided(recordDraftShown(state, shown), { now: now + 4_000 });
    if (next) yield ["a card is shown and read", next];
  }

  // Time: to whatever ends next, each a jump.
  if (left.waits > 0) {
    const due = [
      ...draft.approvals.map(({ expiresAt }) => expiresAt),
      attempt?.leaseUntil,
      attempt?.lookAfter,
      draft.notBefore,
    ].filter((at): at is number => at !== undefined && at > now);
    if (due.length > 0) yield ["time passes", { ...node, now: Math.min(...due), left: spend("waits") }];
  }
  const ended = decided(lapse(state, { draftId: DRAFT, settleMs: SETTLE_MS }, now));
  if (ended) yield ["something lapses", ended];

  // Late landings: a request that was given up is read by customers after all.
  for (const [index, request] of node.sent.entries()) {
    if (!request.late || request.landed) continue;
    yield [`request ${index} lands late`, { ...node, sent: node.sent.with(index, { ...request, landed: true }) }];
  }

  // Reading the page settles an unknown outcome.
  if (draft.state === "UNKNOWN" && attempt && now >= (attempt.lookAfter ?? 0)) {
    const there = node.sent.filter(({ version, landed }) => version === draft.version && landed).length;
    const result = there === 0 ? "absent" : there === 1 ? "found" : "conflict";
    const absences = result === "absent" ? attempt.absences + 1 : attempt.absences;
    const seen = {
      draftId: DRAFT,
      version: draft.version,
      attemptId: attempt.attemptId,
      result,
      absences,
      targetId: there === 1 ? "h4z9w6tq1mxk" : null,
      url: null,
      rev: there === 1 ? "u|s" : null,
      lookAfter: result === "absent" ? iso(now + 30_000) : null,
    } as const;
    const next = decided(recordReconciled(state, seen));
    if (next) yield [`the page is read: ${result}`, next];
  }

  for (const index of [0, 1] as const) yield* work(node, index, spend, decided);
}

function* work(
  node: Node,
  index: 0 | 1,
  spend: (what: keyof Budget) => Budget,
  decided: (decision: Decision, change?: Partial<Node>) => Node | undefined,
): Generator<[string, Node]> {
  const { state, now, left } = node;
  const draft = draftOf(state);
  const worker = node.workers[index];
  const becomes = (next: Worker): Node["workers"] => (index === 0 ? [next, node.workers[1]] : [node.workers[0], next]);
  const name = `worker ${index}`;

  if (left.crashes > 0 && (worker.at === "claimed" || worker.at === "sent" || worker.at === "looked"))
    yield [`${name} dies`, { ...node, workers: becomes({ at: "dead" }), left: spend("crashes") }];

  switch (worker.at) {
    case "idle":
      if (draft.state === "APPROVED" && now >= (draft.notBefore ?? 0))
        yield [
          `${name} looks`,
          {
            ...node,
            workers: becomes({
              at: "looked",
              approvalIds: draft.approvals.map(({ approvalId }) => approvalId),
              contentHash: draft.contentHash ?? "",
            }),
          },
        ];
      return;
    case "looked": {
      const attemptId = `ATT-${draft.attempts + 1}`;
      const facts = new Map(draft.approvals.map(({ by }) => [by, factsOf(now, { userId: by })]));
      const claim: StartPublish = {
        draftId: DRAFT,
        attemptId,
        owner: name,
        ourTeam: TEAM,
        approvalIds: worker.approvalIds,
        contentHash: worker.contentHash,
        facts,
        configuredPolicy: "default",
        scan: CLEAN,
      };
      const decision = startPublish(state, claim, now);
      const next = decided(decision);
      if (!next) yield [`${name} may not claim`, { ...node, workers: becomes({ at: "idle" }) }];
      else
        yield [`${name} claims`, { ...next, workers: becomes({ at: "claimed", attemptId, version: draft.version }) }];
      return;
    }
    case "claimed": {
      const { attemptId, version } = worker;
      // Read back: only the attempt under way sends, and only while its lease has time.
      const mine = draft.state === "PUBLISHING" && draft.attempt?.attemptId === attemptId;
      if (!mine || now > (draft.attempt?.startedAt ?? 0) + 18_000) {
        yield [`${name} finds its claim gone`, { ...node, workers: becomes({ at: "idle" }) }];
        return;
      }
      // Sent again after an earlier attempt of this text: the page is read first.
      const there = node.sent.filter((request) => request.version === version && request.landed).length;
      if (draft.attempts > 1 && there > 0) {
        const seen = {
          draftId: DRAFT,
          version,
          attemptId,
          result: there === 1 ? "found" : "conflict",
          absences: 0,
          targetId: there === 1 ? "h4z9w6tq1mxk" : null,
          url: null,
          rev: there === 1 ? "u|s" : null,
          lookAfter: null,
        } as const;
        const next = decided(recordReconciled(state, seen), { workers: becomes({ at: "idle" }) });
        if (next) yield [`${name} finds it on the page`, next];
        return;
      }
      const approvalIds = draft.approvals.map(({ approvalId }) => approvalId);
      const request = { attemptId, version, approvalIds };
      const send = (landed: boolean, late: boolean, answer: "landed" | "unknown", budget: Budget): Node => ({
        ...node,
        left: budget,
        sent: [...node.sent, { ...request, landed, late }],
        workers: becomes({ at: "sent", attemptId, version, answer }),
      });
      yield [`${name} sends, and it lands`, send(true, false, "landed", left)];
      if (left.timeouts > 0) {
        yield [`${name} sends, it lands, the answer is lost`, send(true, false, "unknown", spend("timeouts"))];
        yield [`${name} sends, nothing lands, no answer`, send(false, false, "unknown", spend("timeouts"))];
        yield [`${name} sends, it may land late, no answer`, send(false, true, "unknown", spend("timeouts"))];
        const deferred: IncidentEvent = {
          type: "PublishDeferred",
          draftId: DRAFT,
          version,
          attemptId,
          reason: "420",
          notBefore: iso(now + 5_000),
        };
        const next = decided(recordPublishOutcome(state, deferred), {
          workers: becomes({ at: "idle" }),
          left: spend("timeouts"),
        });
        if (next) yield [`${name} is told to wait`, next];
        const refused: IncidentEvent = { type: "PublishFailed", draftId: DRAFT, version, attemptId, reason: "422" };
        const failed = decided(recordPublishOutcome(state, refused), {
          workers: becomes({ at: "idle" }),
          left: spend("timeouts"),
        });
        if (failed) yield [`${name} is refused`, failed];
      }
      return;
    }
    case "sent": {
      const { attemptId, version, answer } = worker;
      const ref = { draftId: DRAFT, version, attemptId };
      const event =
        answer === "landed"
          ? ({ type: "PublishSucceeded", ...ref, targetId: "h4z9w6tq1mxk", url: "u", rev: "u|s" } as const)
          : ({ type: "PublishOutcomeUnknown", ...ref, reason: "timeout", lookAfter: iso(now + SETTLE_MS) } as const);
      const next = decided(recordPublishOutcome(state, event));
      yield [`${name} records ${event.type}`, { ...(next ?? node), workers: becomes({ at: "idle" }) }];
      return;
    }
    case "dead":
      yield [`${name} starts again`, { ...node, workers: becomes({ at: "idle" }) }];
  }
}

/** Grants, and what ended them, as the events tell. */
function noted(node: Node, events: readonly IncidentEvent[]): Node {
  let granted = node.granted;
  const end = (which: (id: string) => boolean) => {
    granted = Object.fromEntries(
      Object.entries(granted).map(([id, grant]) => [id, which(id) ? { ...grant, ended: true } : grant]),
    );
  };
  for (const event of events) {
    if (event.type === "ApprovalGranted")
      granted = {
        ...granted,
        [event.approvalId]: { version: event.version, ended: false, contentHash: event.contentHash },
      };
    if (event.type === "ApprovalRevoked" || event.type === "ApprovalExpired" || event.type === "ApprovalVoided")
      end((id) => id === event.approvalId);
    if (event.type === "DraftRevised" || event.type === "PublishGivenUp") end(() => true);
  }
  return { ...node, granted };
}

/** What must hold at every point; one sentence about what does not. */
function wrong(node: Node, before: Node): string | undefined {
  const draft = draftOf(node.state);
  const old = draftOf(before.state);
  if (FINAL.includes(old.state) && draft.state !== old.state)
    return `a final draft left ${old.state} for ${draft.state}`;
  if ([...node.state.drafts.values()].filter(({ state }) => BUSY.includes(state)).length > 1)
    return "two drafts are busy";
  if (
    draft.approvals.some(({ version, contentHash }) => version !== draft.version || contentHash !== draft.contentHash)
  )
    return "a grant of another version counts";
  if (old.state === "NEEDS_HUMAN" && draft.state === "PUBLISHING") return "NEEDS_HUMAN became PUBLISHING by itself";
  if (draft.state === "PUBLISHING" && old.state !== "PUBLISHING") {
    for (const { approvalId } of draft.approvals) {
      const grant = node.granted[approvalId];
      if (!grant || grant.ended || grant.version !== draft.version)
        return `a claim stands on ${approvalId}, which had ended`;
    }
    if (draft.approvals.length === 0) return "a claim stands on nothing";
  }
  if (node.sent.length > before.sent.length) {
    const request = node.sent.at(-1);
    if (old.state !== "PUBLISHING") return `a request left while the draft was ${old.state}`;
    if (before.sent.some(({ attemptId }) => attemptId === request?.attemptId)) return "one claim sent twice";
    if (request?.version !== draft.version) return "the text of another version was sent";
  }
  const used = new Set<string>();
  for (const { approvalIds, landed, late } of node.sent) {
    if (!landed) continue;
    if (!late && approvalIds.some((id) => used.has(id))) return "customers read one grant's text twice";
    for (const id of approvalIds) used.add(id);
  }
  if (draft.state === "PUBLISHED" && !node.sent.some(({ version, landed }) => version === draft.version && landed))
    return "PUBLISHED, and the page holds nothing";
  return undefined;
}

/** The same for every two points from which the same can follow: times count only by what is still to come. */
function keyOf({ state, now, workers, sent, left, granted }: Node): string {
  const draft = draftOf(state);
  const ahead = (at: number | undefined) => (at === undefined || at <= now ? 0 : at - now);
  const text = JSON.stringify([
    draft.state,
    draft.version,
    draft.attempts,
    draft.approvals.map(({ approvalId, by, expiresAt }) => [approvalId, by, ahead(expiresAt)]),
    draft.card && [draft.card.version, draft.card.ts, ahead(draft.card.shownAt + 3_000)],
    draft.oldCards.map(({ version, ts }) => [version, ts]),
    draft.attempt && [
      draft.attempt.attemptId,
      draft.attempt.absences,
      ahead(draft.attempt.leaseUntil),
      ahead(draft.attempt.lookAfter),
      ahead(draft.attempt.startedAt + 18_001),
    ],
    ahead(draft.notBefore),
    // Which of the two workers is which makes no difference.
    workers.map((worker) => JSON.stringify(worker)).sort(),
    sent,
    left,
    granted,
  ]);
  return createHash("sha1").update(text).digest("base64");
}
