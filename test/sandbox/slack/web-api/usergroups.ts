import { SlackError } from "../slack-error.ts";
import type { Family } from "./call.ts";

export const usergroups: Family = {
  "usergroups.list": {
    tier: 2,
    scopes: ["usergroups:read"],
    run: ({ state, args }) => ({
      usergroups: state.usergroups.map((group) => ({
        id: group.id,
        team_id: state.team.id,
        is_usergroup: true,
        name: group.name,
        description: group.description,
        handle: group.handle,
        is_external: false,
        date_delete: 0,
        ...(args.flag("include_count") ? { user_count: group.users.length } : {}),
        ...(args.flag("include_users") ? { users: group.users } : {}),
      })),
    }),
  },
  "usergroups.users.list": {
    tier: 2,
    scopes: ["usergroups:read"],
    run: ({ state, args }) => {
      const id = args.required("usergroup");
      const group = state.usergroups.find((one) => one.id === id);
      if (!group) throw new SlackError("no_such_subteam");
      return { users: group.users };
    },
  },
};
