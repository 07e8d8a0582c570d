import type { FormFacts } from "../../../shared/contracts/queries.ts";
import { type Block, sections, sentenceSection } from "../../blocks/block-kit.ts";
import { lines, md, mention } from "../../blocks/text.ts";
import { incidentLine } from "../../forms/incident-facts.ts";

export interface JoinFacts {
  form: FormFacts;
  /** The one that is decided about. */
  request: FormFacts["joinRequests"][number];
}

export const acceptJoinBlocks = ({ form, request }: JoinFacts): Block[] => [
  sentenceSection(incidentLine(form)),
  ...sections([
    md`${mention(request.userId)} asks to join this room${request.reason ? md`: ${lines(request.reason.replace(/\s+/g, " "), 500)}` : ""}`,
    md`They will read everything that was and will be written here.`,
  ]),
];
