import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiDeps } from "../../../bridge/api/api-deps.ts";
import { runCommand } from "../../../bridge/api/run-command.ts";
import { runQuery } from "../../../bridge/api/run-query.ts";
import { signedHandlers } from "../../../bridge/api/signed-handlers.ts";
import type { SignedCall } from "../../../bridge/app.ts";
import { bundlesUnprovable } from "../../../bridge/audit/bundle-proof.ts";
import { createBriefs } from "../../../bridge/briefs.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { createBriefMarks } from "../../../bridge/index-table/brief-marks.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { createOfferProof } from "../../../bridge/offered-proof.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { contentHash } from "../../../bridge/publish-gate/content.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { Command, CommandReply } from "../../../shared/contracts/commands.ts";
import { QueryReply } from "../../../shared/contracts/queries.ts";
import { CAST } from "../../sandbox/cast.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import {
  BODY,
  CARD_TS,
  COMPONENT,
  commandTaken,
  contentOf,
  DRAFT,
  drafted,
  opened,
  PEOPLE,
  ROOM,
  requested,
  roomOpened,
  shown,
  TEAM,
  TITLE,
} from "../../support/incident-events.ts";
import { append, freshIncident, ledgerOn, storedEntries, storeFailure, storeOf } from "../../support/ledgers.ts";
import { attachedCopy, LIBRARY } from "../../support/library.ts";
import { viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

let local: LocalStore;
let store: LedgerStore;
beforeAll(async () => {
  local = await startDynalite();
  store = storeOf(local.client);
});
afterAll(() => local[Symbol.asyncDispose]());

const clock = woundClock();
let incident = "";
let deps: ApiDeps;
beforeEach(() => {
  incident = freshIncident();
  deps = apiDeps();
});

function apiDeps(change: Partial<ApiDeps> = {}): ApiDeps {
  const index = createIndexTable({ dynamo: local.client, table: INDEX_TABLE });
  return {
    ledger: ledgerOn(store, clock),
    correlation: createCorrelationRows({ index, random: systemRandom }),
    rows: createIncidentRows({ index }),
    services: parseServices(SERVICES_YAML, "services.yaml"),
    library: LIBRARY,
    world: viewWorld(),
    clock,
    random: systemRandom,
    teamId: TEAM,
    approvalTtlMs: 600_000,
    lookUpApprover: async (userId) => factsOf(clock.now(), { userId, inApproverGroup: userId === PEOPLE.jordan }),
    offerProof: createOfferProof({ carriesSecret: () => false, proveBundle: bundlesUnprovable }),
    findOnPage: async () => "not-there",
    brief: createBriefs({
      ledger: ledgerOn(store, clock),
      marks: createBriefMarks({ index }),
      world: viewWorld(),
      clock,
      log: silentLogger,
    }),
    preparePage: () => Promise.reject(new Error("nobody is paged here")),
    components: () => CAST.statuspage.components,
    ...change,
  };
}
/** These happened to this test's incident; content is made for it, so that hashes fit. */
async function given(...events: IncidentEvent[]) {
  for (const [n, event] of events.entries()) await append(deps.ledger, incident, `given-${n}`, event);
  await deps.rows.project(await deps.ledger.load(incident));
}
const content = () => ({ ...contentOf(), incidentId: incident });
const hash = () => contentHash(content());
const waiting = (): IncidentEvent[] => [
  ...roomOpened(),
  commandTaken(PEOPLE.alex),
  requested(),
  { ...drafted(), content: content(), contentHash: hash() },
  { ...shown(), contentHash: hash() },
];

let commands = 0;
/** A command as the hosted functions send it; what it says fits the contract, or the test is wrong. */
function command<T extends Command["type"]>(
  type: T,
  fields: Record<string, unknown>,
  userId: string = PEOPLE.alex,
): Command {
  commands += 1;
  return Command.parse({
    type,
    commandId: `command-${commands}`,
    actor: { userId, teamId: TEAM },
    incidentId: incident,
    ...fields,
  });
}
const run = async (what: Command, on: ApiDeps = deps) => {
  const reply = await runCommand(what, on);
  // Whatever is answered, the hosted functions can read it.
  expect(CommandReply.safeParse(reply).error).toBeUndefined();
  return reply;
};
const types = async (of: string = incident) =>
  (await storedEntries(store, of)).flatMap(({ events }) => events.map(({ type }) => type));
const clicked = () => ({ draftId: DRAFT, version: 1, hash16: hash().slice(0, 16), channel: ROOM, ts: CARD_TS });

/** Each command, ready to be done once. */
const EACH: [Command["type"], () => IncidentEvent[], () => Record<string, unknown>, string, IncidentEvent["type"]][] = [
  ["TakeCommand", () => [opened()], () => ({}), PEOPLE.alex, "CommandTaken"],
  [
    "OfferHandover",
    () => [opened(), commandTaken(PEOPLE.alex)],
    () => ({ to: PEOPLE.sam, note: "Off" }),
    PEOPLE.alex,
    "HandoverOffered",
  ],
  [
    "RequestStatusUpdate",
    () => roomOpened(),
    () => ({
      status: "investigating",
      impact: "Payments fail.",
      components: [{ id: COMPONENT, status: "major_outage" }],
      notifySubscribers: true,
    }),
    PEOPLE.alex,
    "StatusUpdateRequested",
  ],
  [
    "ReviseDraft",
    waiting,
    () => ({ draftId: DRAFT, baseVersion: 1, title: TITLE, body: `${BODY} More.` }),
    PEOPLE.sam,
    "DraftRevised",
  ],
  [
    "ReportDraftShown",
    waiting,
    () => ({
      draftId: DRAFT,
      version: 1,
      contentHash: hash(),
      channel: ROOM,
      ts: "1795253107.118299",
      executionId: "Fx2",
    }),
    PEOPLE.alex,
    "DraftShown",
  ],
  ["RejectDraft", waiting, () => ({ ...clicked(), reason: "Wrong region." }), PEOPLE.sam, "DraftRejected"],
  ["ApproveDraft", waiting, clicked, PEOPLE.jordan, "ApprovalGranted"],
  ["AskApprover", waiting, clicked, PEOPLE.casey, "ApproverAsked"],
  ["UseBreakGlass", waiting, () => ({ ...clicked(), reason: "Alone." }), PEOPLE.jordan, "ReviewOpened"],
  [
    "ResolveIncident",
    () => roomOpened(),
    () => ({ outcome: "resolved", summary: "Over." }),
    PEOPLE.alex,
    "IncidentResolved",
  ],
];

test("an executive's reason in the resolve form is recorded as theirs, and nothing is closed by it", async () => {
  await given(...roomOpened(), commandTaken(PEOPLE.alex), attachedCopy("secret-exposure"));
  const asks = (overrideReason: string) => ({ outcome: "resolved", summary: "Seen.", overrideReason });
  expect(await run(command("ResolveIncident", asks("in a hurry"), PEOPLE.sam))).toMatchObject({
    ok: false,
    refusal: "not-commander",
  });
  const reply = await run(command("ResolveIncident", asks("The issuer keeps no log."), PEOPLE.jordan));
  expect(reply).toMatchObject({ ok: true, message: expect.stringContaining("still open") });
  expect((await types()).at(-1)).toBe("CheckOverridden");
  expect((await deps.ledger.load(incident)).status).toBe("open");
});

describe.each(EACH)("%s", (type, history, fields, who, event) => {
  test("is recorded under the name of whoever did it, and answered in a sentence", async () => {
    await given(...history());
    clock.advance(10_000);
    const reply = await run(command(type, fields(), who));
    expect(reply).toMatchObject({ ok: true, incidentId: incident, message: expect.stringMatching(/^[A-Z].*[.…]$/) });
    expect((await types()).at(-1)).toBe(event);
    expect((await storedEntries(store, incident)).at(-1)?.actor).toEqual({
      kind: "human",
      id: who,
      basis: "slack-interaction",
    });
  });

  test("sent twice changes nothing the second time and answers the same", async () => {
    await given(...history());
    clock.advance(10_000);
    const once = command(type, fields(), who);
    const first = await run(once);
    const before = (await types()).length;
    expect(await run(once)).toEqual(first);
    expect(await run(once, apiDeps())).toEqual(first);
    expect(await types()).toHaveLength(before);
  });

  test("sent twice at once happens once", async () => {
    await given(...history());
    clock.advance(10_000);
    const once = command(type, fields(), who);
    const before = (await types()).length;
    await Promise.all([run(once), run(once, apiDeps()), run(once)]);
    expect((await storedEntries(store, incident)).filter(({ commandId }) => commandId === once.commandId)).toHaveLength(
      1,
    );
    expect((await types()).length).toBeGreaterThan(before);
  });

  test("from another workspace is refused and leaves nothing", async () => {
    await given(...history());
    clock.advance(10_000);
    const before = await types();
    const foreign = { ...command(type, fields(), who), actor: { userId: who, teamId: "T08OTHER001" } };
    expect(await run(foreign)).toMatchObject({ ok: false, refusal: "other-workspace" });
    expect(await types()).toEqual(before);
  });

  test("on an incident nobody knows is refused and makes none", async () => {
    const reply = await run(command(type, { ...fields(), incidentId: incident }, who));
    expect(reply.ok).toBe(false);
    expect(await store.read(incident, 0)).toEqual([]);
  });
});

describe("DeclareIncident", () => {
  const declare = (fields: Record<string, unknown> = {}) =>
    command("DeclareIncident", {
      title: "Checkout is slow",
      service: "payments",
      severity: "SEV3",
      incidentId: undefined,
      ...fields,
    });

  test("opens an incident with a room, whatever its severity, and invites whoever asked", async () => {
    const reply = await run(declare());
    expect(reply).toMatchObject({ ok: true, incidentId: expect.stringMatching(/^INC-20261121-\d{4}-/) });
    const made = reply.ok ? (reply.incidentId ?? "") : "";
    expect(await deps.ledger.load(made)).toMatchObject({
      status: "open",
      roomWanted: true,
      severity: "SEV3",
      requester: PEOPLE.alex,
    });
    expect((await storedEntries(store, made))[0]?.events[0]).toMatchObject({
      origin: "person",
      team: "Payments",
      links: { call: "https://meet.example.com/payments" },
    });
    expect(await deps.rows.listOpen()).toContain(made);
  });

  test("sent by five at once under one id opens one incident", async () => {
    const once = declare();
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => run(once, apiDeps())));
    const made = new Set(replies.map((reply) => (reply.ok ? reply.incidentId : undefined)));
    expect(made.size).toBe(1);
    expect(await types([...made][0])).toEqual(["IncidentOpened", "RunbooksChosen"]);
  });

  test("that broke off between its two writes is finished when it is sent again", async () => {
    const once = declare();
    const { incident: reserved } = await deps.correlation.claim(`manual|${once.commandId}`, clock.now());
    expect(await run(once)).toMatchObject({ ok: true, incidentId: reserved });
    expect(await types(reserved)).toEqual(["IncidentOpened", "RunbooksChosen"]);
  });

  test("with an incident's id opens the room of one that has none, once", async () => {
    await given(opened({ room: false, severity: "SEV3" }));
    expect(await run(declare({ incidentId: incident }))).toMatchObject({ ok: true, incidentId: incident });
    expect(await deps.ledger.load(incident)).toMatchObject({ roomWanted: true });
    expect(await run(declare({ incidentId: incident }))).toMatchObject({ ok: false, refusal: "room-exists" });
  });

  test("takes text in any spelling", async () => {
    const reply = await run(declare({ title: "Cafe\u0301 is down \ud800", service: "Cafe\u0301" }));
    const made = reply.ok ? (reply.incidentId ?? "") : "";
    expect((await deps.ledger.load(made)).opened).toMatchObject({ title: "Café is down \ufffd", service: "Café" });
  });

  test("from another workspace opens nothing", async () => {
    const foreign = { ...declare(), actor: { userId: PEOPLE.alex, teamId: "T08OTHER001" } };
    expect(await run(foreign)).toMatchObject({ ok: false, refusal: "other-workspace" });
    expect(await deps.correlation.find(`manual|${foreign.commandId}`)).toBeUndefined();
  });
});

