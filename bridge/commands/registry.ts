import { attest } from "./attest.ts";
import { audit } from "./audit.ts";
import { catchup } from "./catchup.ts";
import { checklist, doItem } from "./checklist.ts";
import { declare } from "./declare.ts";
import { evidence } from "./evidence.ts";
import { gate } from "./gate.ts";
import { handover } from "./handover.ts";
import { help } from "./help.ts";
import { invite } from "./invite.ts";
import { leaveOpen } from "./leave-open.ts";
import { merge } from "./merge.ts";
import { note } from "./note.ts";
import { page } from "./page.ts";
import { phase } from "./phase.ts";
import { reopen } from "./reopen.ts";
import { resolve } from "./resolve.ts";
import { review } from "./review.ts";
import { role } from "./role.ts";
import { runbook } from "./runbook.ts";
import { severity } from "./severity.ts";
import { silence } from "./silence.ts";
import type { SlashCommand } from "./slash-command.ts";
import { split } from "./split.ts";
import { status } from "./status.ts";
import { take } from "./take.ts";
import { update } from "./update.ts";

/** Every word that exists. The help text and the companion app's usage hint are made from this list. */
export const REGISTRY: readonly SlashCommand[] = [
  help,
  status,
  catchup,
  silence,
  declare,
  take,
  handover,
  page,
  invite,
  role,
  checklist,
  doItem,
  severity,
  phase,
  runbook,
  resolve,
  update,
  leaveOpen,
  attest,
  evidence,
  gate,
  note,
  audit,
  reopen,
  review,
  merge,
  split,
];
