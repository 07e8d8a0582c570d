import { afterEach, beforeEach, expect, test } from "vitest";
import { readContext } from "../../../bridge/context/read-context.ts";
import { recordContextRead } from "../../../bridge/incident/decide/context.ts";
import { IncidentEvent } from "../../../bridge/incident/events.ts";
import { contextView } from "../../../bridge/incident/views/context-view.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { incidentContext } from "../../../slack-app/blocks/incident-context.ts";
import { blockFaults } from "../../slack-app/support/block-faults.ts";
import { stateOf } from "../../support/given.ts";
import { opened } from "../../support/incident-events.ts";
import { type Sources, startSources } from "../../support/sources.ts";
import { viewWorld } from "../../support/view-world.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const BUDGET_MS = 1_200;
const services = parseServices(SERVICES_YAML, "services.yaml");

let sources: Sources;
beforeEach(async () => {
  sources = await startSources();
});
afterEach(async () => {
  await sources[Symbol.asyncDispose]();
});

/** What every part says, and the first message that says it. */
const read = async (service = "payments", catalogue = services, clients: Partial<Sources["clients"]> = {}) => {
  const alertedAt = systemClock.now();
  const readings = await Promise.all(
    readContext(
      { service, alertedAt },
      { ...sources.clients, ...clients, services: catalogue, clock: systemClock, budgetMs: BUDGET_MS },
    ),
  );
  const event = IncidentEvent.parse({ type: "ContextRead", readings, links: [], complete: true });
  if (event.type !== "ContextRead") throw new Error("another event came out");
  const state = stateOf(opened());
  const decision = recordContextRead(state, event);
  expect(decision).toMatchObject({ kind: "happened" });
  const { blocks } = incidentContext(contextView(stateOf(opened(), event), viewWorld()));
  expect(blockFaults(blocks)).toEqual([]);
  const message = blocks.flatMap((block) => (block.type === "section" ? [block.text.text] : [])).join("\n");
  return { message, part: (name: string) => readings.find(({ part }) => part === name) };
};

const minute = (iso: string) => `${iso.slice(0, 16).replace("T", " ")} UTC`;
const payments = () => {
  const repository = sources.vendors.github.state.repositories["kestrel-freight/payments"];
  if (!repository) throw new Error("the sandbox has no such repository");
  return repository;
};

test("measures are shown now and two hours ago, the worst series of each", async () => {
  const { part } = await read();
  expect(part("error_rate")?.value).toBe("7.3 % now, 0.21 % two hours ago");
  expect(part("latency")?.value).toBe("5 s now, 212 ms two hours ago");
  expect(part("saturation")?.value).toBe("100 % now, 31 % two hours ago");
});

test("a deploy shows release, commit, when it first succeeded and how long before the alert", async () => {
  const succeeded = payments().deployments.map(({ id }) => {
    const states = (payments().statuses[id] ?? []) as { state: string; created_at: string }[];
    return states.findLast(({ state }) => state === "success")?.created_at ?? "";
  });
  const { part } = await read();
  expect(part("deploys")?.value).toContain(`2026.47.3 (8c41f0d) at ${minute(succeeded[0] ?? "")}, `);
  expect(part("deploys")?.value).toMatch(/\d+ min before the alert; 2026\.47\.2 \(1fa7d32\) at .* before the alert$/);
});

test("the last deploy before the alert is compared with the one before it: commits, files and their owners", async () => {
  const { part } = await read();
  expect(part("commits")).toMatchObject({
    value: "2 commits and 3 files in 2026.47.3 (8c41f0d)",
    details: [
      "8c41f0d Lower card-gateway timeout from 20s to 5s (#1184)",
      "d2905be Cache card scheme tables per region (#1179)",
    ],
  });
  expect(part("owners")?.value).toBe(
    "@twierzba-kf (2 files, not mapped), @kestrel-freight/platform (1 file, not mapped), 1 more by e-mail address (OnCall knows none of them)",
  );
});

test("what a commit's title or a release says about people is replaced, and its author is not named", async () => {
  const [newest] = payments().commits;
  Object.assign(newest?.commit ?? {}, { message: "Do not charge anna.berg@example.com twice\n\nReported by phone" });
  for (const { payload } of payments().deployments)
    Object.assign(payload as object, { release: "hotfix-anna.berg@example.com" });
  const { message, part } = await read();
  expect(part("commits")?.details[0]).toBe("8c41f0d Do not charge [EMAIL] twice");
  expect(part("deploys")?.value).toContain("[EMAIL] (8c41f0d) at ");
  expect(message).not.toMatch(/anna\.berg|dana\.demir|Dana Demir/);
});

