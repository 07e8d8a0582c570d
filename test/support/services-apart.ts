import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVICES_FILE } from "../sandbox/world/bridge-env.ts";

/** The sandbox's services.yaml with correlation off: a test may fire one alert after the other and get an incident for each. */
export function servicesApart(): string {
  const source = readFileSync(SERVICES_FILE, "utf8").replace(/^correlation: .*$/m, "correlation: off");
  const path = join(mkdtempSync(join(tmpdir(), "services-apart-")), "services.yaml");
  writeFileSync(path, source);
  return path;
}
