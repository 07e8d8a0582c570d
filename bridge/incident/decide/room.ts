import type { EffectReport } from "../../../shared/contracts/outbox.ts";
import type { Severity } from "../../../shared/vocabulary.ts";
import { type Decision, happened, nothingNew, notOpen, refuse } from "../decision.ts";
import type { EventOf, IncidentEvent } from "../events.ts";
import type { Incident } from "../state.ts";

/** A person wants a room for an incident that the opening rule left without one. */
export function requestRoom(state: Incident, { severity }: { severity: Severity }): Decision {
  if (state.status !== "open") return notOpen(state.status);
  if (state.roomWanted) return refuse("room-exists", "This incident already has a war room.");
  return happened({ type: "RoomRequested", severity });
}

/** What a first look at people and systems gave; only the first answer counts. */
export function recordResponders(state: Incident, found: Omit<EventOf<"RespondersFound">, "type">): Decision {
  return state.responders || state.status !== "open" ? nothingNew : happened({ type: "RespondersFound", ...found });
}

type StepReport = Extract<EffectReport, { result: "room-step" }>;

/** One step of opening the room came back. The room counts as open once it exists, people are in and the first message stands. */
export function recordRoomStep(state: Incident, report: StepReport): Decision {
  if (state.status === "none") return notOpen(state.status);
  if (state.steps[report.step]?.ok) return nothingNew;
  const channel = report.channel ?? state.channel;
  if (report.ok && channel === undefined) return refuse("channel-missing", "The step names no channel.");
  if (state.channel !== undefined && report.channel !== undefined && report.channel !== state.channel) {
    return refuse("other-channel", `The room of this incident is ${state.channel}.`);
  }

  const events: IncidentEvent[] = [];
  if (report.step === "create" && report.ok && channel !== undefined && state.channel === undefined) {
    events.push({ type: "RoomCreated", channel, name: report.name ?? state.opened?.roomName ?? "" });
  }
  events.push({
    type: "RoomStepDone",
    step: report.step,
    ok: report.ok,
    error: report.error ?? null,
    notInvited: report.notInvited ?? [],
  });
  if (
    report.ok &&
    report.ts !== undefined &&
    channel !== undefined &&
    (report.step === "context" || report.step === "checklist")
  ) {
    // What it shows was decided when the work was claimed, so its revision is unknown and the message is compared afresh.
    events.push({ type: "MessagePainted", key: report.step, rev: "assembled", channel, ts: report.ts });
  }
  const done = (step: "create" | "invite" | "context") => state.steps[step]?.ok || (report.ok && report.step === step);
  if (!state.roomOpenedAt && channel !== undefined && done("create") && done("invite") && done("context")) {
    events.push({ type: "RoomOpened", channel });
  }
  return happened(...events);
}

export function recordPainted(state: Incident, painted: Omit<EventOf<"MessagePainted">, "type">): Decision {
  if (state.status === "none") return notOpen(state.status);
  if (state.messages.get(painted.key)?.rev === painted.rev) return nothingNew;
  return happened({ type: "MessagePainted", ...painted });
}

/** A message that a newer one replaced is gone. */
export const recordRemoved = (state: Incident, key: string): Decision =>
  state.messages.has(key) ? happened({ type: "MessageRemoved", key }) : nothingNew;

export function recordTopicSet(state: Incident, rev: string): Decision {
  if (state.status === "none") return notOpen(state.status);
  return state.response.topicRev === rev ? nothingNew : happened({ type: "TopicSet", rev });
}

export function recordBookmarkSet(state: Incident, set: Omit<EventOf<"BookmarkSet">, "type">): Decision {
  if (state.status === "none") return notOpen(state.status);
  const before = state.life.bookmarks.get(set.key);
  return before?.rev === set.rev && before.bookmarkId === set.bookmarkId
    ? nothingNew
    : happened({ type: "BookmarkSet", ...set });
}

export function recordArchived(state: Incident): Decision {
  if (state.status === "archived") return nothingNew;
  if (state.status !== "resolved" || state.channel === undefined)
    return refuse("not-resolved", "Only a resolved incident's room is archived.");
  return happened({ type: "RoomArchived", channel: state.channel });
}

/** Failures are recorded for the first few attempts; the work stays owed and the log has the rest. */
const RECORDED_FAILURES = 5;

export function recordFailure(state: Incident, failed: Omit<EventOf<"EffectFailed">, "type">): Decision {
  if (state.status === "none") return notOpen(state.status);
  const known = state.failures.get(failed.effectId)?.attempt ?? 0;
  return failed.attempt <= known || known >= RECORDED_FAILURES
    ? nothingNew
    : happened({ type: "EffectFailed", ...failed });
}

export function recordRungAgain(state: Incident, { afterMs }: { afterMs: number }): Decision {
  return state.rungAgainAt || state.roomOpenedAt ? nothingNew : happened({ type: "DoorbellRungAgain", afterMs });
}

export function recordWatchdog(state: Incident, spoke: Omit<EventOf<"WatchdogSpoke">, "type">): Decision {
  return state.watchdogSpokeAt || state.roomOpenedAt ? nothingNew : happened({ type: "WatchdogSpoke", ...spoke });
}
