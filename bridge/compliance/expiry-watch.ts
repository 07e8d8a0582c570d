import { whyUnavailable } from "../clients/unavailable.ts";
import { atMost } from "../platform/at-most.ts";
import type { Clock, Instant } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { CertificateUnreadError } from "./certificate-end.ts";
import { type Expiry, type ExpirySource, URGENT_MS } from "./expiry.ts";

/** A credential, and what is known of its end now. */
export type ExpiryView = Omit<ExpirySource, "read"> & { expiry: Expiry };
/** One whose end is known. */
export type Ending = ExpiryView & { expiry: Extract<Expiry, { kind: "ends" }> };

/** Looks now and then when each credential ends. Every replica looks for itself: what is known is never older than its own look. */
export interface ExpiryWatch {
  /** Those that end or may end. What nobody could be asked for hours is unknown, whatever it was before. */
  view(): ExpiryView[];
  /** Reads what is due and tells of what ends soon. Never throws. */
  tend(): Promise<void>;
  start(): void;
  stop(): void;
}

const TICK_MS = 60_000;
const LOOK_EVERY_MS = 3_600_000;
/** After a failure, and while one is about to end: somebody may have replaced it. */
const LOOK_AGAIN_MS = 300_000;
/** An end that was read moves only when its credential is replaced, so a vendor that is away for hours takes nothing from it. */
const BELIEVED_MS = 6 * 3_600_000;
const AT_ONCE = 4;

interface Kept {
  source: ExpirySource;
  /** The last answer that was one. */
  known?: { expiry: Expiry; at: Instant };
  /** Why the last look gave none. */
  why?: string;
  dueAt: Instant;
}

export function createExpiryWatch(deps: {
  /** Asked before each look: which secrets are in use shows only with time. */
  sources: () => readonly ExpirySource[];
  /** Told at each tick of all that end within a day or have ended: whoever is told twice does nothing twice. */
  onUrgent: (ending: Ending) => Promise<void>;
  clock: Clock;
  metrics: Metrics;
  tasks: Tasks;
  log: Logger;
}): ExpiryWatch {
  const { clock, log } = deps;
  const kept = new Map<string, Kept>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const expiryOf = ({ known, why }: Kept): Expiry =>
    known && clock.now() - known.at <= BELIEVED_MS
      ? known.expiry
      : { kind: "unknown", why: why ?? "it was not looked at yet" };

  const view = (): ExpiryView[] =>
    [...kept.values()].flatMap((one) => {
      const { read: _, ...source } = one.source;
      const expiry = expiryOf(one);
      return expiry.kind === "none" ? [] : [{ ...source, expiry }];
    });
  const endings = () => view().filter((one): one is Ending => one.expiry.kind === "ends");

  deps.metrics.readings(
    "ic_credential_expiry_seconds",
    "Until a credential ends, where that is known; negative: since.",
    () =>
      endings().map(({ credential, expiry }) => ({ value: (expiry.at - clock.now()) / 1_000, labels: { credential } })),
  );
  deps.metrics.readings(
    "ic_credential_expiry_known",
    "1 where it is known when a credential ends, 0 where nobody could be asked.",
    () => view().map(({ credential, expiry }) => ({ value: expiry.kind === "ends" ? 1 : 0, labels: { credential } })),
  );

  const look = async (source: ExpirySource) => {
    const before = kept.get(source.credential);
    const expiry = await readOrUnknown(source, log);
    const now = clock.now();
    const urgent = expiry.kind === "ends" && expiry.at - now <= URGENT_MS;
    const dueAt = now + (expiry.kind === "unknown" || urgent ? LOOK_AGAIN_MS : LOOK_EVERY_MS);
    kept.set(
      source.credential,
      expiry.kind === "unknown"
        ? { source, ...(before?.known ? { known: before.known } : {}), why: expiry.why, dueAt }
        : { source, known: { expiry, at: now }, dueAt },
    );
  };

  const tend = async () => {
    try {
      const due = deps.sources().filter(({ credential }) => clock.now() >= (kept.get(credential)?.dueAt ?? 0));
      await atMost(AT_ONCE, due, look);
      for (const ending of endings()) if (ending.expiry.at - clock.now() <= URGENT_MS) await deps.onUrgent(ending);
    } catch (error) {
      log.error("credential-expiry-failed", { error });
    }
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => deps.tasks.track("credential-expiry", tend().then(next)), TICK_MS);
    timer.unref();
  };

  return {
    view,
    tend,
    start: () => deps.tasks.track("credential-expiry", tend().then(next)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function readOrUnknown(source: ExpirySource, log: Logger): Promise<Expiry> {
  const unknown = (why: string, error?: unknown): Expiry => {
    log.warn("credential-expiry-unknown", { credential: source.credential, why, ...(error ? { error } : {}) });
    return { kind: "unknown", why };
  };
  try {
    const expiry = await source.read();
    return expiry.kind === "unknown" ? unknown(expiry.why) : expiry;
  } catch (error) {
    return unknown(error instanceof CertificateUnreadError ? error.why : whyUnavailable(error), error);
  }
}
