import type { IncidentEvent } from "../../bridge/incident/events.ts";
import { evolve } from "../../bridge/incident/evolve.ts";
import { initialIncident } from "../../bridge/incident/state.ts";
import type { LedgerStore } from "../../bridge/ledger/ledger-store.ts";
import { contentHash, render } from "../../bridge/publish-gate/content.ts";
import { storedEntries } from "./ledgers.ts";
import type { PageWrite, StatusPage } from "./status-page.ts";

/**
 * Watches every write that reaches the page and compares it, at that very moment, with what is stored: it must be the one
 * attempt under way, approved before, and byte for byte the content whose hash was approved and shown.
 */
export function recordPage(page: StatusPage, store: LedgerStore, incidents: () => readonly string[]) {
  const violations: string[] = [];
  const paired: string[] = [];

  const attemptOf = async ({ contentHash: hash, method, path, body }: PageWrite): Promise<string | undefined> => {
    for (const incident of incidents()) {
      const entries = await storedEntries(store, incident);
      const state = entries.reduce(evolve, initialIncident(incident));
      const events = entries.flatMap((entry): IncidentEvent[] => entry.events);
      for (const [at, started] of events.entries()) {
        if (started.type !== "PublishStarted" || started.contentHash !== hash || paired.includes(started.attemptId))
          continue;
        const earlier = events.slice(0, at);
        const grants = started.approvalIds.map((approvalId) =>
          earlier.find(
            (event) =>
              event.type === "ApprovalGranted" && event.approvalId === approvalId && event.contentHash === hash,
          ),
        );
        if (grants.some((grant) => grant === undefined))
          return fail(`${started.attemptId} names an approval of other text`);
        if (!earlier.some((event) => event.type === "DraftShown" && event.contentHash === hash))
          return fail(`${started.attemptId} sends text that nobody was shown`);
        const content = earlier
          .flatMap((event) => ("content" in event && event.contentHash === hash ? [event.content] : []))
          .at(-1);
        if (!content || contentHash(content) !== hash) return fail(`${started.attemptId} sends text of another hash`);
        const rendered = render(content);
        if (rendered.method !== method || `/v1${rendered.path}` !== path || rendered.body !== body)
          return fail(`${started.attemptId} sends other bytes than were approved`);
        const draft = state.drafts.get(started.draftId);
        if (draft?.state !== "PUBLISHING" || draft.attempt?.attemptId !== started.attemptId) continue;
        return started.attemptId;
      }
    }
    return undefined;
  };
  const fail = (why: string): undefined => void violations.push(why);

  page.control.onWrite = async (write) => {
    const attempt = await attemptOf(write);
    if (attempt === undefined)
      violations.push(`${write.method} ${write.path} (${write.marker}) has no attempt of its own`);
    else paired.push(attempt);
  };

  return {
    /** What was wrong; empty when each write paired with exactly one attempt. */
    faults: (): string[] => [
      ...violations,
      ...(paired.length === page.writes.length ? [] : [`${page.writes.length} writes, ${paired.length} attempts`]),
    ],
  };
}
