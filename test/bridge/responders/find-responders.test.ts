import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { IncidentEvent } from "../../../bridge/incident/events.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { findResponders, type RespondersWanted } from "../../../bridge/responders/find-responders.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { type Sources, startSources } from "../../support/sources.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const ALEX = { id: "U7QK2M9XW4TLR", username: "alex" };
const SAM = { id: "UD3V8HN5PZ6JC", username: "sam" };
const CASEY = { id: "UN6X2KW8DQ4ZM", username: "casey" };
const ROUTE = "RJ8C2YTKW6NF4";
const [ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK, CASEY_IN_SLACK] = [
  "U07ALEXLIN1",
  "U07SAMWIER2",
  "U07KIMRAMN3",
  "U07CASEYN06",
];
const BUDGET_MS = 1_500;
/** `payments` has a schedule and a directory group, `rota` only the one, `team` only the other, `search` neither. */
const services = parseServices(
  `${SERVICES_YAML}  rota: { oncall_schedule: SV6H2NPZ8RW4J }\n  team: { directory_group: payments-sre }\n`,
  "services.yaml",
);

let sources: Sources;
beforeEach(async () => {
  sources = await startSources();
});
afterEach(async () => {
  await sources[Symbol.asyncDispose]();
});

const find = async (wanted: Partial<RespondersWanted>) => {
  const found = await findResponders(
    { named: [], service: "payments", ...wanted },
    { ...sources.clients, services, teamId: sources.teamId, clock: systemClock, budgetMs: BUDGET_MS },
  );
  // Whatever happens, it fits into the ledger.
  IncidentEvent.parse({ type: "RespondersFound", ...found });
  return found;
};
const ids = (found: Awaited<ReturnType<typeof find>>) => found.people.map(({ userId }) => userId);

describe("one source alone", () => {
  test("people the alert named are invited, by Slack id or else by e-mail, each once", async () => {
    const found = await find({ service: "search", named: [ALEX, CASEY, ALEX], requester: ALEX_IN_SLACK });
    expect(found).toEqual({
      source: "webhook",
      note: "Inviting the people OnCall named",
      people: [
        { userId: ALEX_IN_SLACK, name: "alex" },
        { userId: CASEY_IN_SLACK, name: "casey" },
      ],
      missing: [],
      first: ALEX_IN_SLACK,
    });
  });

  test("who is on call now by the service's schedule is invited", async () => {
    const found = await find({ service: "rota", requester: KIM_IN_SLACK });
    expect(found).toMatchObject({ source: "schedule", note: "Inviting who is on call now", first: ALEX_IN_SLACK });
    expect(ids(found)).toEqual([ALEX_IN_SLACK, KIM_IN_SLACK]);
  });

  test("the escalation chain of the alert's route gives who is on call now and the people its steps name", async () => {
    const found = await find({ service: "search", routeId: ROUTE });
    expect(found).toMatchObject({ source: "chain", note: "Inviting the escalation chain", first: ALEX_IN_SLACK });
    expect(ids(found)).toEqual([ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK]);
  });

  test("the directory group gives its active members; who has left or has no address is not invited", async () => {
    const { users } = sources.vendors.workos.state;
    const group = users[0]?.groups ?? [];
    const service = users.find(({ email }) => email === null);
    Object.assign(service ?? {}, { groups: group });
    const found = await find({ service: "team" });
    expect(found).toMatchObject({ source: "directory", note: "Inviting the directory group payments-sre" });
    expect(ids(found)).toEqual([ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK]);
    expect(found.missing).toEqual([{ name: service?.id, why: "the directory holds no e-mail address" }]);
  });
});

describe("several sources", () => {
  test("are merged, each person once by e-mail address whatever its case, and who is on call now comes first", async () => {
    const found = await find({ named: [SAM], routeId: ROUTE });
    expect(found).toEqual({
      source: "several",
      note: "Inviting the people OnCall named, who is on call now, the escalation chain and the directory group payments-sre",
      people: [
        { userId: ALEX_IN_SLACK, name: "alex" },
        { userId: SAM_IN_SLACK, name: "sam" },
        { userId: KIM_IN_SLACK, name: "kim" },
      ],
      missing: [],
      first: ALEX_IN_SLACK,
    });
  });

  test("ask OnCall and Slack once about whom two of them name", async () => {
    await find({ named: [ALEX, SAM], routeId: ROUTE });
    const asked = sources.vendors.oncall.requests.map(({ path }) => path);
    expect([...new Set(asked)]).toHaveLength(asked.length);
    const lookups = sources.vendors.slack.calls().filter((method) => method.startsWith("users."));
    expect(lookups).toEqual(["users.info", "users.info", "users.info"]);
  });

  test("of whom one fails to describe somebody whom another finds do not call that person missing", async () => {
    sources.faults.add({ target: "oncall", kind: "error", status: 500, match: ALEX.id });
    const found = await find({ named: [ALEX, SAM] });
    expect(ids(found)).toEqual([SAM_IN_SLACK, ALEX_IN_SLACK, KIM_IN_SLACK]);
    expect(found.missing).toEqual([]);
  });
});

