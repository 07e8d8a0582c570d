import { isFinal } from "../incident/evolve-draft.ts";
import type { Incident } from "../incident/state.ts";
import { currentDraft } from "../incident/views/draft-view.ts";
import { inRoom } from "./in-room.ts";
import { link } from "./mrkdwn.ts";
import type { FormLinks, SlashCommand } from "./slash-command.ts";
import { updateLines } from "./update-lines.ts";

/** `update`: where each customer update stands, and the forms that go on from there. */
export const update: SlashCommand = {
  name: "update",
  summary: "what customers are told, what waits for approval, and the form for the next update",
  group: "customers",
  fits: ["waiting", "untold", "under-way"],
  run: inRoom(
    "update",
    (incident, { links, now }) => [...updateLines(incident, now), ...formsLine(incident, links)].join("\n"),
    { orDeclare: true },
  ),
};

function formsLine(incident: Incident, links: FormLinks): string[] {
  if (incident.status === "archived") return [];
  const draft = currentDraft(incident);
  const waits = draft?.content !== undefined && !isFinal(draft);
  const forms = [
    ...(waits ? ([[links.review_status_update, "Open current card"]] as const) : []),
    [links.draft_status_update, "Ask for an update"] as const,
  ].flatMap(([url, label]) => (url === undefined ? [] : [link(url, label)]));
  return [
    forms.length > 0
      ? `Forms: ${forms.join(" · ")}`
      : "The forms cannot be linked just now; use the buttons in this room.",
  ];
}
