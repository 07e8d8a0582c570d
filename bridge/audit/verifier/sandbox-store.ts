import * as z from "zod";
import { systemClock } from "../../platform/clock.ts";
import { createHttp } from "../../platform/http.ts";
import { silentLogger } from "../../platform/logger.ts";

const SandboxStore = z.object({
  endpoint: z.string(),
  region: z.string(),
  tables: z.object({ ledger: z.string(), index: z.string() }),
  /** The log's directory. */
  log: z.string(),
  verifierKey: z.string().nullable(),
});
export type SandboxStore = z.infer<typeof SandboxStore>;
const World = z.object({ store: SandboxStore });

const TIMEOUT_MS = 10_000;
const MAX_WORLD_BYTES = 64 * 1_048_576;

/** What the sandbox says of its store; undefined when none answers. */
export async function sandboxStore(sandboxUrl: string): Promise<SandboxStore | undefined> {
  const http = createHttp({ clock: systemClock, timeoutMs: TIMEOUT_MS, log: silentLogger });
  try {
    const url = new URL("/world", sandboxUrl).href;
    const world = await http.send({ method: "GET", url, retry: "never", maxResponseBytes: MAX_WORLD_BYTES });
    return World.parse(world.json()).store;
  } catch {
    // Whoever asks says that there is none: for them it makes no difference why.
    return undefined;
  }
}
