import { systemClock } from "./platform/clock.ts";
import { readConfig } from "./platform/config.ts";
import { createLogger } from "./platform/logger.ts";
import { systemRandom } from "./platform/random.ts";
import { runProcess } from "./run-process.ts";
import { startBridge } from "./start-bridge.ts";

/** The bridge's process. */
runProcess(async () => {
  const config = readConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL, clock: systemClock });
  const { port, internalPort, stop } = await startBridge({ config, clock: systemClock, random: systemRandom, log });
  return { log, started: { port, internalPort }, config, stop };
});
