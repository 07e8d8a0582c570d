import { readFileSync, writeFileSync } from "node:fs";

/** The host nobody has changed yet. */
const EXAMPLE_HOST = "bridge.example.com";
const CONSTANT = /(BRIDGE_HOST = ")([^"]*)(")/;
/** Slack's rule for outgoing domains: lower case, at most 50 characters, no port, no wildcard. */
const HOST = /^(?=.{1,50}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** The host that the hosted app will be allowed to call; undefined while it is the example. */
export function readBridgeHost(file: string): string | undefined {
  const [, , host] = CONSTANT.exec(readFileSync(file, "utf8")) ?? [];
  return host === EXAMPLE_HOST ? undefined : host;
}

/** False: Slack takes no such host, and nothing was written. */
export function writeBridgeHost(file: string, host: string): boolean {
  if (!HOST.test(host) || host === EXAMPLE_HOST) return false;
  writeFileSync(file, readFileSync(file, "utf8").replace(CONSTANT, `$1${host}$3`));
  return true;
}
