import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import {
  approved,
  BODY,
  commandTaken,
  drafted,
  granted,
  hashOf,
  requested,
  roomOpened,
  shown,
  started,
  succeeded,
  TITLE,
  type Words,
} from "../../support/incident-events.ts";
import type { Gate } from "./gate.ts";

export const OPERATIONS = ["create", "update", "resolve"] as const;
export type Operation = (typeof OPERATIONS)[number];

const FIRST = "DRF-0000000001";
const ENTRY = { id: "h4z9w6tq1mxk", update: "r2c8v5yn7jdp", shortlink: "https://status.example.com/i/h4z9w6tq1mxk" };

/** What the approved text is of an operation on what is public already. */
const next = (status: "identified" | "resolved"): Words => ({
  target: { id: ENTRY.id, rev: `${ENTRY.update}|investigating` },
  status,
  body: status === "resolved" ? "Card payments work again." : "We have found the cause and are mending it.",
});

/** Until a text of this operation has been approved. For all but the first word, the page holds what was published before. */
export function approvedTo(operation: Operation, gate: Gate): IncidentEvent[] {
  if (operation === "create") return approved();
  gate.page.entries.push({
    id: ENTRY.id,
    name: TITLE,
    status: "investigating",
    shortlink: ENTRY.shortlink,
    metadata: {},
    incident_updates: [
      { id: ENTRY.update, status: "investigating", body: BODY, created_at: new Date(gate.clock.now()).toISOString() },
    ],
  });
  const first = { draftId: FIRST, contentHash: hashOf({ draftId: FIRST }) };
  const before = { draftId: FIRST, attemptId: "ATT-0" };
  const words = next(operation === "resolve" ? "resolved" : "identified");
  return [
    ...roomOpened(),
    commandTaken(),
    requested({ draftId: FIRST }),
    drafted({ draftId: FIRST }),
    shown({ draftId: FIRST }, "1795253100.000100"),
    granted({ ...first, approvalId: "APR-0" }),
    started({ ...first, attemptId: "ATT-0", approvalIds: ["APR-0"] }),
    succeeded({ ...before, targetId: ENTRY.id, url: ENTRY.shortlink, rev: `${ENTRY.update}|investigating` }),
    requested({ status: words.status ?? "identified" }),
    drafted(words),
    shown(words),
    granted({ contentHash: hashOf(words) }),
  ];
}
