import type { Severity } from "../../shared/vocabulary.ts";
import { isUnread } from "../incident/sealed-events.ts";
import type { Incident } from "../incident/state.ts";
import type { Entry } from "../ledger/entry-types.ts";
import type { Logger } from "../platform/logger.ts";
import type { FiledIssue, IssueTracker } from "./linear-client.ts";
import { LinearFailedError } from "./linear-error.ts";
import { linksBack } from "./links-back.ts";
import { namesOfActors } from "./names-of-actors.ts";
import { type Naming, type Postmortem, writePostmortem } from "./postmortem.ts";
import { citation } from "./sentence.ts";
import { withoutSecrets } from "./without-secrets.ts";

export interface FilePostmortemDeps {
  tracker: IssueTracker;
  teamId: string;
  /** Where issues go beside the team. */
  projectId?: string | undefined;
  labelIds: readonly string[];
  naming: Naming;
  /** Where an incident's audit trail can be had. */
  auditLink?: ((incidentId: string) => string) | undefined;
  /** A link that opens the war room. */
  slackLink: (channel: string) => string;
  /** The commander's address, to find the same person in Linear; undefined when Slack does not tell. */
  emailOf: (slackUserId: string) => Promise<string | undefined>;
  /** Names of people whom the ledger knows by id only; undefined when Slack does not tell. */
  nameOf: (slackUserId: string) => Promise<string | undefined>;
  log: Logger;
}

export type FiledPostmortem =
  | { kind: "filed"; identifier: string; url: string; author: "model" | "template"; note: string | null }
  | { kind: "delayed"; reason: string; retryAfterMs: number };

const PRIORITIES = { SEV1: 1, SEV2: 2, SEV3: 3, SEV4: 4 } as const satisfies Record<Severity, number>;
const NOT_RESERVED_RETRY_MS = 1_000;
/** Memory fades: who was there should have read it by then. */
const DUE_AFTER_MS = 48 * 3_600_000;

/**
 * Writes the postmortem and files it under the id that the ledger reserved, so that repeating it never makes a second issue.
 * Assigned to the commander, or to nobody. Each action is an issue below it, under an id of its own that the ledger reserved too.
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
  const links = linksBack(state, deps);
  const { drafted } = state.postmortem;
  const names = await namesOfActors(entries, deps.nameOf);
  const written = writePostmortem(entries, { ...links, names, naming: deps.naming, drafted });
  const description = withoutSecrets(written.markdown);
  const place = { teamId: deps.teamId, projectId: deps.projectId, labelIds: deps.labelIds };
  const priority = PRIORITIES[state.severity];
  try {
    const email = state.commander === undefined ? undefined : await deps.emailOf(state.commander);
    const filed = await deps.tracker.fileIssue({
      ...place,
      id: issueId,
      title: withoutSecrets(written.title).text,
      description: description.text,
      priority,
      dueDate: dueDate(state),
      assigneeEmail: email,
    });
    for (const action of drafted?.actions ?? []) {
      // Its words were erased since it was drafted: nothing is left to be done.
      if (isUnread(action.text)) continue;
      await deps.tracker.fileIssue({
        ...place,
        id: action.issueId,
        parentId: issueId,
        title: withoutSecrets(action.text).text,
        description: withoutSecrets(`${action.because} ${citation(action.sources)}`).text,
        priority,
      });
    }
    const { identifier, url } = filed;
    const note = noteOf(state, written, { filed, cut: description.cut });
    return { kind: "filed", identifier, url, author: drafted?.author ?? "template", note };
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

/** `2026-11-24`: the day on which the postmortem should have been read. */
const dueDate = ({ resolved, at }: Incident) =>
  new Date((resolved?.at ?? at) + DUE_AFTER_MS).toISOString().slice(0, 10);

function noteOf(
  { postmortem: { drafted } }: Incident,
  written: Postmortem,
  { filed, cut }: { filed: FiledIssue; cut: number },
): string | null {
  const dropped = written.dropped.length + (drafted?.dropped ?? 0);
  const notes = [
    ...(drafted?.note ? [drafted.note] : []),
    ...(dropped > 0 ? [`${dropped} sentences were left out because no entry supports them.`] : []),
    ...(cut > 0 ? [`${cut} values that looked like secrets were cut out.`] : []),
    ...(filed.assigned ? [] : ["Nobody is assigned: the commander was not found in Linear."]),
  ];
  return notes.length === 0 ? null : notes.join(" ").slice(0, 500);
}