describe("a denied click", () => {
  test("is recorded, answered in words, and shows the current text", async () => {
    await given(...waiting());
    clock.advance(10_000);
    const reply = await run(command("ApproveDraft", clicked(), PEOPLE.kim));
    expect(reply).toMatchObject({
      ok: false,
      refusal: "not-an-approver",
      message: expect.stringMatching(/Nothing was published/),
      draft: { draftId: DRAFT, version: 1 },
    });
    expect((await types()).at(-1)).toBe("ApprovalDenied");
  });

  test("sent twice is recorded once and answered the same", async () => {
    await given(...waiting());
    clock.advance(10_000);
    const once = command("ApproveDraft", clicked(), PEOPLE.kim);
    expect(await run(once)).toEqual(await run(once));
    expect((await types()).filter((type) => type === "ApprovalDenied")).toHaveLength(1);
  });

  test("follows when Slack cannot say who it was", async () => {
    await given(...waiting());
    clock.advance(10_000);
    const blind = apiDeps({ lookUpApprover: async () => ({ kind: "unavailable", why: "timeout" }) });
    expect(await run(command("ApproveDraft", clicked(), PEOPLE.jordan), blind)).toMatchObject({
      ok: false,
      refusal: "lookup-failed",
    });
  });

  test("follows when the scan blocks the text", async () => {
    await given(...waiting());
    clock.advance(10_000);
    const strict = apiDeps({ world: viewWorld({ scan: () => ({ blockers: ["A key."], findings: [] }) }) });
    expect(await run(command("ApproveDraft", clicked(), PEOPLE.jordan), strict)).toMatchObject({
      ok: false,
      refusal: "blocked-text",
    });
  });
});

