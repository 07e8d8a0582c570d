import { INCIDENT_ID } from "../../shared/contracts/ids.ts";
import type { EffectReport, ReportReply } from "../../shared/contracts/outbox.ts";
import type { Grace } from "../incident/archive-due.ts";
import { recordCardRepainted, recordDraftShown } from "../incident/decide/drafts.ts";
import { recordInvited } from "../incident/decide/join.ts";
import { recordNotArchived } from "../incident/decide/not-archived.ts";
import { recordReread, type SeenNote } from "../incident/decide/notes.ts";
import {
  recordArchived,
  recordBookmarkSet,
  recordFailure,
  recordPainted,
  recordRemoved,
  recordRoomStep,
  recordTopicSet,
} from "../incident/decide/room.ts";
import type { Decision } from "../incident/decision.ts";
import type { Incident } from "../incident/state.ts";
import type { Leases } from "../index-table/leases.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import { AppError } from "../platform/app-error.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import { unreachable } from "../platform/unreachable.ts";
import { DRAIN_WORKING_MS } from "./claim.ts";
import type { DrainMark } from "./drain-mark.ts";
import { seenNotes } from "./reread-notes.ts";

export interface ReportDeps {
  ledger: Ledger;
  leases: Leases;
  drain: DrainMark;
  clock: Clock;
  log: Logger;
  leaseMs: number;
  /** From when a room may be archived. */
  grace: Grace;
  /** Takes what was read in a room. What came of it is recorded later; until then the reading is still owed. */
  roomRead: (incident: string, n: number, read: RoomReadReport) => void;
}

export type RoomReadReport = Extract<EffectReport, { result: "room-read" }>;

/** An effect id that names no kind of work there is. */
export class UnknownEffectError extends AppError {
  override readonly name = "UnknownEffectError";
  constructor(effectId: string) {
    super(`${effectId} names no work of the outbox; report under the id that was claimed`);
  }
}

/** First wait after a failed attempt; doubles up to a minute. */
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 60_000;
/** Nobody waits for a room to go, and one that Slack refuses to archive is tried for a day. */
const MAX_ARCHIVE_RETRY_MS = 3_600_000;

/**
 * Records what Slack's side did. What really happened is recorded even from an execution whose lease has lapsed:
 * the room it made exists. `stop` tells such an execution to do nothing more.
 */
export async function report(effectId: string, told: EffectReport, deps: ReportDeps): Promise<ReportReply> {
  const effect = parseEffectId(effectId);
  const holds = await deps.leases.renew(effectId, told.executionId, deps.leaseMs);
  await deps.drain.working(told.executionId, DRAIN_WORKING_MS);
  if (told.result === "room-read") {
    // Its words are kept nowhere: a model reads them, redacted, and only what it points at is recorded.
    if (effect.kind === "read") deps.roomRead(effect.incident, effect.n, told);
    deps.log.info("outbox-reported", { incident: effect.incident, effectId, result: told.result });
    return { next: "stop" };
  }
  const attempt = (await deps.leases.read(effectId))?.attempt ?? 1;
  const inForm = inLedgerForm(told);
  const seen =
    inForm.result === "messages-read" ? seenNotes(await deps.ledger.load(effect.incident), inForm.messages) : [];
  const { commandId, decide } = recordOf(effectId, effect, inForm, { attempt, seen, grace: deps.grace });
  const actor: EntryActor = { kind: "system", id: "slack-app", basis: "effect" };
  const result = await deps.ledger.execute(effect.incident, { commandId, actor }, decide);
  deps.log.info("outbox-reported", {
    incident: effect.incident,
    effectId,
    result: told.result,
    ...(told.result === "room-step" ? { step: told.step, ok: told.ok } : {}),
    ...("error" in told && told.error !== undefined ? { reason: told.error } : {}),
    recorded: result.kind,
  });
  if (told.result === "failed") {
    const longest = effect.kind === "archive-room" ? MAX_ARCHIVE_RETRY_MS : MAX_RETRY_MS;
    const backOff = Math.min(longest, FIRST_RETRY_MS * 2 ** Math.min(11, attempt - 1));
    await deps.leases.release(effectId, told.executionId, deps.clock.now() + Math.max(told.retryAfterMs ?? 0, backOff));
    return { next: "stop" };
  }
  // Done, so the lease ends: should the same be owed again, that is another attempt.
  if (["painted", "topic-set", "bookmark-set", "invited", "messages-read"].includes(told.result))
    await deps.leases.release(effectId, told.executionId);
  return { next: holds ? "continue" : "stop" };
}

type EffectName =
  | { kind: "assemble-room" | "archive-room"; incident: string }
  | { kind: "invite"; incident: string; userId: string }
  | { kind: "remove"; incident: string; key: string }
  | { kind: "read"; incident: string; n: number }
  | { kind: "topic"; incident: string; rev: string }
  | { kind: "reread"; incident: string }
  | { kind: "bookmark"; incident: string; key: string; rev: string }
  | { kind: "paint"; incident: string; key: string; rev: string }
  | { kind: "show"; incident: string; draftId: string }
  | { kind: "repaint"; incident: string; draftId: string; ts: string; rev: string };

