import { systemClock } from "./platform/clock.ts";
import { describeConfig, readConfig } from "./platform/config.ts";
import { ConfigError } from "./platform/config-error.ts";
import { createLogger } from "./platform/logger.ts";
import { systemRandom } from "./platform/random.ts";
import { startBridge } from "./start-bridge.ts";

/** The process: reads the environment once, starts, and stops on a signal without dropping what it has begun. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL, clock: systemClock });
  const startedAt = systemClock.monotonic();
  const bridge = await startBridge({ config, clock: systemClock, random: systemRandom, log });
  log.info("started", {
    port: bridge.port,
    internalPort: bridge.internalPort,
    durationMs: Math.round(systemClock.monotonic() - startedAt),
    config: describeConfig(config),
  });

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info("stopping", { signal });
    bridge.stop().then(
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
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || (error instanceof Error && error.name.endsWith("Error"));
  process.stderr.write(`${known ? (error as Error).message : String(error)}\n`);
  process.exit(1);
});
