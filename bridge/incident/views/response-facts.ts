import type { ResponseFacts } from "../../../shared/contracts/queries.ts";
import type { Library } from "../../runbooks/load-runbooks.ts";
import type { GateCheck } from "../../runbooks/schema.ts";
import { checksOf, openHolds } from "../response/checks.ts";
import { activeRunbooks, itemsOf } from "../response/items.ts";
import { exitOpen } from "../response/phase-exits.ts";
import type { Incident } from "../state.ts";

const MAX_ITEMS = 90;

/** What the checklist, severity and resolve forms need to know. */
export function responseFacts(state: Incident, library: Library): ResponseFacts {
  const attached = new Set(
    state.response.attached.filter(({ detached }) => !detached).map(({ runbook }) => runbook.id),
  );
  const matched = (state.response.chosen ?? []).map(({ runbookId }) => runbookId);
  const place = (id: string) => (matched.includes(id) ? matched.indexOf(id) : matched.length);
  return {
    phase: state.response.phase,
    open: itemsOf(state)
      .filter(
        ({ observed, status, role, immediate }) =>
          !observed && status === "open" && (role !== "bot" || immediate?.status === "gap"),
      )
      .slice(0, MAX_ITEMS)
      .map(({ key, text, kind, runbookId }) => ({ key, text, group: `${GROUPS[kind]} · ${runbookId}` })),
    unconfirmed: itemsOf(state)
      .filter(({ kind, status, record }) => kind === "escalation" && status === "open" && !record.confirmed)
      .slice(0, MAX_ITEMS)
      .map(({ key, text }) => ({ key, text })),
    exit: exitOpen(state, state.response.phase).slice(0, 20),
    attachable: [...library.values()]
      .filter(({ runbook }) => !attached.has(runbook.id))
      .sort((a, b) => place(a.runbook.id) - place(b.runbook.id))
      .map(({ runbook: { id, title } }) => ({ id, title })),
    raiseIf: activeRunbooks(state).flatMap(({ runbook }) => runbook.severity.raise_if),
    checks: checksOf(state).map(({ key, check, status }) => ({
      key,
      text: check.check,
      kind: check.proof,
      required: check.required,
      status,
      asks: ASKS[check.proof],
      provable: check.proof !== "ledger",
      override: check.who_may_override,
    })),
    holds: openHolds(state).map(({ check }) => check.check),
  };
}

const GROUPS = {
  immediate: "Now",
  evidence: "Evidence",
  milestone: "Milestones",
  clock: "Clocks",
  escalation: "Escalations",
} as const;

const ASKS: Record<GateCheck["proof"], string> = {
  ledger: "Read from the incident's own entries",
  link: "A link that begins with https://",
  bundle: "The sha256 of entries.ndjson, from the manifest of an exported bundle; it is checked against the signed log",
  negative_probe: "What was refused, when and from where; never the secret itself",
  statement: "A statement of at least 20 characters",
  metric: "What the metric shows, stated by you; the bridge does not read it yet",
  http_probe: "What the probe answered, stated by you; the bridge does not ask yet",
};
