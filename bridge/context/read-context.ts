import { startBudget } from "../clients/budget.ts";
import type { GithubClient } from "../clients/github-client.ts";
import type { LokiClient } from "../clients/loki-client.ts";
import type { MimirClient } from "../clients/mimir-client.ts";
import type { OnCallClient } from "../clients/oncall-client.ts";
import type { TempoClient } from "../clients/tempo-client.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Services } from "../services/services.ts";
import { readDeploys } from "./read-deploys.ts";
import { readLogs } from "./read-logs.ts";
import { MEASURES, readMeasure } from "./read-measure.ts";
import { readTraces } from "./read-traces.ts";
import type { Reading } from "./reading.ts";

export interface ReadContextDeps {
  mimir: MimirClient;
  /** Absent where no address of it is configured. */
  loki: LokiClient | undefined;
  tempo: TempoClient | undefined;
  github: GithubClient;
  oncall: Pick<OnCallClient, "users">;
  services: Pick<Services, "entry" | "owners">;
  clock: Clock;
  /** Milliseconds for all of it. */
  budgetMs: number;
}

/**
 * Asks every source at once what was going on when people were called, and gives each answer when it comes, in the order in
 * which people read them. A source that is slow, wrong, empty or not configured gives a reading without value that says why.
 * All are there after `budgetMs`; none throws for anything a source does.
 */
export function readContext(
  { service, alertedAt }: { service: string; alertedAt: Instant },
  deps: ReadContextDeps,
): Promise<Reading>[] {
  const budget = startBudget(deps);
  const about = { service, alertedAt, entry: deps.services.entry(service), now: deps.clock.now() };
  const { deploys, commits, owners } = readDeploys(about, budget, { ...deps, owners: deps.services.owners });
  return [
    ...MEASURES.map((measure) => readMeasure(measure, about, budget, deps.mimir)),
    deploys,
    commits,
    readLogs(about, budget, deps.loki),
    readTraces(about, budget, deps.tempo),
    owners,
  ];
}