/** The id says what it is, so that a report needs no table of what was handed out. @throws UnknownEffectError */
export function parseEffectId(effectId: string): EffectName {
  const [incident = "", kind, ...rest] = effectId.split(":");
  const [first = "", second = "", third = ""] = rest;
  if (!INCIDENT_ID.test(incident)) throw new UnknownEffectError(effectId);
  if ((kind === "assemble-room" || kind === "archive-room") && rest.length === 0) return { kind, incident };
  if (kind === "invite" && rest.length === 1) return { kind, incident, userId: first };
  if (kind === "remove" && rest.length === 1) return { kind, incident, key: first };
  if (kind === "paint" && rest.length === 2) return { kind, incident, key: first, rev: second };
  if (kind === "reread" && rest.length === 1) return { kind, incident };
  if (kind === "bookmark" && rest.length === 2) return { kind, incident, key: first, rev: second };
  if (kind === "read" && rest.length === 1 && /^\d{1,6}$/.test(first)) return { kind, incident, n: Number(first) };
  if (kind === "topic" && rest.length === 1) return { kind, incident, rev: first };
  if (kind === "show" && rest.length === 3) return { kind, incident, draftId: first };
  if (kind === "repaint" && rest.length === 3) return { kind, incident, draftId: first, ts: second, rev: third };
  throw new UnknownEffectError(effectId);
}

function recordOf(
  effectId: string,
  effect: EffectName,
  told: Exclude<EffectReport, { result: "room-read" }>,
  { attempt, seen, grace }: { attempt: number; seen: readonly SeenNote[]; grace: Grace },
): { commandId: string; decide: (state: Incident, now: Instant) => Decision } {
  const id = `${told.executionId}:${effect.kind}`;
  const misfit: Decision = {
    kind: "refused",
    refusal: { code: "other-work", message: "This report does not fit the work it names." },
  };
  switch (told.result) {
    case "room-step":
      return {
        // A step may fail and later succeed in one execution: both are told.
        commandId: `${id}:${told.step}:${told.ok}:${attempt}`,
        decide: (state) => (effect.kind === "assemble-room" ? recordRoomStep(state, told) : misfit),
      };
    case "painted":
      return {
        // With the attempt: a message may come back to words it had before, and that is told anew.
        commandId: effect.kind === "paint" ? `${id}:${effect.key}:${effect.rev}:${attempt}` : id,
        decide: (state) =>
          effect.kind === "paint"
            ? recordPainted(state, { key: effect.key, rev: told.rev ?? effect.rev, channel: told.channel, ts: told.ts })
            : misfit,
      };
    case "card-shown": {
      const { draftId, version, contentHash, channel, ts, executionId } = told;
      return {
        commandId: `${id}:${draftId}:${version}`,
        decide: (state) =>
          effect.kind === "show" && effect.draftId === draftId
            ? recordDraftShown(state, { draftId, version, contentHash, channel, ts, executionId })
            : misfit,
      };
    }
    case "repainted":
      return {
        commandId: effect.kind === "repaint" ? `${id}:${effect.draftId}:${effect.ts}:${effect.rev}` : id,
        decide: (state) => {
          if (effect.kind !== "repaint") return misfit;
          const version = state.drafts.get(effect.draftId)?.version ?? 0;
          return recordCardRepainted(state, { draftId: effect.draftId, version, rev: effect.rev, ts: effect.ts });
        },
      };
    case "invited":
      return {
        commandId: effect.kind === "invite" ? `${id}:${effect.userId}:${attempt}` : id,
        decide: (state) =>
          effect.kind === "invite"
            ? recordInvited(state, { userId: effect.userId, error: told.error ?? null })
            : misfit,
      };
    case "removed":
      return {
        commandId: effect.kind === "remove" ? `${id}:${effect.key}` : id,
        decide: (state) => (effect.kind === "remove" ? recordRemoved(state, effect.key) : misfit),
      };
    case "topic-set":
      return {
        commandId: effect.kind === "topic" ? `${id}:${effect.rev}:${attempt}` : id,
        decide: (state) => (effect.kind === "topic" ? recordTopicSet(state, effect.rev) : misfit),
      };
    case "bookmark-set":
      return {
        commandId: effect.kind === "bookmark" ? `${id}:${effect.key}:${effect.rev}:${attempt}` : id,
        decide: (state) =>
          effect.kind === "bookmark"
            ? recordBookmarkSet(state, { key: effect.key, rev: effect.rev, bookmarkId: told.bookmarkId })
            : misfit,
      };
    case "messages-read":
      return {
        commandId: `${id}:${attempt}`,
        decide: (state) => (effect.kind === "reread" ? recordReread(state, seen) : misfit),
      };
    case "archived":
      return {
        commandId: id,
        decide: (state) => (effect.kind === "archive-room" ? recordArchived(state) : misfit),
      };
    case "failed":
      return {
        commandId: `${effectId}:failed:${attempt}`,
        decide: (state, now) => {
          const failed = { effectId, attempt, error: told.error };
          return effect.kind === "archive-room"
            ? recordNotArchived(state, failed, { grace, now })
            : recordFailure(state, failed);
        },
      };
    default:
      return unreachable(told);
  }
}
