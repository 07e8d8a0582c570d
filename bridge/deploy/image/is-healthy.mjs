import { get } from "node:http";

/** Asks the bridge beside it, at the port given, how it is; exit code 0 when it is well. Needs neither a shell nor curl. */
const [port] = process.argv.slice(2);
get({ host: "127.0.0.1", port, path: "/health", timeout: 4_000 }, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
)
  .on("timeout", () => process.exit(1))
  .on("error", () => process.exit(1));