test("an e-mail address is compared in lower case, and an identity of another workspace is not used", async () => {
  const casey = sources.vendors.oncall.state.users.find(({ id }) => id === CASEY.id);
  Object.assign(casey ?? {}, {
    email: "Casey@Example.com",
    slack: [{ user_id: "U08OUTSIDE1", team_id: "T08OTHER001" }],
  });
  expect(ids(await find({ service: "search", named: [CASEY] }))).toEqual([CASEY_IN_SLACK]);
});

test.each([
  [{ slack: { user_id: "U07GUEST007", team_id: "T07KESTREL1" } }, "guest", "is a guest in Slack"],
  [{ slack: { user_id: "U07ROBOT008", team_id: "T07KESTREL1" } }, "robot", "is a bot"],
  [{ slack: { user_id: "U07FORMER09", team_id: "T07KESTREL1" } }, "former", "the Slack account is deactivated"],
  [{ slack: null, email: "outsider@example.com" }, "outsider", "belongs to another Slack workspace"],
  [{ slack: null, email: "nobody@example.com" }, "sam", "nobody in Slack has this e-mail address"],
  [{ slack: 7, email: null }, "sam", "no Slack identity of our workspace and no e-mail address"],
])("who may not be invited stands under missing with the reason: %j", async (change, name, why) => {
  const sam = sources.vendors.oncall.state.users.find(({ id }) => id === SAM.id);
  Object.assign(sam ?? {}, change);
  const found = await find({ service: "search", named: [ALEX, SAM] });
  expect(ids(found)).toEqual([ALEX_IN_SLACK]);
  expect(found.missing).toEqual([{ name, why }]);
});

test("more than ten named people cost OnCall one list instead of a request each", async () => {
  const crowd = Array.from({ length: 12 }, (_, index) => ({ id: `UNOBODY${index}`, username: `nobody${index}` }));
  const found = await find({ service: "search", named: [...crowd, ALEX] });
  expect(ids(found)).toEqual([ALEX_IN_SLACK]);
  expect(found.missing).toHaveLength(12);
  expect(sources.vendors.oncall.requests.map(({ path }) => path)).toEqual(["/api/v1/users/"]);
});

describe("nobody can be found", () => {
  test("in a service outside the catalogue: the fallback group is invited and the note says why", async () => {
    const found = await find({ service: "ledger" });
    expect(found).toMatchObject({ source: "fallback", first: SAM_IN_SLACK });
    expect(found.note).toBe(
      "Inviting the fallback group incident-fallback; OnCall named nobody, the service ledger is not in the catalogue " +
        "and the alert names no escalation route",
    );
    expect(ids(found)).toEqual([SAM_IN_SLACK, KIM_IN_SLACK]);
  });

  test("in a service without a schedule and a directory group: each is named", async () => {
    expect((await find({ service: "search" })).note).toBe(
      "Inviting the fallback group incident-fallback; OnCall named nobody, search has no on-call schedule, the alert names " +
        "no escalation route and search has no directory group",
    );
  });

  test("where every source answers and is empty", async () => {
    Object.assign(sources.vendors.oncall.state.schedules[0] ?? {}, { on_call_now: [] });
    sources.vendors.oncall.state.escalationPolicies.splice(0);
    sources.vendors.workos.state.users.splice(0);
    const found = await find({ routeId: ROUTE });
    expect(found.source).toBe("fallback");
    expect(found.note).toBe(
      "Inviting the fallback group incident-fallback; OnCall named nobody, nobody is on call now, the escalation chain names " +
        "nobody and the directory group payments-sre has no active members",
    );
  });

  test("without a directory: that is said here, and not in a room that has people", async () => {
    delete sources.values.workos;
    expect((await find({ service: "team" })).note).toContain("the directory is not configured");
    expect((await find({ service: "payments" })).note).toBe("Inviting who is on call now");
  });

  test("with a fallback group that holds only guests: nobody is made up", async () => {
    Object.assign(sources.vendors.slack.groups[0] ?? {}, { users: ["U07GUEST007"] });
    const found = await find({ service: "ledger" });
    expect(found).toMatchObject({ source: "none", people: [], first: null });
    expect(found.note).toMatch(/^Nobody on call is invited, so invite people by hand; /);
    expect(found.note).toContain("nobody of the fallback group incident-fallback can be invited");
    expect(found.missing).toEqual([{ name: "guest", why: "is a guest in Slack" }]);
  });
});

const FAULTS = [
  [{ kind: "down" }, "could not be reached"],
  [{ kind: "slow", ms: 5_000 }, "timed out"],
  [{ kind: "error", status: 500 }, "answered 500"],
  [{ kind: "error", status: 401 }, "refused our credential, 401"],
  [{ kind: "rate_limit", ms: 5_000 }, "limits our requests, 429"],
  [{ kind: "malformed" }, "answered something that is not JSON"],
] as const;

