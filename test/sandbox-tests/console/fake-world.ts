import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import firing from "../../fixtures/grafana-alerting-firing.json" with { type: "json" };
import publicIncident from "../../fixtures/statuspage-incident.json" with { type: "json" };

/* A picture of the world in the middle of an incident, in the form `GET /world` gives, to look at the console with. */

export const INCIDENT = "INC-20261121-0914-K9ZP";
export const ROOM = "C07WARROOM9";
export const ROOM_NAME = "inc-1121-payments-k9zp";
export const CARD_TS = "1795253107.118209";
export const EDIT_VIEW = "V07EDITDRF1";
/** Everything a hostile alert rule could put into its title. */
export const HOSTILE = `<!channel> <b>bold</b> <img src=x onerror="alert(1)"> *x* [y](https://evil.example) \u202Eevil`;

const APP = "U07HOSTBOT1";
const DRAFT = "DRF-01JD7W4M8Q";
const HASH = "c6143bbf4099a444bdf5c99bacaec5b348ba0a70993ab4b57b9ccaefde7188c6";
const BODY =
  "We are investigating failed card payments in our EU region. Shipments that are already paid are not affected. Next update by 10:00 UTC.";
const shortcut = (name: string) => `https://slack.com/shortcuts/Ft07${name.toUpperCase()}/0a1b2c3d4e5f`;

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const metadata = (event_type: string, more: Record<string, unknown> = {}) => ({
  event_type,
  event_payload: { incident_id: INCIDENT, effect_id: `EFF-${event_type}`, ...more },
});
const workflowButton = (name: string, text: string, style?: string) => ({
  type: "workflow_button",
  action_id: name,
  text: plain(text),
  ...(style && { style }),
  workflow: { trigger: { url: shortcut(name) } },
});

const USERS = [
  { id: "U07ALEXLIN1", name: "alex", real_name: "Alex" },
  { id: "U07SAMWIER2", name: "sam", real_name: "Sam" },
  { id: "U07KIMRAMN3", name: "kim", real_name: "Kim" },
  { id: "U07RILEYQ4", name: "riley", real_name: "Riley" },
  { id: "U07JORDANO5", name: "jordan", real_name: "Jordan" },
  { id: "U07CASEYN06", name: "casey", real_name: "Casey" },
  { id: "U07GUEST007", name: "guest", real_name: "Guest" },
  { id: "U07ROBOT008", name: "robot", real_name: "Robot", is_bot: true },
  { id: "U07FORMER09", name: "former", real_name: "Former", deleted: true },
  { id: "U08OUTSIDE1", name: "outsider", real_name: "Outsider", team_id: "T08OTHER001" },
  { id: APP, name: "incident-response", real_name: "Incident Response", is_bot: true },
  { id: "U07COMPBOT1", name: "incident-response-commands", real_name: "Incident Response Commands", is_bot: true },
];
const TEAM = ["U07ALEXLIN1", "U07SAMWIER2", "U07KIMRAMN3", "U07RILEYQ4", "U07JORDANO5", APP];
const EVERYBODY = USERS.slice(0, 6).map(({ id }) => id);

const approveValue = JSON.stringify({ incidentId: INCIDENT, draftId: DRAFT, version: 2, hash16: HASH.slice(0, 16) });

const CONTEXT_BLOCKS = [
  { type: "header", text: plain(":rotating_light: SEV1: payments is failing customer requests") },
  {
    type: "section",
    text: mrkdwn(
      "<@U07ALEXLIN1> you are first responder, named by OnCall. Firing since <!date^1795252200^{time}|09:10 UTC>, 2 alerts, service `payments`.",
    ),
  },
  {
    type: "section",
    fields: [
      mrkdwn("*Error rate*\n7.3 % now, 0.4 % two hours ago"),
      mrkdwn("*Commander*\nnobody yet"),
      mrkdwn(
        "*Last deploys*\n<https://github.example.com/kestrel-freight/payments/commit/4f1c|4f1c9ae> 08:52, succeeded\n<https://github.example.com/kestrel-freight/payments/commit/91bd|91bd002> yesterday 16:20",
      ),
      mrkdwn("*Customers*\nnothing public yet"),
    ],
  },
  {
    type: "actions",
    elements: [
      workflowButton("take_command", "Take command", "primary"),
      workflowButton("page_someone", "Page someone"),
      workflowButton("draft_status_update", "Customer update"),
      workflowButton("update_checklist", "Checklist"),
      workflowButton("resolve_incident", "Not an incident"),
    ],
  },
];

