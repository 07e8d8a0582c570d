import type { NudgePoint } from "../../shared/vocabulary.ts";
import type { Instant } from "../platform/clock.ts";
import type { EventOf } from "./events.ts";
import type { Incident } from "./state.ts";

/** One thing a reminder names. */
type Point = EventOf<"NudgeListed">["points"][number];

/** What a reminder would say now. */
interface Nudge {
  n: number;
  /** What customers have heard. */
  reason: string;
  points: Point[];
}

/** Something whose time has passed, as the checklist reports it. */
export interface Late {
  items: readonly { text: string; role: string; assignee?: string; minutesLate: number }[];
  more: number;
  /** Clocks of runbooks that have run out. */
  clocks: Late["items"];
  /** The phase, when it lasts too long. */
  phase?: string;
}

/** Nobody is reminded of anything until then; undefined while reminders come. */
export const silencedUntil = ({ life }: Incident, now: Instant): Instant | undefined =>
  life.silence !== undefined && now < life.silence.until ? life.silence.until : undefined;

/**
 * The reminder that is due now, if any: customers have waited for `everyMs` since they, the room or anybody here last heard
 * something, or severity rose after somebody had recorded that they need not be told. One interval has one reminder, because the
 * newest one begins the next interval and its number is taken.
 */
export function dueNudge(state: Incident, now: Instant, everyMs: number | undefined, late: Late): Nudge | undefined {
  if (state.status !== "open" || state.roomOpenedAt === undefined || everyMs === undefined) return undefined;
  if (silencedUntil(state, now) !== undefined) return undefined;
  const last = state.nudges.at ?? 0;
  const asksAgain = (state.response.waiverLapsed?.at ?? 0) > last;
  const since = Math.max(state.roomOpenedAt, state.lastPublicAt ?? 0, last, state.life.reopenings.at(-1)?.at ?? 0);
  if (!asksAgain && now - since < everyMs) return undefined;
  const customers = customersWait(state, now);
  const points = pointsOf(state, now, late);
  if (customers === undefined && points.length === 0) return undefined;
  return { n: state.nudges.n + 1, reason: customers ?? "Some things here are late.", points };
}

/** What customers have heard; undefined while they need not be told, or know that it is over. */
function customersWait(state: Incident, now: Instant): string | undefined {
  const { lastPublicAt, roomOpenedAt, response } = state;
  if (response.publicUpdateWaived || state.public?.status === "resolved") return undefined;
  return lastPublicAt === undefined
    ? `Customers have not been told anything yet, ${minutes(now - (roomOpenedAt ?? now))} min after the room opened.`
    : `Customers have heard nothing new for ${minutes(now - lastPublicAt)} min.`;
}

function pointsOf(state: Incident, now: Instant, late: Late): Point[] {
  const { response, alerts, offers, commander } = state;
  const points: Point[] = [];
  const add = (about: NudgePoint, text: string, role: string | null, minutesLate: number | null = null) =>
    points.push({ about, text: text.slice(0, TEXT_MAX), role, minutesLate });

  const lapsed = response.waiverLapsed;
  if (lapsed && !response.publicUpdateWaived) {
    add(
      "ask-again",
      `Severity rose to ${state.severity} after <@${lapsed.by}> had recorded that no public update is needed. Is that still so?`,
      "commander",
    );
  }
  if (commander === undefined) add("command", "Nobody has command.", null);
  else if (state.commandAbandonedAt !== undefined) {
    add("command", `<@${commander}> does not answer; anybody may take command.`, null);
  }
  const offer = offers.at(-1);
  if (offer?.lapsedAt !== undefined && offer.closedBy === undefined) {
    add(
      "handover",
      `<@${offer.to}> has not answered the offer of command by <@${offer.by}>.`,
      "commander",
      minutes(now - offer.lapsedAt),
    );
  }
  for (const draft of state.drafts.values()) {
    const since = draft.card?.shownAt ?? draft.proposedAt;
    if (!WAITING.includes(draft.state) || since === undefined) continue;
    add("approval", "A customer update waits for a decision.", "commander or approver", minutes(now - since));
  }
  const what = ({ text, assignee }: Late["items"][number]) =>
    `${text.slice(0, 200)}${assignee === undefined ? "" : ` (<@${assignee}>)`}`;
  for (const clock of late.clocks) add("clock", `The clock has run out: ${what(clock)}`, clock.role, clock.minutesLate);
  for (const item of late.items) add("checklist", what(item), item.role, item.minutesLate);
  if (late.more > 0) add("checklist", `${late.more} more on the checklist.`, null);
  if (late.phase !== undefined) add("phase", `The phase ${late.phase} lasts longer than usual.`, "commander");
  if (alerts.state === "resolved") add("alerts-resolved", "All alerts are resolved. Is this over?", "commander");
  return points.slice(0, POINTS_MAX);
}

const WAITING: readonly string[] = ["DRAFTED", "SHOWN", "PARTIAL", "FAILED", "NEEDS_HUMAN"];
const TEXT_MAX = 300;
const POINTS_MAX = 12;
const minutes = (ms: number): number => Math.max(1, Math.round(ms / 60_000));