describe("a status update", () => {
  const request = (id: string) =>
    command("RequestStatusUpdate", {
      status: "investigating",
      impact: "x",
      components: [{ id, status: "major_outage" }],
      notifySubscribers: true,
    });
  test.each(["nothing-like-it", "__proto__", "a b"])(
    "for the component %s, which the page does not have, is refused",
    async (id) => {
      await given(...roomOpened());
      expect(await run(request(id))).toMatchObject({ ok: false, refusal: "component-unknown" });
      expect(await types()).not.toContain("StatusUpdateRequested");
    },
  );
});

describe("an edit", () => {
  test("answers with the new text, so that the card can be painted at once", async () => {
    await given(...waiting());
    const reply = await run(
      command("ReviseDraft", { draftId: DRAFT, baseVersion: 1, title: TITLE, body: "Cafe\u0301 is back." }, PEOPLE.sam),
    );
    expect(reply).toMatchObject({
      ok: true,
      draft: { version: 2, body: "Café is back.", author: { kind: "human", userId: PEOPLE.sam } },
    });
  });
  test("that is refused shows the text that stands", async () => {
    await given(...waiting());
    const reply = await run(
      command("ReviseDraft", { draftId: DRAFT, baseVersion: 3, title: TITLE, body: "x" }, PEOPLE.sam),
    );
    expect(reply).toMatchObject({ ok: false, refusal: "edited-meanwhile", draft: { version: 1, body: BODY } });
  });
});

