import { afterEach, beforeEach, expect, test } from "vitest";
import { gatherContext } from "../../../bridge/context/gather-context.ts";
import { IncidentEvent } from "../../../bridge/incident/events.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { type Sources, startSources } from "../../support/sources.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const BUDGET_MS = 1_500;
const services = parseServices(SERVICES_YAML, "services.yaml");

let sources: Sources;
beforeEach(async () => {
  sources = await startSources();
});
afterEach(async () => {
  await sources[Symbol.asyncDispose]();
});

const gather = async (service = "payments", catalogue = services) => {
  const gathered = await gatherContext(
    { service },
    { ...sources.clients, services: catalogue, clock: systemClock, budgetMs: BUDGET_MS },
  );
  IncidentEvent.parse({ type: "ContextGathered", ...gathered });
  const [errorRate, deploys] = gathered.readings;
  return { errorRate, deploys };
};

const minute = (iso: string) => `${iso.slice(0, 16).replace("T", " ")} UTC`;

test("the error rate is shown now and two hours ago, the worst series of each", async () => {
  expect((await gather()).errorRate).toEqual({
    label: "Error rate",
    value: "7.3 % now, 0.21 % two hours ago",
    why: null,
  });
});

test("a deploy shows release, commit and when it first succeeded, newest first", async () => {
  const repository = sources.vendors.github.state.repositories["kestrel-freight/payments"];
  const succeeded = (repository?.deployments ?? []).map(({ id }) => {
    const states = (repository?.statuses[id] ?? []) as { state: string; created_at: string }[];
    return states.findLast(({ state }) => state === "success")?.created_at ?? "";
  });
  expect((await gather()).deploys).toEqual({
    label: "Last deploys",
    value: `2026.47.3 (8c41f0d) at ${minute(succeeded[0] ?? "")}; 2026.47.2 (1fa7d32) at ${minute(succeeded[1] ?? "")}`,
    why: null,
  });
});

test("a deployment that never succeeded is not a deploy", async () => {
  const repository = sources.vendors.github.state.repositories["kestrel-freight/payments"];
  for (const states of Object.values(repository?.statuses ?? {})) {
    for (const status of states) Object.assign(status as object, { state: "failure" });
  }
  expect((await gather()).deploys).toMatchObject({ value: null, why: "no data: no deploy to production" });
});

test.each([
  [{ kind: "down" }, "could not be reached"],
  [{ kind: "slow", ms: 5_000 }, "timed out"],
  [{ kind: "error", status: 500 }, "answered 500"],
  [{ kind: "error", status: 422 }, "answered 422"],
  [{ kind: "error", status: 401 }, "refused our credential, 401"],
  [{ kind: "malformed" }, "answered something that is not JSON"],
] as const)(
  "Mimir and GitHub %j, one by one and together: unavailable with the reason, never zero",
  async (fault, why) => {
    sources.faults.add({ target: "grafana", ...fault });
    sources.faults.add({ target: "github", ...fault });
    const startedAt = performance.now();
    const both = await gather();
    expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 1_000);
    expect(both).toEqual({
      errorRate: { label: "Error rate", value: null, why },
      deploys: { label: "Last deploys", value: null, why },
    });

    sources.faults.clear("github");
    const mimirOnly = await gather();
    expect(mimirOnly.errorRate).toMatchObject({ value: null, why });
    expect(mimirOnly.deploys?.value).toContain("2026.47.3");

    sources.faults.clear("grafana");
    sources.faults.add({ target: "github", kind: "down" });
    const githubOnly = await gather();
    expect(githubOnly.errorRate?.value).toBe("7.3 % now, 0.21 % two hours ago");
    expect(githubOnly.deploys).toMatchObject({ value: null, why: "could not be reached" });
  },
);

test("rate limits are told apart from refused credentials", async () => {
  sources.faults.add({ target: "github", kind: "rate_limit" });
  expect((await gather()).deploys?.why).toBe("limits our requests, 403");
});

test("no series, or only NaN, is no data", async () => {
  const payments = sources.vendors.mimir.state.services.payments;
  Object.assign(payments ?? {}, { now: ["NaN", "+Inf"], before: ["0.002"] });
  expect((await gather()).errorRate).toMatchObject({ value: null, why: "no data; it was 0.2 % two hours ago" });
  Object.assign(payments ?? {}, { now: [], before: [] });
  expect((await gather()).errorRate).toMatchObject({ value: null, why: "no data" });
  Object.assign(payments ?? {}, { now: ["0"], before: [] });
  expect((await gather()).errorRate?.value).toBe("0 % now, two hours ago unavailable (no data)");
});

test("what is not configured says so", async () => {
  expect(await gather("ledger")).toEqual({
    errorRate: { label: "Error rate", value: null, why: "the service ledger is not in the catalogue" },
    deploys: { label: "Last deploys", value: null, why: "the service ledger is not in the catalogue" },
  });
  expect((await gather("search")).deploys?.why).toBe("no repository is configured for search");
});

test("of several repositories the newest deploys are shown, and one that cannot be read is named", async () => {
  const several = parseServices(
    SERVICES_YAML.replace("[kestrel-freight/payments]", "[kestrel-freight/gone, kestrel-freight/payments]"),
    "services.yaml",
  );
  const { deploys } = await gather("payments", several);
  expect(deploys?.value).toMatch(
    /^kestrel-freight\/payments 2026\.47\.3 \(8c41f0d\) at .*; unavailable: kestrel-freight\/gone answered 404$/,
  );
});
