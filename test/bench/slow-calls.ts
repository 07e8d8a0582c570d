import type { World } from "../sandbox/world/world.ts";

/** What a room needs is opened by these calls. Slack's own `workflow:` is not ours to slow down. */
const SLACK_OPENING = ["trigger:", "conversations.", "chat.", "pins.", "bookmarks.", "apps."];
const SLACK_OTHERS = ["users.", "usergroups.", "team.", "auth.", "functions.", "views.", "workflows.", "reactions."];
const VENDORS = ["oncall", "grafana", "github", "workos", "statuspage", "linear"] as const;

export type Slowed = "the opening" | "every call";

/** From now on each call to Slack (and, for every call, to each vendor) is answered `ms` later. */
export function slowCalls(world: World, ms: number, slowed: Slowed): void {
  const all = slowed === "every call";
  for (const match of all ? [...SLACK_OPENING, ...SLACK_OTHERS] : SLACK_OPENING)
    world.addFault({ target: "slack", kind: "slow", ms, match });
  if (all) for (const target of VENDORS) world.addFault({ target, kind: "slow", ms });
}
