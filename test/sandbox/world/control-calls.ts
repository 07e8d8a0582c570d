import * as z from "zod";
import { FAULT_KINDS, FAULT_TARGETS } from "../faults.ts";
import type { Json } from "../story.ts";
import { ALERT_FIXTURES } from "./alert-payload.ts";
import { SCHEMES } from "./alert-sender.ts";
import type { SlackCallName } from "./slack-part.ts";

const MAX_FAULT_MS = 10 * 60_000;
const name = z.string().min(1).max(500);
const text = z.string().max(12_000);
const fields = z.record(z.string().max(200), z.unknown());

export const AlertBody = z.strictObject({
  fixture: z.enum(ALERT_FIXTURES),
  overrides: z
    .custom<Record<string, Json>>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      "must be an object",
    )
    .optional(),
  as_is: z.boolean().optional(),
  scheme: z.enum(SCHEMES).optional(),
  sign: z.literal(false).optional(),
});

export const FaultBody = z.strictObject({
  target: z.enum(FAULT_TARGETS),
  kind: z.enum(FAULT_KINDS),
  match: z.string().max(500).optional(),
  times: z.int().min(1).max(1_000_000).optional(),
  ms: z.int().min(0).max(MAX_FAULT_MS).optional(),
  status: z.int().min(400).max(599).optional(),
});

export const BridgeBody = z.strictObject({
  action: z.enum(["kill", "stop", "start"]),
  env: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
      z.union([z.string().max(2_000), z.number(), z.boolean()]).transform(String),
    )
    .optional(),
});

export const EmptyBody = z.strictObject({});

/** What each human activity in Slack takes. The simulator decides whether it may happen. */
export const SLACK_BODIES = {
  run: z.strictObject({ user: name, trigger: name, channel: name.optional(), inputs: fields.optional() }),
  click: z.strictObject({
    user: name,
    channel: name,
    ts: name,
    action_id: name,
    value: z.unknown().optional(),
    confirm: z.boolean().optional(),
  }),
  submit: z.strictObject({ user: name, view_id: name, values: fields }),
  close: z.strictObject({ user: name, view_id: name }),
  command: z.strictObject({ user: name, channel: name, command: name, text }),
  message: z.strictObject({ user: name, channel: name, text, thread_ts: name.optional() }),
  react: z.strictObject({ user: name, channel: name, ts: name, name }),
  edit: z.strictObject({ user: name, channel: name, ts: name, text: z.string().min(1).max(40_000) }),
  delete: z.strictObject({ user: name, channel: name, ts: name }),
  pin: z.strictObject({ user: name, channel: name, ts: name }),
  join: z.strictObject({ user: name, channel: name }),
  fire: z.strictObject({ trigger: name }),
  workflow: z.strictObject({
    steps: z
      .array(z.strictObject({ function: name, inputs: fields.optional() }))
      .min(1)
      .max(10),
  }),
} satisfies Record<SlackCallName, z.ZodType>;

/** One sentence that names what was refused. */
export function whyRefused(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => {
      if (issue.code === "unrecognized_keys") {
        return `Unknown field ${issue.keys.map((key) => `"${key}"`).join(", ")}: remove it or check its spelling.`;
      }
      const where = issue.path.length === 0 ? "The body" : `"${issue.path.join(".")}"`;
      const why = issue.message.replace(/^Invalid (input|option): /, "");
      return `${where} is not acceptable: ${why}.`;
    })
    .join(" ");
}
