import type { Control, PageView } from "../../../shared/contracts/views.ts";
import type { Instant } from "../../platform/clock.ts";
import { type PageTarget, targetName } from "../decide/paging.ts";
import { nextToPage } from "../escalations.ts";
import type { Incident, Page } from "../state.ts";
import { linksOf } from "./context-view.ts";
import { namesOfResponders } from "./names-of-responders.ts";
import { control, type ViewWorld } from "./view-world.ts";

const WHY: Record<Page["request"]["cause"], string> = {
  person: "",
  "command-offer": ", because nobody took command",
  handover: ", because command was handed over and nobody answered",
  "command-abandoned": ", because the commander does not answer",
  approver: ", because nobody approved",
  runbook: ", as the runbook says",
};

/** A page as the room sees it: one line that follows what is known, and what to do where it does not go on by itself. */
export function pageView(state: Incident, page: Page, now: Instant, world: ViewWorld, ackMs: number): PageView {
  const { request } = page;
  const { standing, text } = stood(page, now, ackMs);
  const stuck = standing === "unanswered" || standing === "failed" || standing === "unknown";
  const byHand = stuck || standing === "delayed";
  return {
    kind: "page",
    incidentId: state.id,
    standing,
    text,
    ...(request.message === null ? {} : { message: request.message }),
    links: byHand ? handLinks(state, page) : [],
    controls: stuck && state.status === "open" ? nextSteps(state, page, world) : [],
  };
}

function stood(page: Page, now: Instant, ackMs: number): Pick<PageView, "standing" | "text"> {
  const { request, sent, trouble, acknowledged, deliveredAt, call } = page;
  const name = targetName(request.target);
  const who = request.target.kind === "schedule" ? whoOf(page, name) : name;
  const asked = `${request.by === null ? "Paging" : `<@${request.by}> pages`} ${who}${WHY[request.cause]}`;
  if (acknowledged) {
    const by = call?.people.find(({ id, username, userId }) => [id, username, userId].includes(acknowledged.by));
    return {
      standing: "acknowledged",
      text: `${asked}: acknowledged${by && request.target.kind === "schedule" ? ` by ${mentionOf(by)}` : ""}.`,
    };
  }
  switch (trouble?.kind) {
    case "failed":
      return { standing: "failed", text: `${asked}: not paged, ${trouble.reason}. Page or call by hand.` };
    case "unknown":
      return {
        standing: "unknown",
        text: `${asked}: not known whether OnCall paged (${trouble.reason}). Look in OnCall before paging again.`,
      };
    case "delayed":
      return {
        standing: "delayed",
        text: `${asked}: not paged yet, ${trouble.reason}. It is tried again; page or call by hand if it is urgent.`,
      };
    default:
  }
  if (!sent) return { standing: "calling", text: `${asked}: OnCall is being asked.` };
  const way = deliveredAt === undefined ? "paged, delivery not reported yet" : "paged and delivered";
  if (now < sent.at + ackMs)
    return { standing: deliveredAt === undefined ? "paged" : "delivered", text: `${asked}: ${way}.` };
  const minutes = Math.max(1, Math.round(ackMs / 60_000));
  return { standing: "unanswered", text: `${asked}: ${way}, not acknowledged for ${minutes} min.` };
}

const mentionOf = ({ userId, username }: { userId: string | null; username: string }): string =>
  userId === null ? username : `<@${userId}>`;

/** A schedule is shown with the people who stood behind it when OnCall was called. */
function whoOf({ call }: Page, name: string): string {
  if (!call || call.people.length === 0) return name;
  return `${name} (${call.people.slice(0, 5).map(mentionOf).join(", ")})`;
}

/** Where a person can page or call by hand. */
function handLinks(state: Incident, { sent }: Page): PageView["links"] {
  const own = sent?.link == null ? [] : [{ title: "This page in OnCall", url: sent.link }];
  return [...own, ...linksOf(state).filter(({ title }) => title === "Alert group" || title === "Call")];
}

/** By the best name there is; rules call people by their id. */
const calledAs = (state: Incident, { id, name }: PageTarget): string =>
  namesOfResponders(state).find(({ slackId }) => slackId === id)?.name ?? name;

/** The form with the next person filled in, and the empty one. */
function nextSteps(state: Incident, page: Page, world: ViewWorld): Control[] {
  const next = nextToPage(state, world);
  const form = (label: string, target: string, style?: Control["style"]): Control => {
    const button = control(world, state.id, "page_someone", label, style);
    return { ...button, inputs: { ...button.inputs, target } };
  };
  return [
    ...(next === undefined || next.id === page.request.target.id
      ? []
      : [form(`Page ${calledAs(state, next)}`, next.kind === "person" ? `<@${next.id}>` : next.id, "primary")]),
    control(world, state.id, "page_someone", "Page someone else"),
  ];
}
