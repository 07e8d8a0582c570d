import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { PHASES, SEVERITIES } from "../../shared/vocabulary.ts";

/** Facts about runbooks, severity and phase. The rules of `events.ts` hold here too. */
const text = (max: number) => z.string().max(max);
const slackUser = text(24);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const item = { runbookId: text(48), itemId: text(48) };

/** What the alert that opened the incident matched, best first. Those to be attached follow as entries of their own. */
const RunbooksChosen = z.strictObject({
  type: z.literal("RunbooksChosen"),
  matches: z
    .array(
      z.strictObject({
        runbookId: text(48),
        /** Which trigger matched, as a person reads it. */
        trigger: text(300),
        /** Its place in the runbook; null for a label, a class or a person. */
        triggerIndex: z.int().nullable(),
        attach: z.boolean(),
      }),
    )
    .max(10),
});

/** From here on this incident follows this text, whatever becomes of the file. */
const RunbookAttached = z.strictObject({
  type: z.literal("RunbookAttached"),
  runbookId: text(48),
  version: z.int(),
  /** SHA-256 of `text`. */
  sha256: hash,
  /** The whole runbook in canonical form. */
  text: text(24 * 1024),
  trigger: text(300),
  triggerIndex: z.int().nullable(),
  /** Null when the rules attached it. */
  by: slackUser.nullable(),
});
const RunbookDetached = z.strictObject({
  type: z.literal("RunbookDetached"),
  runbookId: text(48),
  by: slackUser,
  reason: text(LIMITS.reason),
});

const ItemTicked = z.strictObject({
  type: z.literal("ItemTicked"),
  ...item,
  by: slackUser,
  proof: text(LIMITS.summary).nullable(),
});
const ItemUnticked = z.strictObject({ type: z.literal("ItemUnticked"), ...item, by: slackUser });
const ItemSkipped = z.strictObject({
  type: z.literal("ItemSkipped"),
  ...item,
  by: slackUser,
  reason: text(LIMITS.reason),
});
const ItemAssigned = z.strictObject({ type: z.literal("ItemAssigned"), ...item, to: slackUser, by: slackUser });

/** What an escalation waits for has happened: from now on its time runs. */
const EscalationConfirmed = z.strictObject({ type: z.literal("EscalationConfirmed"), ...item, by: slackUser });

/** A reference to something saved, never the thing itself. `evidenceId` null: it stands in no runbook. */
const EvidenceStored = z.strictObject({
  type: z.literal("EvidenceStored"),
  runbookId: text(48).nullable(),
  evidenceId: text(48).nullable(),
  link: text(2_000),
  note: text(LIMITS.note).nullable(),
  by: slackUser,
});
/** An action that destroys it was done before it was saved. */
const EvidenceLost = z.strictObject({
  type: z.literal("EvidenceLost"),
  runbookId: text(48),
  evidenceId: text(48),
  actionId: text(48),
});

const PhaseMoved = z.strictObject({
  type: z.literal("PhaseMoved"),
  from: z.enum(PHASES),
  to: z.enum(PHASES),
  /** Null when a rule moved it. */
  by: slackUser.nullable(),
  reason: text(LIMITS.reason).nullable(),
  /** What was still open in the phases left or jumped over. */
  skipped: z.array(text(300)).max(40),
});

const SeverityChanged = z.strictObject({
  type: z.literal("SeverityChanged"),
  from: z.enum(SEVERITIES),
  to: z.enum(SEVERITIES),
  /** Null when a rule raised it. */
  by: slackUser.nullable(),
  reason: text(LIMITS.reason),
  /** The runbook whose `sustained` rule raised it, or `alert` and the severity that an alert carried. */
  rule: text(120).nullable(),
  /** The incident had no room, and the opening rule gives this severity one. */
  opensRoom: z.boolean(),
});
/** A person looked at the severity and left it as it is. */
const SeverityConfirmed = z.strictObject({
  type: z.literal("SeverityConfirmed"),
  severity: z.enum(SEVERITIES),
  by: slackUser,
  reason: text(LIMITS.reason),
});

/** The commander says why customers need not be told, until severity rises. */
const PublicUpdateWaived = z.strictObject({
  type: z.literal("PublicUpdateWaived"),
  by: slackUser,
  reason: text(LIMITS.reason),
});

const check = { runbookId: text(48), checkId: text(48) };
const CheckProven = z.strictObject({
  type: z.literal("CheckProven"),
  ...check,
  kind: z.enum(["metric", "http_probe", "negative_probe", "link", "statement", "bundle", "ledger"]),
  /** A link, a sentence or a hash, as its kind asks. */
  proof: text(LIMITS.summary),
  /** True where a person states what a machine will one day measure. */
  stated: z.boolean(),
  by: slackUser,
});
const CheckOverridden = z.strictObject({
  type: z.literal("CheckOverridden"),
  ...check,
  by: slackUser,
  basis: z.enum(["commander", "no-commander", "exec"]),
  reason: text(LIMITS.reason),
});

/** The room's topic shows this. */
const TopicSet = z.strictObject({ type: z.literal("TopicSet"), rev: text(64) });

/** In the order in which they usually happen. */
export const RUNBOOK_EVENTS = [
  RunbooksChosen,
  RunbookAttached,
  RunbookDetached,
  ItemTicked,
  ItemUnticked,
  ItemSkipped,
  ItemAssigned,
  EscalationConfirmed,
  EvidenceStored,
  EvidenceLost,
  PhaseMoved,
  SeverityChanged,
  SeverityConfirmed,
  PublicUpdateWaived,
  CheckProven,
  CheckOverridden,
  TopicSet,
] as const;
export type RunbookEvent = z.infer<(typeof RUNBOOK_EVENTS)[number]>;