const CHECKLIST_BLOCKS = [
  { type: "header", text: plain("Checklist: phase Stabilise") },
  {
    type: "section",
    text: mrkdwn(
      ":white_check_mark: Someone has command · Alex 09:16\n:white_check_mark: Dashboard checked · Sam 09:19\n:black_square_button: Decide: roll back `4f1c9ae` or feature flag\n:black_square_button: First customer update sent (owed since 09:24)",
    ),
  },
  { type: "context", elements: [mrkdwn("Next phase opens when the error rate is below 1 % for 5 minutes.")] },
  { type: "actions", elements: [workflowButton("update_checklist", "Update checklist")] },
];

const CARD_BLOCKS = [
  { type: "header", text: plain("Customer update, version 2") },
  { type: "context", elements: [mrkdwn("*Investigating* · Payments API partial outage · subscribers are mailed")] },
  { type: "section", block_id: "draft_text", text: { type: "plain_text", text: BODY, emoji: false } },
  { type: "divider" },
  {
    type: "context",
    elements: [mrkdwn("Drafted by the model, edited by <@U07RILEYQ4>. Changed since version 1: the last sentence.")],
  },
  {
    type: "actions",
    block_id: "approval",
    elements: [
      {
        type: "button",
        action_id: "approve_publish",
        text: plain("Approve & Publish"),
        style: "primary",
        value: approveValue,
        confirm: {
          title: plain("Publish to customers?"),
          text: mrkdwn("This posts the exact text above to the public status page."),
          confirm: plain("Publish"),
          deny: plain("Back"),
        },
      },
      { type: "button", action_id: "edit_draft", text: plain("Edit"), value: approveValue },
      { type: "button", action_id: "ask_approver", text: plain("Ask an approver"), value: approveValue },
      { type: "button", action_id: "reject_draft", text: plain("Reject"), style: "danger", value: approveValue },
    ],
  },
];

const ROOM_MESSAGES = [
  {
    ts: "1795252447.000100",
    user: APP,
    text: "SEV1: payments is failing customer requests",
    blocks: CONTEXT_BLOCKS,
    metadata: metadata("incident_context"),
  },
  {
    ts: "1795252448.000200",
    user: APP,
    text: "Checklist",
    blocks: CHECKLIST_BLOCKS,
    metadata: metadata("incident_checklist"),
  },
  {
    ts: "1795252560.000300",
    user: APP,
    text: "<@U07ALEXLIN1> has command.",
    blocks: [],
    metadata: metadata("command_offer"),
  },
  {
    ts: "1795252801.000400",
    user: "U07SAMWIER2",
    text: "Only card payments in eu-north-1. Refunds and invoices look fine on the <https://grafana.example.com/d/pay01xx|dashboard>.",
  },
  {
    ts: "1795252819.000500",
    user: "U07SAMWIER2",
    text: "`4f1c9ae` changed the retry budget of the acquirer client, that fits. Rolling back needs ~6 min.",
  },
  {
    ts: "1795252869.000600",
    user: "U07ALEXLIN1",
    text: "Roll it back. <@U07RILEYQ4> please get a first update out, EU cards only.",
    thread_ts: "1795252869.000600",
  },
  {
    ts: "1795252899.000610",
    user: "U07SAMWIER2",
    text: "Started, pipeline 8841.",
    thread_ts: "1795252869.000600",
  },
  {
    ts: "1795252931.000620",
    user: "U07RILEYQ4",
    text: "Draft is coming, one minute.",
    thread_ts: "1795252869.000600",
  },
  {
    ts: CARD_TS,
    user: APP,
    text: "Approval needed: customer update, version 2",
    blocks: CARD_BLOCKS,
    metadata: metadata("approval_card", { draft_id: DRAFT, version: 2, content_hash: HASH }),
  },
  {
    ts: "1795253131.000700",
    user: APP,
    text: "You may approve this update: you are in <!subteam^S07APPROVER>. The author was Riley.",
    ephemeral_for: "U07JORDANO5",
  },
];

