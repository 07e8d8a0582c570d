import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { ROLES } from "../../shared/vocabulary.ts";
import { slackUser, text } from "./event-fields.ts";

/** Facts about who has command, and who has a role beside it. The rules of `events.ts` hold here too. */

const CommandTaken = z.strictObject({ type: z.literal("CommandTaken"), by: slackUser, from: slackUser.nullable() });
const HandoverOffered = z.strictObject({
  type: z.literal("HandoverOffered"),
  to: slackUser,
  by: slackUser,
  note: text(LIMITS.note).nullable(),
});

/** Nobody took what was offered in time. The offer stands, command stays where it is, and people hear of it. */
const HandoverLapsed = z.strictObject({ type: z.literal("HandoverLapsed"), to: slackUser, by: slackUser });
/** The commander has recorded nothing for long and is asked whether they are still there. */
const CommandQuestioned = z.strictObject({ type: z.literal("CommandQuestioned"), commander: slackUser });
/** The commander answered that they are. */
const CommandKept = z.strictObject({ type: z.literal("CommandKept"), by: slackUser });
/** No answer: they still are commander, and from now on anybody may take command from them. */
const CommandAbandoned = z.strictObject({ type: z.literal("CommandAbandoned"), commander: slackUser });
/** A role beside the commander's; `to` null: nobody has it any more. Roles carry no authority. */
const RoleAssigned = z.strictObject({
  type: z.literal("RoleAssigned"),
  role: z.enum(ROLES),
  to: slackUser.nullable(),
  from: slackUser.nullable(),
  by: slackUser,
});

export const COMMAND_EVENTS = [
  CommandTaken,
  HandoverOffered,
  HandoverLapsed,
  CommandQuestioned,
  CommandKept,
  CommandAbandoned,
  RoleAssigned,
] as const;
