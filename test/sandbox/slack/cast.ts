import type { Channel, SlackState, User, UserGroup } from "./state.ts";

export const TEAM_ID = "T07KESTREL1";
export const HOSTED_BOT = "U07HOSTBOT1";
export const HOSTED_BOT_ID = "B07HOSTBOT1";
export const HOSTED_APP = "A07HOSTED01";
export const COMPANION_BOT = "U07COMPBOT1";
export const COMPANION_BOT_ID = "B07COMPBOT1";
export const COMPANION_APP = "A07COMPANI1";

type Person = Partial<User> & Pick<User, "id" | "name" | "real_name">;

const person = (given: Person): User => ({
  email: `${given.name}@example.com`,
  team_id: TEAM_ID,
  is_bot: false,
  deleted: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_stranger: false,
  ...given,
});

const users = (): User[] => [
  person({ id: "U07ALEXLIN1", name: "alex", real_name: "Alex" }),
  person({ id: "U07SAMWIER2", name: "sam", real_name: "Sam" }),
  person({ id: "U07KIMRAMN3", name: "kim", real_name: "Kim" }),
  person({ id: "U07RILEYQ4", name: "riley", real_name: "Riley" }),
  person({ id: "U07JORDANO5", name: "jordan", real_name: "Jordan" }),
  person({ id: "U07CASEYN06", name: "casey", real_name: "Casey" }),
  person({ id: "U07GUEST007", name: "guest", real_name: "Guest", is_restricted: true }),
  person({ id: "U07ROBOT008", name: "robot", real_name: "Robot", is_bot: true, email: undefined }),
  person({ id: "U07FORMER09", name: "former", real_name: "Former", deleted: true }),
  person({
    id: "U08OUTSIDE1",
    name: "outsider",
    real_name: "Outsider",
    team_id: "T08OTHER001",
    is_stranger: true,
    email: undefined,
  }),
  person({
    id: HOSTED_BOT,
    name: "incident-response",
    real_name: "Incident Response",
    is_bot: true,
    email: undefined,
    bot_id: HOSTED_BOT_ID,
    app_id: HOSTED_APP,
  }),
  person({
    id: COMPANION_BOT,
    name: "incident-response-commands",
    real_name: "Incident Response Commands",
    is_bot: true,
    email: undefined,
    bot_id: COMPANION_BOT_ID,
    app_id: COMPANION_APP,
  }),
];

const usergroups = (): UserGroup[] => [
  {
    id: "S07APPROVER",
    handle: "status-approvers",
    name: "Status approvers",
    description: "May approve what customers read",
    users: ["U07RILEYQ4", "U07JORDANO5"],
  },
  {
    id: "S07FALLBACK",
    handle: "incident-fallback",
    name: "Incident fallback",
    description: "Called when nobody is on call",
    users: ["U07SAMWIER2", "U07KIMRAMN3"],
  },
];

const people = ["U07ALEXLIN1", "U07SAMWIER2", "U07KIMRAMN3", "U07RILEYQ4", "U07JORDANO5", "U07CASEYN06"];
const bots = [HOSTED_BOT, COMPANION_BOT];

const publicChannel = (id: string, name: string, members: string[], created: number): Channel => ({
  id,
  name,
  is_private: false,
  is_archived: false,
  created: Math.floor(created / 1000),
  creator: "U07ALEXLIN1",
  topic: "",
  purpose: "",
  previous_names: [],
  members,
  bookmarks: [],
  pins: [],
  messages: [],
});

/** The workspace before anything happened: people, groups, channels, both bots. */
export const freshState = (now: number): SlackState => ({
  version: 1,
  team: { id: TEAM_ID, domain: "kestrel-freight", name: "Kestrel Freight" },
  users: users(),
  usergroups: usergroups(),
  channels: [
    publicChannel("C07INCIDENT", "incidents", [...people, ...bots], now),
    publicChannel("C07ALERTS01", "alerts", [...people, ...bots], now),
    publicChannel("C07OPS00001", "ops", [...people, ...bots], now),
    publicChannel("C07GENERAL1", "general", [...people, "U07ROBOT008"], now),
  ],
  datastores: {},
  triggers: [],
  views: [],
  pointers: [],
  runs: [],
  executions: [],
  sequence: { id: 0, micros: 0 },
});
