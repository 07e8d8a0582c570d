import type { NoticeView } from "../../../shared/contracts/views.ts";
import type { Instant } from "../../platform/clock.ts";
import { stillFiring } from "../alert-groups.ts";
import { silencedUntil } from "../nudges.ts";
import type { Incident } from "../state.ts";
import type { Notice } from "./gate-notices.ts";
import { control, type ViewWorld } from "./view-world.ts";

const RESOLVED = "alerts-resolved";

/**
 * What the room is told about its own course, each in one message that follows the state: that its alerts are resolved, which
 * only proposes an end; that reminders are silenced, and by whom; that it was reopened; that somebody could not be invited.
 */
export function lifeNotices(state: Incident, now: Instant, world: ViewWorld): Notice[] {
  const notice = (key: string, text: string, more: Partial<NoticeView> = {}): Notice => ({
    key,
    view: { kind: "notice", incidentId: state.id, text, controls: [], ...more },
  });
  const { life, alerts, status, commander } = state;
  const notices: Notice[] = [];

  if (status === "open" && alerts.state === "resolved") {
    notices.push(
      notice(RESOLVED, "All alerts of this incident are resolved. It stays open until a person says that it is over.", {
        ...(commander ? { mention: commander } : {}),
        controls: [control(world, state.id, "resolve_incident", "Resolve", "primary")],
      }),
    );
  } else if (state.messages.has(RESOLVED)) {
    const again = stillFiring(state).length > 0;
    const text = again ? "All alerts were resolved for a while; some fire again." : "All alerts are resolved.";
    notices.push(notice(RESOLVED, text));
  }

  if (life.silence) notices.push(notice("silence", silenceText(state, life.silence, now)));

  for (const [n, { by, reason }] of life.reopenings.entries()) {
    const who = by === null ? "An alert of it fired again" : `<@${by}>`;
    notices.push(notice(`reopened-${n + 1}`, `This incident is open again. ${who}: ${reason}`));
  }
  for (const [userId, { by }] of life.calledIn) {
    const key = `invite-${userId}`;
    const error = state.invited.get(userId)?.error ?? undefined;
    if (error !== undefined)
      notices.push(notice(key, `Slack did not let <@${userId}> in, whom <@${by}> invited: ${error}`));
    else if (state.messages.has(key) && state.invited.has(userId)) {
      notices.push(notice(key, `<@${userId}> has been invited now; Slack had refused it before.`));
    }
  }
  return notices;
}

function silenceText(
  state: Incident,
  { by, reason, until, ended }: NonNullable<Incident["life"]["silence"]>,
  now: Instant,
): string {
  const said = `by <@${by}>: ${reason}`;
  if (silencedUntil(state, now) !== undefined && state.status === "open") {
    return `Reminders are silenced until ${clockTime(until)} ${said}`;
  }
  const how = ended ? `<@${ended.by}> let them come again at ${clockTime(ended.at)}` : `over since ${clockTime(until)}`;
  return `Reminders were silenced ${said} (${how})`;
}

const clockTime = (at: Instant): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;
