import { systemClock } from "./platform/clock.ts";
import { describeConfig } from "./platform/config.ts";
import { ConfigError } from "./platform/config-error.ts";
import type { Logger } from "./platform/logger.ts";

export interface Started {
  log: Logger;
  /** Where it listens. */
  started: Readonly<Record<string, number>>;
  config: Readonly<Record<string, unknown>>;
  /** Takes no new work and finishes what it has begun. */
  stop(): Promise<void>;
}

/** A process: starts, says so, and stops on a signal without dropping what it has begun. What keeps it from starting is its last line. */
export function runProcess(start: () => Promise<Started>): void {
  const main = async () => {
    const startedAt = systemClock.monotonic();
    const { log, started, config, stop } = await start();
    log.info("started", {
      ...started,
      durationMs: Math.round(systemClock.monotonic() - startedAt),
      config: describeConfig(config),
    });

    let stopping = false;
    const end = (signal: string) => {
      if (stopping) return;
      stopping = true;
      log.info("stopping", { signal });
      stop().then(
        () => {
          log.info("stopped");
          process.exit(0);
        },
        (error: unknown) => {
          log.error("stop-failed", { error });
          process.exit(1);
        },
      );
    };
    process.on("SIGTERM", () => end("SIGTERM"));
    process.on("SIGINT", () => end("SIGINT"));
  };

  main().catch((error: unknown) => {
    const known = error instanceof ConfigError || (error instanceof Error && error.name.endsWith("Error"));
    process.stderr.write(`${known ? (error as Error).message : String(error)}\n`);
    process.exit(1);
  });
}
