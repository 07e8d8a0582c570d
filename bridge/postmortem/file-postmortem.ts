import type { Severity } from "../../shared/vocabulary.ts";
import type { Incident } from "../incident/state.ts";
import type { Entry } from "../ledger/entry-types.ts";
import type { Logger } from "../platform/logger.ts";
import type { FiledIssue, IssueTracker } from "./linear-client.ts";
import { LinearFailedError } from "./linear-error.ts";
import { peopleIn } from "./people.ts";
import { type Postmortem, writePostmortem } from "./postmortem.ts";

export interface FilePostmortemDeps {
  tracker: IssueTracker;
  teamId: string;
  /** A link that opens the war room. */
  slackLink: (channel: string) => string;
  /** The commander's address, to find the same person in Linear; undefined when Slack does not tell. */
  emailOf: (slackUserId: string) => Promise<string | undefined>;
  /** Names of people whom the ledger knows by id only; undefined when Slack does not tell. */
  nameOf: (slackUserId: string) => Promise<string | undefined>;
  log: Logger;
}

export type FiledPostmortem =
  | { kind: "filed"; identifier: string; url: string; author: "template"; note: string | null }
  | { kind: "delayed"; reason: string; retryAfterMs: number };

const PRIORITIES = { SEV1: 1, SEV2: 2, SEV3: 3, SEV4: 4 } as const satisfies Record<Severity, number>;
const NOT_RESERVED_RETRY_MS = 1_000;

/**
 * Writes the postmortem and files it under the id that the ledger reserved, so that repeating it never makes a second issue.
 * Assigned to the commander, or to nobody.
 */
export async function filePostmortem({
  state,
  entries,
  deps,
}: {
  state: Incident;
  entries: readonly Entry[];
  deps: FilePostmortemDeps;
}): Promise<FiledPostmortem> {
  const { issueId } = state.postmortem;
  if (issueId === undefined) {
    return { kind: "delayed", reason: "No issue id was reserved yet.", retryAfterMs: NOT_RESERVED_RETRY_MS };
  }
  const slackLink = state.channel === undefined ? undefined : deps.slackLink(state.channel);
  const statusUrl = state.public?.url ?? state.publicUnread?.link;
  const written = writePostmortem(entries, { slackLink, statusUrl, names: await unnamed(entries, deps) });
  try {
    const email = state.commander === undefined ? undefined : await deps.emailOf(state.commander);
    const filed = await deps.tracker.fileIssue({
      id: issueId,
      teamId: deps.teamId,
      title: written.title,
      description: written.markdown,
      priority: PRIORITIES[state.severity],
      assigneeEmail: email,
    });
    const attached = await attachLinks(issueId, { slackLink, statusUrl }, deps);
    const { identifier, url } = filed;
    return { kind: "filed", identifier, url, author: "template", note: noteOf(written, filed, attached) };
  } catch (error) {
    if (!(error instanceof LinearFailedError)) throw error;
    deps.log.warn("postmortem-delayed", {
      incident: state.id,
      refusal: error.refusal,
      retryAfterMs: error.retryAfterMs,
    });
    return { kind: "delayed", reason: error.reason, retryAfterMs: error.retryAfterMs };
  }
}

const MAX_NAME_LOOKUPS = 40;

/** Names of those who acted and are not among the responders that were found. */
async function unnamed(entries: readonly Entry[], { nameOf }: FilePostmortemDeps): Promise<Record<string, string>> {
  const known = peopleIn(entries);
  const acted = new Set(entries.flatMap(({ actor }) => (actor.kind === "human" ? [actor.id] : [])));
  const names: Record<string, string> = {};
  for (const userId of [...acted].filter((id) => !known.has(id)).slice(0, MAX_NAME_LOOKUPS)) {
    const name = await nameOf(userId);
    if (name !== undefined) names[userId] = name;
  }
  return names;
}

/** The links stand in the text too, so an issue without attachments is still complete. */
async function attachLinks(
  issueId: string,
  { slackLink, statusUrl }: { slackLink: string | undefined; statusUrl: string | undefined },
  { tracker, log }: FilePostmortemDeps,
): Promise<boolean> {
  const links = [
    ...(slackLink === undefined ? [] : [{ title: "War room", url: slackLink }]),
    ...(statusUrl === undefined ? [] : [{ title: "Public incident", url: statusUrl }]),
  ];
  try {
    for (const link of links) await tracker.attach(issueId, link);
    return true;
  } catch (error) {
    if (!(error instanceof LinearFailedError)) throw error;
    log.warn("postmortem-link-not-attached", { issueId, refusal: error.refusal });
    return false;
  }
}

function noteOf(written: Postmortem, filed: FiledIssue, attached: boolean): string | null {
  const notes = [
    ...(written.dropped.length > 0
      ? [`${written.dropped.length} sentences were left out because no entry supports them.`]
      : []),
    ...(filed.assigned ? [] : ["Nobody is assigned: the commander was not found in Linear."]),
    ...(attached ? [] : ["The links could not be attached; they stand in the text."]),
  ];
  return notes.length === 0 ? null : notes.join(" ");
}
