import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

const FILE = new URL("../deploy/observability/alert-rules.yaml", import.meta.url);
const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string() })) })),
});

/** Names of the alert rules that stand in the file an operator loads into Prometheus or Mimir. For checks, not for the bridge. */
export const shippedRules = (): string[] =>
  Rules.parse(parse(readFileSync(FILE, "utf8"))).groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
