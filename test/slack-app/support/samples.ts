import type { AssembleRoom, PaintMessage, ShowCard } from "../../../shared/contracts/outbox.ts";
import type { FormFacts } from "../../../shared/contracts/queries.ts";
import type { ChecklistView, ContextView, DraftView } from "../../../shared/contracts/views.ts";

export const INCIDENT = "INC-20261121-0914-K9ZP";
export const DRAFT = "DRF-01JD7W4M8Q";
export const ROOM = "C07WARROOM9";
export const HASH = "c6143bbf4099a444bdf5c99bacaec5b348ba0a70993ab4b57b9ccaefde7188c6";
export const OTHER_HASH = "0f".repeat(32);

export const control = (label: string, trigger: string) => ({
  label,
  url: `https://slack.com/shortcuts/Ft07${trigger}/0123456789abcdef`,
  inputs: { incident_id: INCIDENT },
});

export const contextView = (change: Partial<ContextView> = {}): ContextView => ({
  kind: "incident_context",
  incidentId: INCIDENT,
  title: "Card payments failing in the EU region",
  service: "payments",
  severity: "SEV1",
  resolved: false,
  firingSince: "2026-11-21T09:14:05.000Z",
  alertCount: 3,
  alertState: "firing",
  firstResponder: "U07ALEXLIN1",
  peopleNote: "Named by OnCall for this alert",
  people: ["U07ALEXLIN1", "U07SAMWIER2"],
  missing: [{ name: "kim", why: "has no Slack account under this e-mail" }],
  readings: [
    { label: "Error rate", value: "4.2/s, two hours ago 0.1/s" },
    { label: "Deploys", why: "GitHub did not answer in 3 s" },
  ],
  links: [{ title: "Alert group", url: "https://grafana.example.com/alerts/1" }],
  controls: [control("Take command", "TAKE"), control("Customer update", "UPDATE")],
  ...change,
});

export const checklistView = (change: Partial<ChecklistView> = {}): ChecklistView => ({
  kind: "incident_checklist",
  incidentId: INCIDENT,
  title: "Checklist",
  items: [
    { text: "War room assembled", done: true },
    { text: "Commander confirmed", done: false, note: "offered to alex" },
  ],
  ...change,
});

export const assembleItem = (change: Partial<AssembleRoom> = {}): AssembleRoom => ({
  kind: "assemble-room",
  effectId: `${INCIDENT}:assemble-room`,
  incidentId: INCIDENT,
  attempt: 1,
  name: "inc-1121-payments-k9zp",
  purpose: "War room of the incident",
  topic: "SEV1 payments",
  invite: ["U07ALEXLIN1", "U07SAMWIER2"],
  bookmarks: [
    { title: "Alert group", url: "https://grafana.example.com/alerts/1" },
    { title: "Runbook", url: "https://runbooks.example.com/payments" },
  ],
  context: contextView(),
  checklist: checklistView(),
  done: [],
  ...change,
});

export const noticeItem = (change: Partial<PaintMessage> = {}, text = "The page was acknowledged."): PaintMessage => ({
  kind: "paint-message",
  effectId: `${INCIDENT}:paint:notice:1`,
  incidentId: INCIDENT,
  attempt: 1,
  channel: ROOM,
  pin: false,
  message: { kind: "notice", incidentId: INCIDENT, text, controls: [] },
  ...change,
});

export const draftView = (change: Partial<DraftView> = {}): DraftView => ({
  incidentId: INCIDENT,
  draftId: DRAFT,
  version: 2,
  contentHash: HASH,
  op: "create",
  page: "Kestrel Freight (sandbox)",
  title: "Card payments failing in the EU region",
  status: "investigating",
  body: "We are investigating failed card payments in our EU region.\n\nShipments & tracking <all> are fine: :smile: *not bold*",
  components: [{ id: "k7m2x9q4wtzn", name: "Payments API", to: "partial_outage" }],
  notify: true,
  author: { kind: "template" },
  standing: "Waiting for approval",
  state: "SHOWN",
  blockers: [],
  findings: [],
  approvals: [],
  approvalsNeeded: 1,
  actions: ["approve_publish", "edit_draft", "reject_draft"],
  controls: [control("Open current card", "REVIEW")],
  ...change,
});

export const cardItem = (change: Partial<ShowCard> = {}): ShowCard => ({
  kind: "show-card",
  effectId: `${INCIDENT}:show:${DRAFT}:2:0`,
  incidentId: INCIDENT,
  attempt: 1,
  channel: ROOM,
  draft: draftView(),
  ...change,
});

export const formFacts = (change: Partial<FormFacts> = {}): FormFacts => ({
  incidentId: INCIDENT,
  title: "Card payments failing in the EU region",
  service: "payments",
  severity: "SEV1",
  resolved: false,
  channel: ROOM,
  components: [
    { id: "k7m2x9q4wtzn", name: "Payments API", own: true },
    { id: "c4h9r2t7xwqk", name: "Checkout", own: false },
  ],
  componentStatuses: ["operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"],
  joinRequests: [],
  stillFiring: { titles: [], count: 0 },
  ...change,
});
