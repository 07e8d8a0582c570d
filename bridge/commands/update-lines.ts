import type { Draft, Incident } from "../incident/state.ts";
import { standing } from "../incident/views/draft-view.ts";
import type { Instant } from "../platform/clock.ts";
import { elapsed } from "./elapsed.ts";
import { escapeKeepingMentions, link } from "./mrkdwn.ts";

/** Bound of one answer; the room itself shows everything. */
const SHOWN_DRAFTS = 5;

/** What customers are told and what waits to be told to them, the newest last. */
export const updateLines = (incident: Incident, now: Instant): string[] => [
  ...draftLines(incident),
  `Public incident: ${publicLine(incident, now)}`,
];

/** What people call a draft: its place among the updates of its incident, from 1. */
export const updateNumber = ({ drafts }: Incident, draftId: string): number => [...drafts.keys()].indexOf(draftId) + 1;

function draftLines({ drafts }: Incident): string[] {
  if (drafts.size === 0) return ["Customer updates: none drafted"];
  const all = [...drafts.values()].map((draft, index) => draftLine(draft, index + 1));
  const earlier = all.length - SHOWN_DRAFTS;
  return [
    `Customer updates:${earlier > 0 ? ` (${earlier} earlier not shown)` : ""}`,
    ...all.slice(-SHOWN_DRAFTS).map((line) => `• ${line}`),
  ];
}

function draftLine(draft: Draft, number: number): string {
  const version = draft.version > 0 ? `, version ${draft.version}` : "";
  return `Update ${number} (${draft.request.status}${version}): ${escapeKeepingMentions(standing(draft))}`;
}

function publicLine({ public: shown, publicUnread, lastPublicAt }: Incident, now: Instant): string {
  if (publicUnread) return `${link(publicUnread.link, "told by hand")}, its entry on the page is still looked for`;
  if (shown === undefined) return "none; customers have been told nothing";
  const last = lastPublicAt ?? shown.publishedAt;
  return `${link(shown.url, shown.title)}, ${shown.status}, last update ${elapsed(now - last)} ago`;
}
