import { createServer } from "node:http";
import * as z from "zod";

/*
 * The least that the world expects of a bridge: `/health`, the two webhooks, a log on standard output, an end on SIGTERM.
 * `GET /seen` tells what arrived.
 */
const { PORT, FAIL_AT_START, NUDGE_EVERY_MS } = z
  .object({ PORT: z.coerce.number(), FAIL_AT_START: z.string().optional(), NUDGE_EVERY_MS: z.string().optional() })
  .parse(process.env);
if (FAIL_AT_START) {
  console.error("configuration is wrong: FAIL_AT_START is set");
  process.exit(1);
}

const seen: { path: string; headers: Record<string, unknown>; body: string }[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString("utf8");
  });
  request.on("end", () => {
    const path = request.url ?? "";
    response.setHeader("content-type", "application/json");
    if (path === "/health") return response.end('{"ok":true}');
    if (path === "/seen") return response.end(JSON.stringify({ seen, NUDGE_EVERY_MS }));
    seen.push({ path, headers: request.headers, body });
    response.end('{"ok":true}');
  });
});
server.listen(PORT, "127.0.0.1", () => console.log(JSON.stringify({ event: "listening", port: PORT })));
process.on("SIGTERM", () => {
  console.log(JSON.stringify({ event: "stopping" }));
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
