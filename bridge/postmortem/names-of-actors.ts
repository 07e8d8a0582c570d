import type { Entry } from "../ledger/entry-types.ts";
import { peopleIn } from "./people.ts";

const MAX_LOOKUPS = 40;

/** Names of those who acted and are not among the responders that were found; `nameOf` says undefined where Slack does not tell. */
export async function namesOfActors(
  entries: readonly Entry[],
  nameOf: (slackUserId: string) => Promise<string | undefined>,
): Promise<Record<string, string>> {
  const known = peopleIn(entries);
  const acted = new Set(entries.flatMap(({ actor }) => (actor.kind === "human" ? [actor.id] : [])));
  const asked = [...acted].filter((id) => !known.has(id)).slice(0, MAX_LOOKUPS);
  const found = await Promise.all(asked.map(async (id) => [id, await nameOf(id)] as const));
  return Object.fromEntries(found.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])));
}
