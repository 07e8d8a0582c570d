import * as z from "zod";
import { INCIDENT_CLASSES, PHASES, SEVERITIES } from "../../shared/vocabulary.ts";
import { isoDurationMs } from "../services/iso-duration.ts";

/** Roles that an item may name. An unfilled role falls to the incident commander. `bot` is the bridge itself. */
export const RUNBOOK_ROLES = [
  "ic",
  "deputy",
  "primary",
  "driver",
  "scribe",
  "comms",
  "security",
  "legal",
  "exec",
  "bot",
] as const;

export const RUNBOOK_STATUSES = ["draft", "exercised", "gap", "retired"] as const;
export const ATTACK_PATHS = ["runtime", "automation", "human-approval", "credential"] as const;
export const VOLATILITIES = ["minutes", "hours", "days", "durable"] as const;
export const PROOF_KINDS = ["metric", "http_probe", "negative_probe", "link", "statement", "bundle", "ledger"] as const;

const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, { error: "is empty" })
    .max(max, { error: `is longer than ${max} characters` });
const id = z.string().regex(/^[a-z][a-z0-9-]{1,47}$/, {
  error: "is not an id; use lower-case letters, digits and '-', 2 to 48, a letter first",
});
const runbookId = z.string().regex(/^[a-z][a-z0-9-]{2,47}$/, {
  error: "is not a runbook id; use lower-case letters, digits and '-', 3 to 48, a letter first",
});
const day = z.iso.date({ error: "is not a day; write it as 2026-11-21" });
const duration = z
  .string()
  .refine((value) => isoDurationMs(value) !== undefined, {
    error: "is not a duration; write for example PT15M, PT24H or P1D",
  })
  .meta({ description: "ISO 8601, such as PT15M or P1D", pattern: "^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+S)?)?$" });
const severity = z.enum(SEVERITIES, { error: `is not a severity; use one of ${SEVERITIES.join(", ")}` });
const role = z
  .enum(RUNBOOK_ROLES, { error: `is not a role; use one of ${RUNBOOK_ROLES.join(", ")}` })
  .meta({ description: "Who does it; an unfilled role falls to the incident commander, bot is the bridge itself" });
const phase = z.enum(PHASES, { error: `is not a phase; use one of ${PHASES.join(", ")}` });
/** A person who is found out when needed, never one by name. */
const pageable = z
  .string()
  .regex(/^(usergroup|schedule|role|external):[a-z][a-z0-9-]{1,79}$/, {
    error: "is not pageable; write usergroup:…, schedule:…, role:… or external:…",
  })
  .meta({
    description: "usergroup:…, schedule:…, role:… or external:…, found out when needed, never a person by name",
  });
/** A web address, or the form of our own that does it, as `form:page_someone`. */
const link = z
  .string()
  .max(1_000)
  .regex(/^(https:\/\/\S+|form:[a-z_]+)$/, { error: "is neither an https:// address nor form:<name of a form>" })
  .meta({ description: "A web address, or a form of ours that does it, such as form:page_someone" });
const list = <T extends z.ZodType>(item: T, max: number) => z.array(item).max(max).default([]);

const Trigger = z.strictObject({
  kind: z.enum(["alert", "report", "audit_event", "manual"]),
  /** Label matchers, all of which must hold: `alertname="X", service=~"pay-*|ledger"`. Empty for `manual`. */
  match: z
    .string()
    .max(300)
    .default("")
    .meta({ description: 'Label matchers that must all hold: alertname="X", service=~"pay-*|ledger"' }),
  severity: severity.optional(),
  /** A second fact, as a person reads it. What cannot be read counts as true. */
  condition: text(200).optional(),
  sustained: z.strictObject({ for: duration, raise_to: severity }).optional(),
});
export type Trigger = z.infer<typeof Trigger>;

const Immediate = z.strictObject({
  id,
  do: text(200),
  role,
  by: duration,
  kind: z.enum(["contain", "revoke", "communicate", "capture", "notify", "assign"]),
  path: z.enum([...ATTACK_PATHS, "n/a"]).default("n/a"),
  /** Further paths that the same act closes. */
  also_paths: list(z.enum(ATTACK_PATHS), 3),
  why: text(90).optional(),
  link: link.optional(),
  /** Shown to be copied; never run by us. */
  command: text(300).optional(),
  expect: text(120).optional(),
  /** How to take it back; null when it cannot be. */
  undo: text(200).nullable(),
  approval: z.enum(["none", "ic", "two-person", "publish-gate"]).default("none"),
  /** Evidence that this act destroys. */
  destroys: list(id, 8),
  manual: z.boolean().default(false),
  status: z.literal("gap").optional(),
  parallel_with: list(id, 6),
  after: list(id, 6),
});
export type Immediate = z.infer<typeof Immediate>;

const Evidence = z.strictObject({
  id,
  what: text(160),
  /** Text or address with {{service}} {{t0}} {{t1}}; `ledger:<fact>` for what the incident's own entries hold. */
  where: text(400),
  volatility: z.enum(VOLATILITIES),
  collect: z.enum(["bot", "human"]),
  role,
  phase: z.enum(["contain", "preserve"]),
  sensitive: z.boolean().default(false),
  budget: duration.optional(),
  required: z.boolean().default(true),
});
export type Evidence = z.infer<typeof Evidence>;