describe.each([
  ["oncall", "/schedules/", "the on-call schedule", [SAM_IN_SLACK, KIM_IN_SLACK, ALEX_IN_SLACK]],
  ["oncall", "/routes/", "the escalation chain", [ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK]],
  ["oncall", "/escalation_policies/", "the escalation chain", [ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK]],
  ["workos", "/directory_groups", "the directory group payments-sre", [ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK]],
  ["workos", "/directory_users", "the directory group payments-sre", [ALEX_IN_SLACK, SAM_IN_SLACK, KIM_IN_SLACK]],
] as const)("%s fails at %s", (target, match, what, people) => {
  test.each(FAULTS)(
    "%j: the others' people are invited in time and the note says what is missing",
    async (fault, why) => {
      sources.faults.add({ target, match, ...fault });
      const startedAt = performance.now();
      const found = await find({ routeId: ROUTE });
      expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
      expect(found.source).toBe("several");
      expect(found.note).toContain(`${what} could not be read (${why})`);
      expect(ids(found)).toEqual(people);
    },
  );
});

describe.each(FAULTS)("OnCall and the directory both %j", (fault, why) => {
  test("the fallback group is invited in time and the note names each", async () => {
    sources.faults.add({ target: "oncall", ...fault });
    sources.faults.add({ target: "workos", ...fault });
    const startedAt = performance.now();
    const found = await find({ routeId: ROUTE });
    expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
    expect(found).toMatchObject({ source: "fallback", first: SAM_IN_SLACK });
    expect(found.note).toBe(
      `Inviting the fallback group incident-fallback; OnCall named nobody, the on-call schedule could not be read (${why}), ` +
        `the escalation chain could not be read (${why}) and the directory group payments-sre could not be read (${why})`,
    );
  });
});

test("a schedule that OnCall does not know is a reason like any other", async () => {
  sources.vendors.oncall.state.schedules.splice(0);
  const found = await find({ routeId: ROUTE });
  expect(found.note).toContain("the on-call schedule could not be read (answered 404)");
  expect(found.note).toContain("a schedule of the escalation chain could not be read (answered 404)");
});

test("named people whom OnCall cannot describe are missing by the name the alert gave", async () => {
  sources.faults.add({ target: "oncall", kind: "error", status: 500, match: "/users/" });
  const found = await find({ service: "rota", named: [ALEX, SAM] });
  expect(found.source).toBe("fallback");
  expect(found.note).toContain(
    "none of the people OnCall named could be found in Slack, none of who is on call now could be found in Slack",
  );
  expect(found.missing).toContainEqual({ name: "alex", why: "not readable in OnCall (answered 500)" });
});

test.each([
  [{ kind: "slow", ms: 5_000 }, "timed out"],
  [{ kind: "down" }, "Slack could not be reached"],
  [{ kind: "rate_limit" }, "Slack limits our requests"],
  [{ kind: "malformed" }, "Slack answered something unexpected"],
] as const)(
  "Slack %j: the person on call is invited by the id OnCall holds, and the note says it is unconfirmed",
  async (fault, why) => {
    sources.faults.add({ target: "slack", ...fault });
    const found = await find({ service: "rota" });
    expect(ids(found)).toEqual([ALEX_IN_SLACK]);
    expect(found.note).toBe(`Inviting who is on call now; Slack could not confirm 1 of them (${why})`);
  },
);

test("an address that Slack cannot look up invites nobody", async () => {
  sources.faults.add({ target: "slack", kind: "error", match: "lookupByEmail" });
  const found = await find({ service: "search", named: [ALEX, CASEY] });
  expect(ids(found)).toEqual([ALEX_IN_SLACK]);
  expect(found.missing).toEqual([{ name: "casey", why: "Slack answered 500" }]);
});

test("everything down at once: nobody is made up, the requester stays, and it is said plainly", async () => {
  for (const target of ["oncall", "workos", "slack"] as const) sources.faults.add({ target, kind: "down" });
  const startedAt = performance.now();
  const found = await find({ routeId: ROUTE, requester: KIM_IN_SLACK });
  expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
  expect(found).toMatchObject({ source: "none", first: KIM_IN_SLACK, missing: [] });
  expect(ids(found)).toEqual([KIM_IN_SLACK]);
  expect(found.note).toBe(
    "Nobody on call is invited, so invite people by hand; OnCall named nobody, the on-call schedule could not be read " +
      "(could not be reached), the escalation chain could not be read (could not be reached), the directory group payments-sre " +
      "could not be read (could not be reached) and the fallback group incident-fallback could not be read (Slack could not " +
      "be reached); Slack could not confirm 1 of them (Slack could not be reached)",
  );
});

test("a credential that cannot be used is a reason like any other", async () => {
  sources.values["oncall-api"] = "not json";
  sources.values.workos = JSON.stringify({ key: "misnamed" });
  const { note } = await find({});
  expect(note).toContain("the on-call schedule could not be read (its credential is not usable)");
  expect(note).toContain("the directory group payments-sre could not be read (its credential is not usable)");
});
