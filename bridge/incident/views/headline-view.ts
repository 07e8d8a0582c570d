import type { HeadlineRaisedView, HeadlineView } from "../../../shared/contracts/views.ts";
import { SEVERITIES, type Severity } from "../../../shared/vocabulary.ts";
import { type Instant, iso } from "../../platform/clock.ts";
import { stillFiring } from "../alert-groups.ts";
import { isRestricted } from "../restricted.ts";
import type { Incident } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** Key of the headline among an incident's messages. */
export const HEADLINE = "headline";

/** The one message of an incident in the announcements channel: from when its room opens; undefined for what is nobody else's. */
export function headlineView(state: Incident, world: ViewWorld): HeadlineView | undefined {
  const { opened, public: shown, lastPublicAt, resolved } = state;
  if (!opened || state.roomOpenedAt === undefined || isRestricted(state)) return undefined;
  const impact = customersNotice(state);
  const due = nextUpdateDue(state, world);
  const catchUp = control(world, state.id, "catch_me_up", "Catch me up");
  return {
    kind: "headline",
    incidentId: state.id,
    title: opened.title,
    service: opened.service,
    severity: state.severity,
    ...(impact === undefined ? {} : { impact }),
    ...(state.commander ? { commander: state.commander } : {}),
    ...(resolved ? {} : { phase: state.response.phase }),
    openedAt: iso(state.openedAt),
    ...(shown
      ? { lastPublic: { at: iso(lastPublicAt ?? shown.publishedAt), status: shown.status, url: shown.url } }
      : {}),
    ...(due === undefined ? {} : { nextUpdateBy: iso(due) }),
    ...(resolved ? { ended: ended(state, resolved) } : {}),
    controls: resolved ? [catchUp] : [catchUp, control(world, state.id, "ask_to_join", "Ask to join")],
  };
}

function ended(
  state: Incident,
  { outcome, duplicateOf, at }: NonNullable<Incident["resolved"]>,
): HeadlineView["ended"] {
  const { filed } = state.postmortem;
  return {
    outcome,
    durationMinutes: Math.max(0, Math.round((at - state.openedAt) / 60_000)),
    ...(duplicateOf === null ? {} : { duplicateOf }),
    ...(filed ? { postmortem: { title: filed.identifier, url: filed.url } } : {}),
    stillFiring: outcome === "duplicate" ? 0 : stillFiring(state).length,
  };
}

/** In the words of whoever asked for the newest customer update that nobody has turned down. */
export const customersNotice = (state: Incident): string | undefined =>
  [...state.drafts.values()].findLast(
    (draft) => draft.request.by !== null && !["REJECTED", "EXPIRED", "CANCELLED"].includes(draft.state),
  )?.request.impact;

/** When customers should next hear something; undefined where nobody is reminded of it, or when it is over. */
export function nextUpdateDue(state: Incident, world: Pick<ViewWorld, "nudgeEveryMs">): Instant | undefined {
  const every = world.nudgeEveryMs(state.severity);
  if (every === undefined || state.status !== "open" || state.roomOpenedAt === undefined) return undefined;
  return Math.max(state.roomOpenedAt, state.lastPublicAt ?? 0) + every;
}

/** Lower means more severe. */
const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Once it is worse than the headline first said, people who had passed over it are told, once for each step up. */
export function headlineRaisedView(state: Incident): HeadlineRaisedView | undefined {
  const first = state.headlineSeverity;
  const headline = state.messages.get(HEADLINE);
  if (first === undefined || headline === undefined || state.status !== "open") return undefined;
  if (isRestricted(state) || rank(state.severity) >= rank(first)) return undefined;
  return {
    kind: "headline_raised",
    incidentId: state.id,
    title: state.opened?.title ?? state.id,
    from: first,
    to: state.severity,
    headline: {
      title: "The headline",
      // Slack finds the workspace by the channel's id.
      url: `https://slack.com/archives/${headline.channel}/p${headline.ts.replace(".", "")}`,
    },
  };
}