const HOSTILE_MESSAGES = [
  {
    ts: "1795252300.000100",
    user: APP,
    text: HOSTILE,
    blocks: [
      { type: "header", text: plain(HOSTILE) },
      {
        type: "section",
        text: mrkdwn(
          `SEV3 · ${HOSTILE.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")} · R&amp;D`,
        ),
      },
      { type: "actions", elements: [workflowButton("declare_incident", "Open a room")] },
    ],
    metadata: { event_type: "alert_line", event_payload: { incident_id: "INC-20261121-0911-Q2XW" } },
  },
];

const channel = (id: string, name: string, more: Record<string, unknown> = {}) => ({
  id,
  name,
  is_private: false,
  is_archived: false,
  topic: "",
  members: [...EVERYBODY, APP],
  bookmarks: [],
  pins: [],
  messages: [] as unknown[],
  ...more,
});

/** The modal that *Edit* opens, with the person's own text and every kind of input the console knows. */
export const editView = () => ({
  id: EDIT_VIEW,
  user: "U07RILEYQ4",
  title: "Edit update",
  submit: "Save version",
  close: "Cancel",
  callback_id: "edit_draft_modal",
  blocks: [
    {
      type: "input",
      block_id: "title",
      label: plain("Title"),
      element: {
        type: "plain_text_input",
        action_id: "title",
        max_length: 255,
        initial_value: "Card payments failing in the EU region",
      },
    },
    {
      type: "input",
      block_id: "body",
      label: plain("Text customers will read"),
      hint: plain("If you change this text, someone else must approve it: Jordan is awake in the room."),
      element: {
        type: "plain_text_input",
        action_id: "body",
        multiline: true,
        max_length: 2900,
        initial_value: BODY,
      },
    },
  ],
  state: { values: {} },
});

/** A form with the other inputs. */
export const updateView = () => ({
  id: "V07UPDATE01",
  user: "U07ALEXLIN1",
  title: "Customer update",
  submit: "Draft it",
  close: null,
  callback_id: "draft_status_update",
  blocks: [
    {
      type: "input",
      block_id: "status",
      label: plain("Status"),
      element: {
        type: "static_select",
        action_id: "status",
        placeholder: plain("Choose a status"),
        options: ["investigating", "identified", "monitoring"].map((value) => ({ text: plain(value), value })),
      },
    },
    {
      type: "input",
      block_id: "components",
      label: plain("Components"),
      element: {
        type: "multi_static_select",
        action_id: "components",
        options: [
          { text: plain("Payments API"), value: "k7m2x9q4wtzn" },
          { text: plain("Checkout"), value: "c4h9r2t7xwqk" },
          { text: plain("Search"), value: "s8d3n6v1jzpm" },
        ],
      },
    },
    {
      type: "input",
      block_id: "assignee",
      optional: true,
      label: plain("Who writes it"),
      element: { type: "users_select", action_id: "assignee" },
    },
    {
      type: "input",
      block_id: "notify_subscribers",
      optional: true,
      label: plain("Subscribers"),
      element: {
        type: "checkboxes",
        action_id: "notify_subscribers",
        options: [{ text: plain("Mail everyone who subscribed"), value: "yes" }],
        initial_options: [{ text: plain("Mail everyone who subscribed"), value: "yes" }],
      },
    },
    {
      type: "input",
      block_id: "impact",
      label: plain("What customers notice"),
      element: {
        type: "radio_buttons",
        action_id: "impact",
        options: ["some requests fail", "everything fails"].map((value) => ({ text: plain(value), value })),
      },
    },
    {
      type: "input",
      block_id: "minutes",
      label: plain("Next update in minutes"),
      element: { type: "number_input", action_id: "minutes", is_decimal_allowed: false, initial_value: "30" },
    },
  ],
  state: { values: {} },
});