test("an owner by address is named as OnCall names them, with the command that pages them", async () => {
  payments().files = { CODEOWNERS: "* alex@example.com Unknown.Person@example.com\n" };
  expect((await read()).part("owners")).toMatchObject({
    value: expect.stringMatching(/^alex \(3 files\), 1 more by e-mail address \(OnCall knows none of them\)$/),
    details: ["/incident-response page alex"],
  });
  sources.faults.add({ target: "oncall", kind: "down" });
  expect((await read()).part("owners")).toMatchObject({
    value: "2 more by e-mail address (OnCall, which could name them: could not be reached)",
    details: [],
  });
});

test("logins and teams are named as services.yaml maps them, by address or Slack id, and no address comes out", async () => {
  const mapped = (logins: string) =>
    parseServices(
      `${SERVICES_YAML}owners: { logins: { ${logins} }, teams: { Kestrel-Freight/platform: incident-fallback } }\n`,
      "services.yaml",
    );
  payments().files = { CODEOWNERS: "* @twierzba-kf @kestrel-freight/platform\n" };
  for (const person of ["sam@example.com", "U07SAMWIER2"]) {
    expect((await read("payments", mapped(`Twierzba-KF: ${person}`))).part("owners")).toMatchObject({
      value: "sam (3 files), group incident-fallback (3 files)",
      details: ["/incident-response page sam"],
    });
  }
  const gone = await read("payments", mapped("twierzba-kf: gone@example.com"));
  expect(gone.part("owners")?.value).toContain("@twierzba-kf (3 files, mapped to somebody whom OnCall does not know)");
  expect(gone.message).not.toContain("gone@example.com");
  const guest = await read("payments", mapped("twierzba-kf: U07GUEST007"));
  expect(guest.part("owners")).toMatchObject({
    value: expect.stringMatching(/^<@U07GUEST007> \(3 files\)/),
    details: [],
  });
});

test("a deploy after the alert is no cause: the one before it is compared, and the newer one is told apart", async () => {
  const newest = payments().deployments[0];
  for (const status of (payments().statuses[newest?.id ?? ""] ?? []) as { created_at: string }[]) {
    status.created_at = new Date(Date.now() + 600_000).toISOString();
  }
  const { part } = await read();
  expect(part("deploys")?.value).toContain("10 min after the alert");
  expect(part("commits")?.value).toBe("no earlier deploy to compare with; the last commits before the alert");
});

test("error logs are a count and patterns; what a line says about people is not in them", async () => {
  const { part, message } = await read();
  expect(part("logs")).toMatchObject({
    value: "3 lines in the last 15 minutes",
    details: ["2 × upstream timed out", "1 × connection pool exhausted: #/# in use, waited #s"],
  });
  expect(message).not.toContain("anna.berg");
});

test("traces are shown slowest first, and one without a duration says so", async () => {
  const { part } = await read();
  expect(part("traces")?.value).toBe("2 found in the last 15 minutes");
  expect(part("traces")?.details).toEqual([
    "5 s: POST /v#/payments of payments, trace 7d1f0c2ab94e56833f0a6c9e1b2d4875",
    "duration unknown: POST /api/payments of edge-gateway, trace c04b8e7719a25d36f1e08b5a3c9d6472",
  ]);
});

const FAULTS = [
  [{ kind: "down" }, "could not be reached"],
  [{ kind: "slow", ms: 5_000 }, "timed out"],
  [{ kind: "error", status: 500 }, "answered 500"],
  [{ kind: "error", status: 422 }, "answered 422"],
  [{ kind: "error", status: 401 }, "refused our credential, 401"],
  [{ kind: "malformed" }, "answered something that is not JSON"],
] as const;
const SOURCES = [
  ["Mimir", { target: "grafana", match: "/api/prom" }, "Error rate, Latency, Saturation"],
  ["Loki", { target: "grafana", match: "/loki/" }, "Error logs"],
  ["Tempo", { target: "grafana", match: "/tempo/" }, "Slow or failed traces"],
  ["GitHub", { target: "github" }, "Last deploys, In the last deploy, Owners of the changed files"],
] as const;
const ALL = ["Error rate", "Latency", "Saturation", "Last deploys", "In the last deploy", "Error logs"];

