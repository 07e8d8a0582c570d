import type { IndexTable } from "../index-table/index-table.ts";
import type { Leases } from "../index-table/leases.ts";
import type { Clock } from "../platform/clock.ts";
import { number, readNumber, readText, text } from "../platform/dynamo.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { type Control, type ControlView, controlView, type Evidence, type StoredEvidence } from "./control.ts";

/** Looks at every control again and again, one replica for all, and keeps what was seen where a restart does not lose it. */
export interface Controls {
  list(): Promise<ControlView[]>;
  /** One round, unless another replica has made it. Never throws. */
  round(): Promise<void>;
  start(): void;
  stop(): void;
}

const LEASE = "compliance-controls";
const LEASE_MS = 60_000;
const STATUS = { failing: 0, passing: 1 } as const;
/** A round begins a little earlier or later on each replica; none must be left out for that. */
const EARLY = 0.9;

export function createControls(deps: {
  controls: readonly Control[];
  index: IndexTable;
  leases: Leases;
  owner: string;
  everyMs: number;
  clock: Clock;
  metrics: Metrics;
  tasks: Tasks;
  log: Logger;
}): Controls {
  const { controls, index, leases, owner, everyMs, clock, log } = deps;
  const gauge = deps.metrics.gauge(
    "ic_control_status",
    "1 passing, 0 failing, -1 stale or never looked at; by control.",
  );
  const key = (id: string) => `CONTROL#${id}`;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const stored = async (id: string): Promise<StoredEvidence | undefined> => {
    const item = await index.get(key(id), "C");
    const at = readNumber(item, "seenAt");
    const status = readText(item, "verdict");
    return at === undefined || (status !== "passing" && status !== "failing") ? undefined : { at, status };
  };

  const look = async (control: Control): Promise<Evidence> => {
    try {
      return await control.look();
    } catch (error) {
      log.warn("control-not-probed", { control: control.id, error });
      return { kind: "no-evidence", why: "the probe failed" };
    }
  };

  const probe = async (control: Control) => {
    const at = clock.now();
    const evidence = await look(control);
    if (evidence.kind === "failing") log.error("control-failing", { control: control.id, why: evidence.why });
    if (evidence.kind === "no-evidence") return;
    // Never back: a slow replica must not put an old look over a new one.
    await index.put(
      { pk: text(key(control.id)), sk: text("C"), verdict: text(evidence.kind), seenAt: number(at) },
      "attribute_not_exists(pk) OR seenAt < :at",
      { ":at": number(at) },
    );
  };

  const list = async () => {
    const evidence = await Promise.all(controls.map(({ id }) => stored(id)));
    return controls.map((control, place) => controlView(control, evidence[place], clock.now()));
  };

  const round = async () => {
    try {
      const startedAt = clock.now();
      if (await leases.acquire(LEASE, owner, LEASE_MS)) {
        await Promise.all(controls.map(probe));
        await leases.release(LEASE, owner, startedAt + everyMs * EARLY);
      }
      for (const { id, status } of await list())
        gauge.set(status === "passing" || status === "failing" ? STATUS[status] : -1, { control: id });
    } catch (error) {
      log.error("controls-round-failed", { error });
    }
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => deps.tasks.track("controls", round().then(next)), everyMs);
    timer.unref();
  };

  return {
    list,
    round,
    start: () => deps.tasks.track("controls", round().then(next)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