describe("a question of a form", () => {
  const ask = async (query: Parameters<typeof runQuery>[0]) => {
    const reply = await runQuery(query, deps);
    expect(QueryReply.safeParse(reply).error).toBeUndefined();
    return reply;
  };

  test("is answered for the incident it names, or for the room it was asked in", async () => {
    const channel = `C0${incident.slice(-4)}`;
    await given(...waiting().map((event) => (event.type === "RoomCreated" ? { ...event, channel } : event)));
    const byId = await ask({ type: "Form", incidentId: incident });
    expect(byId).toMatchObject({
      ok: true,
      form: { incidentId: incident, channel, commander: PEOPLE.alex, resolved: false, draft: { draftId: DRAFT } },
    });
    expect(await ask({ type: "Form", channel })).toEqual(byId);
  });

  test("lists the page's components, the service's own first", async () => {
    await given(...roomOpened());
    const reply = await ask({ type: "Form", incidentId: incident });
    const components = reply.ok ? reply.form?.components : [];
    expect(components?.map(({ name, own }) => [name, own])).toEqual([
      ["Payments API", true],
      ["Checkout", false],
      ["Search", false],
    ]);
  });

  test("names the offer that waits", async () => {
    await given(...roomOpened(), commandTaken(PEOPLE.alex), {
      type: "HandoverOffered",
      to: PEOPLE.sam,
      by: PEOPLE.alex,
      note: null,
    });
    expect(await ask({ type: "Form", incidentId: incident })).toMatchObject({ form: { offeredTo: PEOPLE.sam } });
  });

  test("outside a war room, or for an incident nobody knows, is refused in words", async () => {
    expect(await ask({ type: "Form", channel: "C07GENERAL1" })).toMatchObject({ ok: false, refusal: "not-a-war-room" });
    expect(await ask({ type: "Form" })).toMatchObject({ ok: false, refusal: "not-a-war-room" });
    expect(await ask({ type: "Form", incidentId: incident })).toMatchObject({ ok: false, refusal: "incident-unknown" });
  });

  test("about the catalogue names services and severities", async () => {
    expect(await ask({ type: "Catalog" })).toEqual({
      ok: true,
      catalog: { services: ["payments", "search"], severities: ["SEV1", "SEV2", "SEV3", "SEV4"] },
    });
  });

  test("writes nothing", async () => {
    await given(...roomOpened());
    const before = await types();
    await ask({ type: "Form", incidentId: incident });
    expect(await types()).toEqual(before);
  });
});

