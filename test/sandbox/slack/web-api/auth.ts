import { userById } from "../state.ts";
import { type Family, needScope } from "./call.ts";

export const auth: Family = {
  "auth.test": {
    tier: "unlimited",
    run: ({ state, caller, url }) => ({
      url: `${url}/`,
      team: state.team.name,
      team_id: state.team.id,
      user: userById(state, caller.user)?.name ?? caller.user,
      user_id: caller.user,
      bot_id: caller.bot_id,
      is_enterprise_install: false,
    }),
  },
  "api.test": { tier: 4, run: ({ args }) => ({ args: args.raw }) },
  "team.info": {
    tier: 3,
    run: (call) => {
      needScope(call, "team:read");
      const { id, name, domain } = call.state.team;
      return { team: { id, name, domain, email_domain: "example.com" } };
    },
  },
};
