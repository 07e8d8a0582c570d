import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { OUTCOMES, type Outcome } from "../../../shared/vocabulary.ts";
import { type Block, sections, sentenceSection } from "../../blocks/block-kit.ts";
import { select, textInput } from "../../blocks/modal.ts";
import { type Mrkdwn, md } from "../../blocks/text.ts";
import type { Hints } from "../../forms/form.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

const LABELS: Record<Outcome, string> = {
  resolved: "Resolved",
  not_an_incident: "Not an incident",
  duplicate: "Duplicate of another incident",
};

/** Closing ends no alert: whoever closes is told what fires on. */
function firingSentence({ titles, count }: FormFacts["stillFiring"]): Block[] {
  if (count === 0) return [];
  const named = titles.slice(0, 3).join("; ");
  const more = count > 3 ? ` and ${count - 3} more` : "";
  const what = count === 1 ? "One alert group still fires" : `${count} alert groups still fire`;
  return [
    sentenceSection(
      `:warning: ${what}: ${named}${more}. Closing ends none of them; one that fires anew opens another incident.`,
    ),
  ];
}

export function resolveBlocks(facts: FormFacts, { outcome }: Hints): Block[] {
  const open = facts.publicStatus && facts.publicStatus !== "resolved";
  // What customers were told, or what a check holds, can be resolved and nothing else.
  const discardable = facts.publicStatus === undefined && (facts.response?.holds.length ?? 0) === 0;
  const offered = OUTCOMES.filter((value) => value === "resolved" || discardable);
  return [
    sentenceSection(incidentLine(facts)),
    ...(open
      ? [
          sentenceSection(
            `Customers still read: ${facts.publicStatus}. Closing alone does not change the public page; the text below becomes a draft to approve.`,
          ),
        ]
      : []),
    ...firingSentence(facts.stillFiring),
    textInput({ name: "summary", label: "What happened", max: LIMITS.summary, multiline: true }),
    ...gateBlocks(facts),
    select({
      name: "outcome",
      label: "How it ended",
      options: offered.map((value) => ({ text: LABELS[value], value })),
      initial: offered.find((known) => known === outcome) ?? "resolved",
    }),
    ...(discardable
      ? [
          textInput({
            name: "duplicate_of",
            label: "Duplicate of",
            hint: "Only for a duplicate: the id of the other incident",
            max: 40,
            optional: true,
          }),
        ]
      : []),
    ...(open
      ? [
          textInput({
            name: "public_text",
            label: "What customers should read last",
            hint: "Becomes a draft; nobody reads it before it is approved",
            initial: RESOLVED_TEXT,
            max: LIMITS.publicBody,
            multiline: true,
            optional: true,
          }),
        ]
      : []),
  ];
}

const RESOLVED_TEXT = "This incident is resolved. The service works as usual again, and we keep watching it.";

const SIGNS = { proven: ":white_check_mark:", overridden: ":fast_forward:", open: ":white_large_square:" } as const;

/** Each check with how it stands, a field for what is missing, and one reason for what is gone past. */
function gateBlocks({ response }: FormFacts): Block[] {
  const checks = response?.checks ?? [];
  if (checks.length === 0) return [];
  const missing = checks.filter(({ status, required, provable }) => status === "open" && required && provable);
  const open = checks.some(({ status, required }) => status === "open" && required);
  return [
    ...sections([md`*Before resolve*`, ...checks.map(checkLine)], 3),
    ...missing.slice(0, FIELDS_MAX).map(({ key, text, asks }) =>
      textInput({
        name: `${PROOF}${key}`,
        label: text,
        hint: asks,
        max: LIMITS.summary,
        multiline: true,
        optional: true,
      }),
    ),
    ...(missing.length > FIELDS_MAX
      ? [
          sentenceSection(
            `${missing.length - FIELDS_MAX} more checks wait for a proof; give it with \`/incident-response gate prove\` first.`,
          ),
        ]
      : []),
    ...(open
      ? [
          textInput({
            name: "override_reason",
            label: "Why the rest is gone past",
            hint: "Recorded, and listed in the postmortem. An executive's reason settles what waits for one and closes nothing.",
            max: LIMITS.reason,
            optional: true,
          }),
        ]
      : []),
  ];
}

/** Names the field of a check's proof; the rest of the name is the check's key. */
export const PROOF = "proof:";
/** So many proofs one submission may carry. */
const FIELDS_MAX = 20;

/** Who may go past an open check; a commander's own form needs no word of what a commander may. */
const BEYOND = { nobody: "; nobody may go past it", ic: "", exec: "; only an executive may go past it" } as const;

const checkLine = ({
  text,
  status,
  kind,
  asks,
  override,
}: NonNullable<FormFacts["response"]>["checks"][number]): Mrkdwn =>
  md`${SIGNS[status]} ${text} (${status === "open" ? `${asks}${BEYOND[override]}` : kind.replaceAll("_", " ")})`;
