import { attest } from "./attest.ts";
import { catchup } from "./catchup.ts";
import { handover } from "./handover.ts";
import { help } from "./help.ts";
import { leaveOpen } from "./leave-open.ts";
import { merge } from "./merge.ts";
import { page } from "./page.ts";
import { review } from "./review.ts";
import { role } from "./role.ts";
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
  take,
  handover,
  page,
  role,
  update,
  leaveOpen,
  attest,
  review,
  merge,
  split,
];
