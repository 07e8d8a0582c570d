import { readSignerConfig } from "./audit/signer/signer-config.ts";
import { startSigner } from "./audit/signer/start-signer.ts";
import { systemClock } from "./platform/clock.ts";
import { createLogger } from "./platform/logger.ts";
import { runProcess } from "./run-process.ts";

/** The signer's process. Its role alone may sign; the bridges ask it. */
runProcess(async () => {
  const config = readSignerConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL, clock: systemClock });
  const { port, stop } = await startSigner({ config, clock: systemClock, log });
  return { log, started: { port }, config, stop };
});
