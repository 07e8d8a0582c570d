import { auth } from "./auth.ts";
import { bookmarks } from "./bookmarks.ts";
import type { Family } from "./call.ts";
import { chat } from "./chat.ts";
import { conversationMembers } from "./conversation-members.ts";
import { conversations } from "./conversations.ts";
import { datastore } from "./datastore.ts";
import { functions } from "./functions.ts";
import { pins, reactions } from "./pins.ts";
import { usergroups } from "./usergroups.ts";
import { users } from "./users.ts";
import { views } from "./views.ts";
import { workflowTriggers } from "./workflow-triggers.ts";

/** The Web API as far as this Slack has it: every method it answers, with tier and scopes. */
export const METHODS: Family = {
  ...auth,
  ...bookmarks,
  ...chat,
  ...conversationMembers,
  ...conversations,
  ...datastore,
  ...functions,
  ...pins,
  ...reactions,
  ...usergroups,
  ...users,
  ...views,
  ...workflowTriggers,
};
