import { askWithin } from "../clients/ask-within.ts";
import { type Budget, startBudget } from "../clients/budget.ts";
import type { Deploy, GithubClient } from "../clients/github-client.ts";
import type { MimirClient } from "../clients/mimir-client.ts";
import { isUnavailable, type Unavailable } from "../clients/unavailable.ts";
import type { EventOf } from "../incident/events.ts";
import type { Clock } from "../platform/clock.ts";
import type { Service, Services } from "../services/services.ts";
import { formatMeasure } from "./format-measure.ts";

export interface GatherContextDeps {
  mimir: MimirClient;
  github: GithubClient;
  services: Pick<Services, "entry">;
  clock: Clock;
  /** Milliseconds for all of it. */
  budgetMs: number;
}

export type GatheredContext = Omit<EventOf<"ContextGathered">, "type">;
type Reading = GatheredContext["readings"][number];

const EARLIER_MS = 2 * 3_600_000;
const DEPLOYS = 3;

/**
 * What was going on when people were called: the error rate now and two hours ago, and the last three deploys. Sources are
 * read at once. One that is slow, wrong, empty or not configured gives a reading without value that says why, never a zero.
 * Takes at most `budgetMs` and does not throw for anything a source does.
 */
export async function gatherContext(
  { service }: { service: string },
  deps: GatherContextDeps,
): Promise<GatheredContext> {
  const budget = startBudget(deps);
  const entry = deps.services.entry(service);
  return {
    readings: await Promise.all([errorRate(service, entry, budget, deps), lastDeploys(service, entry, budget, deps)]),
  };
}

async function errorRate(
  service: string,
  entry: Service | undefined,
  budget: Budget,
  { mimir, clock }: GatherContextDeps,
): Promise<Reading> {
  const label = "Error rate";
  const query = entry?.queries.error_rate;
  if (query === undefined) return unavailable(label, notConfigured(service, entry, "error_rate query"));
  const now = clock.now();
  const valueAt = (at: number) => askWithin(budget, (timeoutMs) => mimir.valueAt(query.query, at, { timeoutMs }));
  const [current, earlier] = await Promise.all([valueAt(now), valueAt(now - EARLIER_MS)]);

  const past =
    typeof earlier === "number"
      ? `${formatMeasure(earlier, query.unit)} two hours ago`
      : `two hours ago unavailable (${whyNone(earlier)})`;
  return typeof current === "number"
    ? reading(label, `${formatMeasure(current, query.unit)} now, ${past}`)
    : unavailable(label, typeof earlier === "number" ? `${whyNone(current)}; it was ${past}` : whyNone(current));
}

async function lastDeploys(
  service: string,
  entry: Service | undefined,
  budget: Budget,
  { github }: GatherContextDeps,
): Promise<Reading> {
  const label = "Last deploys";
  const repositories = entry?.repositories ?? [];
  const environment = entry?.deploy_environment ?? "production";
  if (repositories.length === 0) return unavailable(label, notConfigured(service, entry, "repository"));
  const answers = await Promise.all(
    repositories.map(async (repository) => ({
      repository,
      deploys: await askWithin(budget, (timeoutMs) =>
        github.lastDeploys({ repository, environment, count: DEPLOYS }, { timeoutMs }),
      ),
    })),
  );

  const several = repositories.length > 1;
  const deploys = answers.flatMap(({ deploys }) => (isUnavailable(deploys) ? [] : deploys));
  const failed = answers.flatMap(({ repository, deploys }) =>
    isUnavailable(deploys) ? [several ? `${repository} ${deploys.unavailable}` : deploys.unavailable] : [],
  );
  if (deploys.length === 0) {
    return unavailable(label, failed.length > 0 ? failed.join("; ") : `no data: no deploy to ${environment}`);
  }
  const newest = deploys.toSorted((a, b) => b.at - a.at).slice(0, DEPLOYS);
  const lines = newest.map((deploy) => deployText(deploy, several));
  // What one repository did is worth showing, but the other one may hold the deploy that matters.
  return reading(label, [...lines, ...failed.map((why) => `unavailable: ${why}`)].join("; "));
}

const reading = (label: string, value: string): Reading => ({ label, value: value.slice(0, 500), why: null });
const unavailable = (label: string, why: string): Reading => ({ label, value: null, why: why.slice(0, 200) });

const whyNone = (answer: "no-data" | Unavailable) => (answer === "no-data" ? "no data" : answer.unavailable);

const notConfigured = (service: string, entry: Service | undefined, what: string) =>
  entry === undefined ? `the service ${service} is not in the catalogue` : `no ${what} is configured for ${service}`;

function deployText({ repository, sha, release, at }: Deploy, named: boolean): string {
  const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return `${named ? `${repository} ` : ""}${release.slice(0, 60)} (${sha.slice(0, 7)}) at ${when} UTC`;
}
