import { afterEach, beforeEach, expect, test } from "vitest";
import { IncidentEvent } from "../../../bridge/incident/events.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { findResponders, type RespondersWanted } from "../../../bridge/responders/find-responders.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { type Sources, startSources } from "../../support/sources.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const ALEX = { id: "U7QK2M9XW4TLR", username: "alex" };
const SAM = { id: "UD3V8HN5PZ6JC", username: "sam" };
const CASEY = { id: "UN6X2KW8DQ4ZM", username: "casey" };
const BUDGET_MS = 1_500;
const services = parseServices(SERVICES_YAML, "services.yaml");

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

test("people the alert named are invited, by Slack id or else by e-mail, each once", async () => {
  const found = await find({ named: [ALEX, CASEY, ALEX], requester: "U07ALEXLIN1" });
  expect(found).toEqual({
    source: "webhook",
    note: "Inviting the people OnCall named",
    people: [
      { userId: "U07ALEXLIN1", name: "alex" },
      { userId: "U07CASEYN06", name: "casey" },
    ],
    missing: [],
    first: "U07ALEXLIN1",
  });
});

test("when nobody is named, who is on call now is invited and the note says why", async () => {
  const found = await find({ requester: "U07KIMRAMN3" });
  expect(found).toMatchObject({
    source: "schedule",
    note: "OnCall named nobody; inviting who is on call now",
    first: "U07ALEXLIN1",
  });
  expect(ids(found)).toEqual(["U07ALEXLIN1", "U07KIMRAMN3"]);
});

test("an e-mail address is compared in lower case, and an identity of another workspace is not used", async () => {
  const casey = sources.vendors.oncall.state.users.find(({ id }) => id === CASEY.id);
  Object.assign(casey ?? {}, {
    email: "Casey@Example.com",
    slack: [{ user_id: "U08OUTSIDE1", team_id: "T08OTHER001" }],
  });
  expect(ids(await find({ named: [CASEY] }))).toEqual(["U07CASEYN06"]);
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
  const found = await find({ named: [ALEX, SAM] });
  expect(ids(found)).toEqual(["U07ALEXLIN1"]);
  expect(found.missing).toEqual([{ name, why }]);
});

test("a service outside the catalogue, and one without a schedule, fall back to the group", async () => {
  const unknown = await find({ service: "ledger" });
  expect(unknown).toMatchObject({
    source: "fallback",
    note: "OnCall named nobody and the service ledger is not in the catalogue; inviting the fallback group incident-fallback",
    first: "U07SAMWIER2",
  });
  expect(ids(unknown)).toEqual(["U07SAMWIER2", "U07KIMRAMN3"]);
  expect((await find({ service: "search" })).note).toContain("search has no on-call schedule");
});

test("an empty schedule is not an error: nobody is on call", async () => {
  Object.assign(sources.vendors.oncall.state.schedules[0] ?? {}, { on_call_now: [] });
  expect((await find({})).note).toBe(
    "OnCall named nobody and nobody is on call now; inviting the fallback group incident-fallback",
  );
});

test.each([
  [{ kind: "down" }, "could not be reached"],
  [{ kind: "slow", ms: 5_000 }, "timed out"],
  [{ kind: "error", status: 500 }, "answered 500"],
  [{ kind: "error", status: 403 }, "refused our credential, 403"],
  [{ kind: "rate_limit" }, "limits our requests, 429"],
  [{ kind: "malformed" }, "answered something that is not JSON"],
] as const)("OnCall %j: the fallback group is invited in time and the note says why", async (fault, why) => {
  sources.faults.add({ target: "oncall", ...fault });
  const startedAt = performance.now();
  const found = await find({});
  expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
  expect(found.note).toBe(
    `OnCall named nobody and its schedule could not be read (${why}); inviting the fallback group incident-fallback`,
  );
  expect(ids(found)).toEqual(["U07SAMWIER2", "U07KIMRAMN3"]);
});

test("a schedule that OnCall does not know is a reason like any other", async () => {
  sources.vendors.oncall.state.schedules.splice(0);
  expect((await find({})).note).toContain("its schedule could not be read (answered 404)");
});

test("named people whom OnCall cannot describe are missing by the name the alert gave", async () => {
  sources.faults.add({ target: "oncall", kind: "error", status: 500, match: "/users/" });
  const found = await find({ named: [ALEX, SAM] });
  expect(found.source).toBe("fallback");
  expect(found.note).toMatch(/^Nobody OnCall named could be found in Slack and nobody who is on call now/);
  expect(found.missing).toContainEqual({ name: "alex", why: "not readable in OnCall (answered 500)" });
});

test("more than ten named people cost OnCall one list instead of a request each", async () => {
  const crowd = Array.from({ length: 12 }, (_, index) => ({ id: `UNOBODY${index}`, username: `nobody${index}` }));
  const found = await find({ named: [...crowd, ALEX] });
  expect(ids(found)).toEqual(["U07ALEXLIN1"]);
  expect(found.missing).toHaveLength(12);
  expect(sources.vendors.oncall.requests.map(({ path }) => path)).toEqual(["/api/v1/users/"]);
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
    const found = await find({});
    expect(ids(found)).toEqual(["U07ALEXLIN1"]);
    expect(found.note).toBe(
      `OnCall named nobody; inviting who is on call now; Slack could not confirm 1 of them (${why})`,
    );
  },
);

test("an address that Slack cannot look up invites nobody", async () => {
  sources.faults.add({ target: "slack", kind: "error", match: "lookupByEmail" });
  const found = await find({ named: [ALEX, CASEY] });
  expect(ids(found)).toEqual(["U07ALEXLIN1"]);
  expect(found.missing).toEqual([{ name: "casey", why: "Slack answered 500" }]);
});

test("everything down at once: nobody is made up, the requester stays, and it is said plainly", async () => {
  sources.faults.add({ target: "oncall", kind: "down" });
  sources.faults.add({ target: "slack", kind: "down" });
  const startedAt = performance.now();
  const found = await find({ requester: "U07KIMRAMN3" });
  expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
  expect(found).toMatchObject({ source: "none", first: "U07KIMRAMN3", missing: [] });
  expect(ids(found)).toEqual(["U07KIMRAMN3"]);
  expect(found.note).toBe(
    "OnCall named nobody, its schedule could not be read (could not be reached) and the fallback group incident-fallback " +
      "could not be read (Slack could not be reached); nobody on call is invited, so invite people by hand; " +
      "Slack could not confirm 1 of them (Slack could not be reached)",
  );
});

test("a credential that cannot be used is a reason like any other", async () => {
  sources.values["oncall-api"] = "not json";
  expect((await find({})).note).toContain("its schedule could not be read (its credential is not usable)");
});

test("a fallback group that does not exist or holds only guests is said to", async () => {
  const group = sources.vendors.slack.groups[0];
  Object.assign(group ?? {}, { users: ["U07GUEST007"] });
  const guests = await find({ service: "ledger" });
  expect(guests).toMatchObject({ source: "none", people: [], first: null });
  expect(guests.note).toContain("nobody of the fallback group incident-fallback can be invited");
  expect(guests.missing).toEqual([{ name: "guest", why: "is a guest in Slack" }]);
});
