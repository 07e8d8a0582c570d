import type { RunbookEvent } from "../incident/runbook-events.ts";
import { unreachable } from "../platform/unreachable.ts";

interface Words {
  /** A person, by name. */
  name(userId: string): string;
  /** Text of people, quoted. */
  say(text: string): string;
  /** Our own identifiers. */
  plain(text: string): string;
}

/** What happened about runbooks, severity and phase, as a sentence; undefined for what is only machinery. */
export function runbookSentence(event: RunbookEvent, { name, say, plain }: Words): string | undefined {
  switch (event.type) {
    case "RunbookAttached": {
      const what = `the runbook ${plain(event.runbookId)} in version ${event.version}`;
      return event.by === null
        ? `${what.replace(/^the/, "The")} was attached: ${plain(event.trigger)}.`
        : `${name(event.by)} attached ${what}.`;
    }
    case "RunbookDetached":
      return `${name(event.by)} detached the runbook ${plain(event.runbookId)}: ${say(event.reason)}.`;
    case "ItemTicked":
      return `${name(event.by)} did ${plain(event.itemId)} of ${plain(event.runbookId)}${event.proof === null ? "" : `, and gave as proof ${say(event.proof)}`}.`;
    case "ItemUnticked":
      return `${name(event.by)} took back that ${plain(event.itemId)} of ${plain(event.runbookId)} was done.`;
    case "ItemSkipped":
      return `${name(event.by)} skipped ${plain(event.itemId)} of ${plain(event.runbookId)}: ${say(event.reason)}.`;
    case "ItemAssigned":
      return `${name(event.by)} assigned ${plain(event.itemId)} of ${plain(event.runbookId)} to ${name(event.to)}.`;
    case "EscalationConfirmed":
      return `${name(event.by)} confirmed what ${plain(event.itemId)} of ${plain(event.runbookId)} waits for.`;
    case "EvidenceStored":
      return `${name(event.by)} saved evidence${event.evidenceId === null ? "" : ` (${plain(event.evidenceId)})`}: ${say(event.link)}.`;
    case "EvidenceLost":
      return `The evidence ${plain(event.evidenceId)} was lost: ${plain(event.actionId)} was done before it was saved.`;
    case "PhaseMoved": {
      const skipped =
        event.skipped.length === 0 ? "" : `, leaving open: ${event.skipped.map((item) => say(item)).join("; ")}`;
      const reason = event.reason === null ? "" : ` (${say(event.reason)})`;
      const who = event.by === null ? "The phase moved" : `${name(event.by)} moved the phase`;
      return `${who} from ${event.from} to ${event.to}${reason}${skipped}.`;
    }
    case "SeverityChanged":
      return event.by === null
        ? `The severity rose from ${event.from} to ${event.to} by rule: ${say(event.reason)}.`
        : `${name(event.by)} changed the severity from ${event.from} to ${event.to}: ${say(event.reason)}.`;
    case "SeverityConfirmed":
      return `${name(event.by)} confirmed the severity ${event.severity}.`;
    case "PublicUpdateWaived":
      return `${name(event.by)} recorded that customers need not be told: ${say(event.reason)}.`;
    case "CheckProven":
      return `${name(event.by)} proved the check ${plain(event.checkId)} of ${plain(event.runbookId)}${event.stated ? " by statement" : ""}: ${say(event.proof)}.`;
    case "CheckOverridden":
      return `${name(event.by)} went past the check ${plain(event.checkId)} of ${plain(event.runbookId)} as ${event.basis}: ${say(event.reason)}.`;
    case "RunbooksChosen":
    case "TopicSet":
      return undefined;
    default:
      return unreachable(event);
  }
}
