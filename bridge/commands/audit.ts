import type { AuditFacts } from "../audit/reading/audit-facts.ts";
import type { Incident } from "../incident/state.ts";
import type { Instant } from "../platform/clock.ts";
import { elapsed } from "./elapsed.ts";
import { inRoom } from "./in-room.ts";
import { link } from "./mrkdwn.ts";
import type { SlashCommand } from "./slash-command.ts";

/** `audit`: how the record of this incident stands, what is not proved, and how the commander gets its bundle. */
export const audit: SlashCommand = {
  name: "audit",
  summary: "whether the record of this incident verifies, and what is not proved",
  group: "record",
  fits: ["over"],
  run: inRoom("audit", async (incident, { actor, now, auditFacts, bundleLink }) => {
    const facts = await auditFacts(incident.id);
    const commands = incident.commander === actor.userId;
    return auditText(incident, facts, now, commands && facts ? await bundleLink(incident.id, actor.userId) : undefined);
  }),
};

export function auditText(
  incident: Incident,
  facts: AuditFacts | undefined,
  now: Instant,
  bundle: string | undefined,
): string {
  const { id, seq, epoch } = incident;
  const head = `The record of ${id} stands at entry ${seq}${epoch > 1 ? `, in epoch ${epoch}: the one before broke` : ""}.`;
  if (!facts) return `${head}\nNo log of checkpoints is configured here, so nothing looks at it and nothing is proved.`;
  const { checkpoint, walkedAt, uncovered } = facts;
  return [
    `*${STATUS[facts.status]}*`,
    head,
    walkedAt === undefined ? "It was not walked yet." : `It was last walked whole ${elapsed(now - walkedAt)} ago.`,
    checkpoint === undefined
      ? "No checkpoint is known yet."
      : `Newest checkpoint that was checked: \`audit ${checkpoint.size} ${checkpoint.root16}\`, signed ${elapsed(now - checkpoint.at)} ago.`,
    ...(facts.findings > 0 ? [`Findings: ${facts.findings}; the verifier's report names each.`] : []),
    "*Not proved*",
    ...(uncovered > 0
      ? [`• ${uncovered} entries were behind the newest checkpoint: their order and content rest on the chain alone`]
      : []),
    "• what was recorded since that walk",
    "• that what people and systems reported was true",
    ...(bundle === undefined
      ? []
      : [
          `*Bundle* ${link(bundle, "Download the record")} within five minutes; the download is on record. It is checked without us, by one file and the log's key.`,
        ]),
  ].join("\n");
}

const STATUS: Record<AuditFacts["status"], string> = {
  ok: "Nothing was found.",
  broken: "It does not verify.",
  stale: "Nobody has looked lately, so nothing is known about now.",
  unknown: "Nobody has looked yet, so nothing is known.",
};