const LEDGER_STEPS: [type: string, actor: Record<string, string>, at: string, fields?: Record<string, unknown>][] = [
  [
    "IncidentOpened",
    { kind: "webhook", id: "grafana-alerting", basis: "signature" },
    "09:14:07.201",
    { severity: "SEV1", title: HOSTILE },
  ],
  ["RespondersFound", { kind: "system", id: "bridge", basis: "effect" }, "09:14:07.640", { source: "oncall" }],
  ["RoomOpened", { kind: "system", id: "bridge", basis: "effect" }, "09:14:09.115", { channelId: ROOM }],
  ["CommandTaken", { kind: "human", id: "U07ALEXLIN1", basis: "responder" }, "09:16:00.004"],
  ["StatusUpdateRequested", { kind: "human", id: "U07ALEXLIN1", basis: "commander" }, "09:21:12.450"],
  ["DraftProposed", { kind: "model", id: "drafter", basis: "request" }, "09:21:16.902", { draftId: DRAFT, version: 1 }],
  [
    "DraftEdited",
    { kind: "human", id: "U07RILEYQ4", basis: "responder" },
    "09:24:51.377",
    { draftId: DRAFT, version: 2 },
  ],
  ["DraftShown", { kind: "system", id: "slack", basis: "effect" }, "09:25:07.118", { contentHash: HASH, ts: CARD_TS }],
];

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A ledger whose chain holds, made by the rules and not by the code under test. */
export function fakeLedger(): { pk: string; sk: string; body: string; hash: string; type: string }[] {
  let prev = sha256(`incident-ledger/v1/genesis\n${canonicalize([INCIDENT, 1])}`);
  return LEDGER_STEPS.map(([type, actor, at, fields], index) => {
    const body = canonicalize({
      v: 1,
      incident: INCIDENT,
      epoch: 1,
      seq: index + 1,
      prev,
      commandId: `command-${index + 1}`,
      actor,
      at: `2026-11-21T${at}Z`,
      events: [{ type, ...fields }],
    });
    if (body === undefined) throw new Error("a ledger step is not JSON");
    prev = sha256(`incident-ledger/v1/entry\n${body}`);
    return { pk: `INC#${INCIDENT}`, sk: `E#${String(index + 1).padStart(12, "0")}`, body, hash: prev, type };
  });
}

const request = (vendor: string, method: string, path: string, at: string, status: number, body?: unknown) => ({
  vendor,
  method,
  path,
  at: Date.parse(`2026-11-21T${at}Z`),
  status,
  query: {},
  ...(body === undefined ? {} : { body }),
});

