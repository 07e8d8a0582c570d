import type { Outcome } from "./bridge-client.ts";

type Trouble = Exclude<Outcome<never>, { kind: "answered" }>;

/** One sentence or two for a person whose request did not get an answer: what is known, and what to do. */
export function troubleSentence(trouble: Trouble): string {
  if (trouble.kind === "refused-request") {
    return `Nothing was recorded: the bridge refused this request (${trouble.status}: ${trouble.message}). Tell whoever runs the incident bridge.`;
  }
  switch (trouble.why) {
    case "not-configured":
      return "Nothing was recorded: this app does not know its bridge. Ask the Slack admin to set BRIDGE_BASE_URL and BRIDGE_SHARED_SECRET with `slack env add`.";
    case "not-allowed":
      return "Nothing was recorded: Slack does not let this app call its bridge. Ask the Slack admin to put the bridge's host into slack-app/bridge-host.ts and to deploy again.";
    case "no-connection":
      return "Nothing was recorded: the incident bridge cannot be reached. Try again in a minute; meanwhile, write down here what you decide.";
    case "timeout":
    case "bridge-failed":
    case "unreadable-reply":
      return "The incident bridge gave no usable answer, so this may not have been recorded. Try again: a repeat is never recorded twice.";
  }
}

/** The same for the log. */
export const troubleName = (trouble: Trouble): string =>
  trouble.kind === "refused-request" ? `refused-request ${trouble.status}` : trouble.why;