for (const [fault, why] of FAULTS) {
  test.each(SOURCES)(`%s ${JSON.stringify(fault)}: its lines say "${why}", the others their values`, async (...row) => {
    const [, where, labels] = row;
    sources.faults.add({ ...where, ...fault });
    const { message } = await read();
    expect(message).toContain(`*${labels}* _unavailable_ (${why})`);
    expect(message.match(/_unavailable_/g)).toHaveLength(1);
    for (const label of ALL.filter((one) => !labels.includes(one)))
      expect(message).toMatch(new RegExp(`\\*${label}\\* [^_]`));
  });

  test(`all at once ${JSON.stringify(fault)}: one line says so for all, in time, and nothing reads as zero`, async () => {
    sources.faults.add({ target: "grafana", ...fault });
    sources.faults.add({ target: "github", ...fault });
    const startedAt = performance.now();
    const { message } = await read();
    expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
    expect(message).toContain(
      `${ALL.join(", ")}, Slow or failed traces, Owners of the changed files* _unavailable_ (${why})`,
    );
    expect(message).not.toMatch(/\b0\b/);
  });
}

test("rate limits are told apart from refused credentials", async () => {
  sources.faults.add({ target: "github", kind: "rate_limit" });
  expect((await read()).part("deploys")?.why).toBe("limits our requests, 403");
});

test("nothing found is no data, never zero and never unavailable", async () => {
  const { mimir, loki, tempo } = sources.vendors;
  Object.assign(mimir.state.services.payments ?? {}, { now: ["NaN", "+Inf"], before: ["0.002"] });
  Object.assign(mimir.state.latency.payments ?? {}, { now: [], before: [] });
  Object.assign(mimir.state.saturation.payments ?? {}, { now: ["0"], before: [] });
  loki.state.streams.length = 0;
  tempo.state.traces = {};
  payments().deployments.length = 0;
  payments().commits.length = 0;
  const { part, message } = await read();
  expect(part("error_rate")).toMatchObject({ value: null, why: "no data; it was 0.2 % two hours ago" });
  expect(part("latency")).toMatchObject({ value: null, why: "no data" });
  expect(part("saturation")?.value).toBe("0 % now, two hours ago unavailable (no data)");
  expect(message).toContain("*Latency* _no data_\n");
  expect(message).toContain("*Error logs* _no data_ (no matching line in the last 15 minutes)");
  expect(message).toContain("*Slow or failed traces* _no data_ (no matching trace in the last 15 minutes)");
  expect(message).toContain("*Last deploys* _no data_ (no deploy to production)");
  expect(message).toContain(
    "*In the last deploy* _no data_ (no deploy to compare with, and no commit before the alert)",
  );
  expect(message).not.toContain("_unavailable_");
});

test("what is not configured says so", async () => {
  const { part } = await read("ledger", services, { loki: undefined, tempo: undefined } as never);
  expect(part("error_rate")?.why).toBe("the service ledger is not in the catalogue");
  expect(part("owners")?.why).toBe("the service ledger is not in the catalogue");
  expect(part("logs")?.why).toBe("no logs are configured (LOKI_URL)");
  expect(part("traces")?.why).toBe("no traces are configured (TEMPO_URL)");
  expect((await read("search")).part("deploys")?.why).toBe("no repository is configured for search");
  expect((await read("search")).part("latency")?.why).toBe("no latency query is configured for search");
});

test("a service whose name holds quotes asks for exactly that service and finds nothing", async () => {
  const { part } = await read('x"} or vector(1) #');
  expect(part("logs")?.why).toBe("no data: no matching line in the last 15 minutes");
  expect(sources.vendors.loki.requests.at(-1)?.query.query).toContain('{service_name="x\\"} or vector(1) #"}');
});

test("a deployment that never succeeded is not a deploy", async () => {
  for (const states of Object.values(payments().statuses)) {
    for (const status of states) Object.assign(status as object, { state: "failure" });
  }
  expect((await read()).part("deploys")).toMatchObject({ value: null, why: "no data: no deploy to production" });
});

test("without CODEOWNERS, or with nobody in it, that is said", async () => {
  payments().files = {};
  expect((await read()).part("owners")?.why).toBe("no data: kestrel-freight/payments has no CODEOWNERS file");
  payments().files = { CODEOWNERS: "# nobody yet\n" };
  expect((await read()).part("owners")?.why).toBe("no data: nobody owns the files of the last deploy");
});

test("of several repositories the newest deploys are shown, and one that cannot be read is named", async () => {
  const several = parseServices(
    SERVICES_YAML.replace("[kestrel-freight/payments]", "[kestrel-freight/gone, kestrel-freight/payments]"),
    "services.yaml",
  );
  expect((await read("payments", several)).part("deploys")?.value).toMatch(
    /^kestrel-freight\/payments 2026\.47\.3 \(8c41f0d\) at .*; unavailable: kestrel-freight\/gone answered 404$/,
  );
});