/** A fresh copy of the picture: a test may change it. */
export function fakeWorld() {
  return structuredClone({
    slack: {
      users: USERS,
      usergroups: [{ id: "S07APPROVER", handle: "status-approvers", name: "Status approvers", users: [] }],
      channels: [
        channel("C07INCIDENT", "incidents", {
          messages: [
            {
              ts: "1795252449.000100",
              user: APP,
              text: `*SEV1* payments is failing customer requests · <#${ROOM}> · commander <@U07ALEXLIN1>`,
              metadata: metadata("headline"),
            },
          ],
        }),
        channel("C07ALERTS01", "alerts", { messages: HOSTILE_MESSAGES }),
        channel("C07OPS00001", "ops"),
        channel("C07GENERAL1", "general"),
        channel(ROOM, ROOM_NAME, {
          is_private: true,
          topic: "SEV1 · payments is failing customer requests · commander Alex · phase Stabilise",
          members: TEAM,
          bookmarks: [
            { title: "Alert group", link: "https://grafana.example.com/alerting/groups" },
            { title: "Dashboard", link: firing.alerts[0]?.dashboardURL },
            { title: "Runbook", link: firing.alerts[0]?.annotations.runbook_url },
            { title: "Silence", link: firing.alerts[0]?.silenceURL },
            { title: "Call", link: "https://meet.example.com/payments" },
          ],
          pins: [{ ts: "1795252448.000200", by: APP, at: 1795252448 }],
          messages: ROOM_MESSAGES,
        }),
      ],
      views: [] as unknown[],
      triggers: [
        ...["declare_incident", "draft_status_update", "take_command", "catch_me_up", "page_someone"].map((name) => ({
          name,
          type: "link",
          shortcut_url: shortcut(name),
        })),
        { name: "sweep_00", type: "scheduled" },
        { name: "doorbell", type: "webhook" },
      ],
      datastores: {},
      executions: [],
    },
    statuspage: {
      components: [
        { id: "k7m2x9q4wtzn", name: "Payments API", status: "partial_outage" },
        { id: "c4h9r2t7xwqk", name: "Checkout", status: "operational" },
        { id: "s8d3n6v1jzpm", name: "Search", status: "operational" },
      ],
      incidents: [
        {
          ...publicIncident,
          incident_updates: [
            ...publicIncident.incident_updates,
            {
              id: "w5k1s8dq2mnb",
              incident_id: publicIncident.id,
              status: "identified",
              body: "A configuration change is being rolled back. Card payments in the EU region still fail for some customers. Next update by 10:30 UTC.",
              created_at: "2026-11-21T09:41:02.118Z",
              display_at: "2026-11-21T09:41:02.118Z",
            },
          ],
        },
      ],
      requests: [
        request("statuspage", "POST", "/v1/pages/p3v8r5jd6hlc/incidents", "09:26:18.391", 201, { incident: {} }),
        request("statuspage", "GET", "/v1/pages/p3v8r5jd6hlc/incidents", "09:26:17.204", 200),
        request("statuspage", "PATCH", "/v1/pages/p3v8r5jd6hlc/incidents/h4z9w6tq1mxk", "09:41:01.870", 0, {}),
      ],
    },
    linear: {
      issues: [
        {
          id: "5b0f2a64-0f3b-4a55-9d37-0b6c5d1f7a21",
          identifier: "PAY-218",
          title: "Postmortem: payments failed for EU cards on 21 November",
          url: "https://linear.app/kestrel/issue/PAY-218",
          state: { name: "Todo" },
          description:
            "## What happened\nCard payments in the EU region failed for **27 minutes** `[E#1]`.\n\n- 09:10 error rate rises `[E#1]`\n- 09:16 Alex takes command `[E#4]`\n- 09:22 rollback of `4f1c9ae` starts\n\n| Measure | Value |\n| --- | --- |\n| Room open after | 2 s |\n| First public message | 12 min |\n",
        },
      ],
      requests: [request("linear", "POST", "/graphql", "09:58:40.010", 200, { query: "mutation { issueCreate }" })],
    },
    github: {
      requests: [request("github", "GET", "/repos/kestrel-freight/payments/deployments", "09:14:07.402", 200)],
    },
    bedrock: {
      requests: [
        request("bedrock", "POST", "/model/eu.example-model-v1%3A0/converse", "09:21:12.910", 200, {
          system: [{ text: "You write one short update for customers. Use only the facts given." }],
          messages: [
            {
              role: "user",
              content: [
                {
                  text: "Facts:\n- service: payments\n- region: EU\n- noticed by: [PERSON-1]\n- host: [HOST-1]\n- next update by 10:00 UTC",
                },
              ],
            },
          ],
          inferenceConfig: { maxTokens: 700, temperature: 0 },
        }),
      ],
    },
    secrets: {},
    store: { endpoint: "http://127.0.0.1:8000", region: "eu-north-1", tables: { ledger: "ledger", index: "index" } },
    bridge: { pid: 4242, url: "http://127.0.0.1:4001", running: true, env_names: ["PORT"] },
    faults: [{ target: "statuspage", kind: "commit_then_drop", times: 1 }],
  });
}
