import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { SEVERITIES } from "../../../shared/vocabulary.ts";
import { type Block, sections, sentenceSection } from "../../blocks/block-kit.ts";
import { select, textInput } from "../../blocks/modal.ts";
import { md } from "../../blocks/text.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export function severityBlocks(facts: FormFacts): Block[] {
  const { raiseIf = [], holds = [] } = facts.response ?? {};
  return [
    sentenceSection(incidentLine(facts)),
    ...sections([
      ...(raiseIf.length > 0 ? [md`*Raise if*`, ...raiseIf.map((sentence) => md`• ${sentence}`)] : []),
      ...(holds.length > 0 ? [md`*Cannot fall until proven*`, ...holds.map((hold) => md`• ${hold}`)] : []),
    ]),
    select({
      name: "severity",
      label: "Severity",
      options: SEVERITIES.map((value) => ({ text: value, value })),
      initial: facts.severity,
      hint: "The same again confirms it",
    }),
    textInput({ name: "reason", label: "Why", max: LIMITS.reason, multiline: true }),
  ];
}
