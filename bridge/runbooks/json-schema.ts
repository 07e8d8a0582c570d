import * as z from "zod";
import { Runbook } from "./schema.ts";

/**
 * The runbook format as JSON Schema, for editors: completion and a first check while somebody writes. What only lints and the
 * bridge can tell (ids that are known, durations, dates that make sense) is not in it.
 */
export const runbookJsonSchema = (): string =>
  `${JSON.stringify({ title: "Runbook, ic.runbook/v1", ...z.toJSONSchema(Runbook, { io: "input" }) }, null, 2)}\n`;
