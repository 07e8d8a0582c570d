import { SlackError } from "../slack-error.ts";
import { userById } from "../state.ts";
import { type Call, type Family, page } from "./call.ts";
import { userShape } from "./shapes.ts";

const mayReadEmail = (call: Call): boolean => call.caller.scopes.includes("users:read.email");

export const users: Family = {
  "users.info": {
    tier: 4,
    scopes: ["users:read"],
    run: (call) => {
      const user = userById(call.state, call.args.required("user"));
      if (!user) throw new SlackError("user_not_found");
      return { user: userShape(user, mayReadEmail(call)) };
    },
  },
  "users.list": {
    tier: 2,
    scopes: ["users:read"],
    run: (call) => {
      const { items, response_metadata } = page(call, call.state.users, 100, 1000);
      return { members: items.map((user) => userShape(user, mayReadEmail(call))), response_metadata };
    },
  },
  "users.lookupByEmail": {
    tier: 3,
    scopes: ["users:read.email", "users:read"],
    run: (call) => {
      const email = call.args.required("email").toLowerCase();
      const user = call.state.users.find((one) => one.email?.toLowerCase() === email);
      // Deactivated people are not found by address (docs.slack.dev, users.lookupByEmail).
      if (!user || user.deleted) throw new SlackError("users_not_found");
      return { user: userShape(user, true) };
    },
  },
};
