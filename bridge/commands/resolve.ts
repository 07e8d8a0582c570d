import { openChecks } from "../incident/response/checks.ts";
import { inRoom } from "./in-room.ts";
import { escapeMrkdwn, link } from "./mrkdwn.ts";
import type { SlashCommand } from "./slash-command.ts";

/** `resolve`: what still stands before the end, and the one form that ends it. */
export const resolve: SlashCommand = {
  name: "resolve",
  summary: "what must be proven first, and the form that ends the incident",
  group: "now",
  fits: ["under-way"],
  run: inRoom("resolve", (incident, { links }) => {
    if (incident.status !== "open") return "This incident is over already.";
    const open = openChecks(incident).map(({ check }) => `• ${escapeMrkdwn(check.check)}`);
    const form = links.resolve_incident;
    return [
      ...(open.length === 0 ? ["Nothing stands before resolve."] : ["Still open before resolve:", ...open]),
      form === undefined
        ? "The form cannot be linked just now; use the button in this room."
        : `Form: ${link(form, "Resolve")}`,
    ].join("\n");
  }),
};
