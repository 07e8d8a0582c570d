import type { RequestListener } from "node:http";
import { startListener } from "../../../bridge/platform/listener.ts";

/** What a server of the bench tells the process that measures it. */
export type Told = { port: number } | { cpuMicros: number };

/**
 * Serves as the bridge serves (same listener, same timeouts), says the port, and answers every message with the CPU time that
 * this process has used so far. Ends with the process that started it.
 */
export async function serve(app: RequestListener): Promise<void> {
  const { port } = await startListener(app, 0, "127.0.0.1");
  announce({ port });
}

/** The second half of `serve`, for a server that listens by itself. */
export function announce(told: Told): void {
  const tell = (message: Told) => process.send?.(message);
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    tell({ cpuMicros: user + system });
  });
  process.on("disconnect", () => process.exit(0));
  tell(told);
}