const Diagnose = z.strictObject({
  id,
  ask: text(160),
  role,
  phase: z.enum(["diagnose", "recover", "validate", "review"]),
  answers: z
    .array(
      z.strictObject({
        when: text(120),
        // biome-ignore lint/suspicious/noThenProperty: the word of the runbook format; nobody awaits a runbook
        then: z.union([
          z.strictObject({ route: runbookId }),
          z.strictObject({ raise: severity }),
          z.strictObject({ add_action: id }),
          z.strictObject({ note: text(200) }),
        ]),
      }),
    )
    .min(1)
    .max(6),
});

const Recovery = z.strictObject({
  id: z.enum(["rebuild", "rollback", "pause", "failover", "replace", "restore", "fix-forward", "throttle"]),
  name: text(80),
  when: text(160),
  impact: text(160),
  steps: z
    .array(z.strictObject({ do: text(200), manual: z.boolean().default(false) }))
    .min(1)
    .max(8),
  service_verify: z.array(text(160)).min(1).max(6),
  invariant_verify: list(text(160), 6),
  reversible: z.boolean(),
  approval: z.enum(["none", "ic", "two-person", "publish-gate"]),
});

const GateCheck = z.strictObject({
  id,
  check: text(160),
  role,
  proof: z.enum(PROOF_KINDS),
  /** For `metric` the query, for `http_probe` the address, for `ledger` the fact that is read. */
  query: text(500).optional(),
  pass: text(120).optional(),
  required: z.boolean().default(true),
  who_may_override: z.enum(["nobody", "ic", "exec"]),
});
export type GateCheck = z.infer<typeof GateCheck>;

const ChecklistItem = z.strictObject({
  id,
  item: text(120),
  phase,
  done_by: z.enum(["event", "human"]),
  /** What the ledger must show, for `done_by: event`. */
  event: z.string().max(40).optional(),
  role: role.optional(),
});
export type ChecklistItem = z.infer<typeof ChecklistItem>;

/** `ic.runbook/v1`: what an organisation writes for one class of incident. Durations count from the opening of the room. */
export const Runbook = z.strictObject({
  schema: z.literal("ic.runbook/v1"),
  id: runbookId,
  title: text(60),
  version: z.int().min(1).max(9_999),
  owner: z.string().regex(/^usergroup:[a-z][a-z0-9-]{1,79}$/, { error: "is not an owner; write usergroup:<handle>" }),
  status: z.enum(RUNBOOK_STATUSES),
  reviewed_at: day.optional(),
  /** Set by a run in the sandbox. */
  rehearsed_at: day.optional(),
  /** Set once the organisation has drilled it for real. */
  exercised_at: day.optional(),
  class: z.enum(INCIDENT_CLASSES),
  applies_to: z.array(text(80)).min(1).max(40),
  primary: z.string().regex(/^(catalog:(<service>|[a-z0-9._-]{1,80})\.oncall|usergroup:[a-z][a-z0-9-]{1,79})$/, {
    error: "is not a primary; write catalog:<service>.oncall or usergroup:<handle>, never a fixed person",
  }),
  triggers: list(Trigger, 12),
  severity: z.strictObject({
    initial: severity,
    raise_if: list(text(160), 6),
    /** Gate checks that must be proven before severity may fall. */
    hold_until: list(id, 10),
  }),
  privacy: z.strictObject({
    room: z.enum(["private", "restricted"]),
    llm: z.enum(["on", "off"]),
    auto_draft: z.boolean(),
  }),
  signals: list(text(160), 8),
  prohibited: z
    .array(z.strictObject({ dont: text(100), why: text(90) }))
    .min(1)
    .max(6),
  immediate: z.array(Immediate).min(2).max(7),
  /** Ways of an attacker that do not exist for this class. */
  no_path: list(z.enum(ATTACK_PATHS), 4),
  evidence: list(Evidence, 12),
  diagnose: list(Diagnose, 8),
  lookup: list(z.strictObject({ sign: text(120), means: text(120), go: text(160) }), 12),
  recovery: z.array(Recovery).min(1).max(4),
  gate: z.array(GateCheck).min(2).max(10),
  communicate: list(
    z.strictObject({
      audience: z.enum(["customers", "internal", "exec", "regulator", "affected"]),
      by: duration,
      template: text(60),
      via_gate: z.boolean(),
    }),
    6,
  ),
  escalation: list(
    z.strictObject({
      if: text(120),
      to: pageable,
      within: duration,
      if_no_ack: z.strictObject({ after: duration, to: pageable }).optional(),
      via: z.enum(["page", "dm", "call"]),
    }),
    6,
  ),
  clocks: list(z.strictObject({ at: duration, what: text(120), role }), 6),
  checklist: list(ChecklistItem, 16),
  /** What must be undone or handed over once it is over. */
  handoff: list(text(160), 8),
  related: list(runbookId, 8),
  references: list(text(300), 8),
});
export type Runbook = z.infer<typeof Runbook>;