describe("the signed calls", () => {
  type Deps = Parameters<typeof signedHandlers>[0];
  const call = (json: unknown, params: Record<string, string> = {}): SignedCall => ({
    rawBody: JSON.stringify(json),
    json,
    params,
    receivedAt: clock.now(),
    signal: new AbortController().signal,
  });
  const handlers = (api: ApiDeps = deps) =>
    signedHandlers({ api, claim: {}, report: {}, sweepSeen: async () => {} } as unknown as Deps);

  test("run what fits the contract", async () => {
    await given(opened());
    expect(await handlers().commands(call(command("TakeCommand", {})))).toMatchObject({
      status: 200,
      body: { ok: true },
    });
    expect(await handlers().queries(call({ type: "Catalog" }))).toMatchObject({ status: 200, body: { ok: true } });
  });

  test("refuse what does not, naming where and never what", async () => {
    const reply = await handlers().commands(
      call({ ...command("TakeCommand", {}), actor: { userId: "geheim", teamId: TEAM } }),
    );
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).toContain("actor.userId");
    expect(JSON.stringify(reply.body)).not.toContain("geheim");
    for (const json of [null, 1, "x", [], {}]) expect((await handlers().commands(call(json))).status).toBe(400);
  });

  test("say that a busy ledger may be asked again, and that a broken one may not be written", async () => {
    const failing = ledgerOn({ ...store, put: () => Promise.reject(storeFailure()) }, clock, {
      sleep: async () => clock.advance(1_000),
    });
    await given(opened());
    const busy = await handlers(apiDeps({ ledger: failing })).commands(call(command("TakeCommand", {})));
    expect(busy.status).toBe(503);
    const [item] = await store.read(incident, 0);
    if (item) await store.put({ ...item, sk: "E#000000000002" });
    const broken = await handlers(apiDeps()).commands(call(command("TakeCommand", {})));
    expect(broken).toMatchObject({ status: 200, body: { ok: false, refusal: "chain-broken" } });
  });

  test("know no work but the outbox's", async () => {
    const told = { result: "repainted", executionId: "Fx1" };
    expect((await handlers().reportOutbox(call(told, { effectId: "no such thing" }))).status).toBe(404);
    expect((await handlers().reportOutbox(call(told, { effectId: `${incident}:dance` }))).status).toBe(404);
    expect(
      (await handlers().reportOutbox(call({ result: "dance" }, { effectId: `${incident}:assemble-room` }))).status,
    ).toBe(400);
  });
});
