import { createInterface } from "node:readline";
import { startIngress } from "./start-ingress.ts";

/** A bridge in a process of its own. `!` notes its memory; `?` answers with port, memory now and the most it was. */
const bridge = await startIngress();
let peak = 0;
createInterface({ input: process.stdin }).on("line", (line) => {
  const { rss } = process.memoryUsage();
  peak = Math.max(peak, rss);
  if (line === "?") process.stdout.write(`${JSON.stringify({ port: bridge.port, rss, peak })}\n`);
});
