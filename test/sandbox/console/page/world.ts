import * as z from "zod/mini";

/*
 * What the page reads of `GET /world`. Loose on purpose: other fields pass, lists may be missing while a part starts, and
 * only what is shown is described.
 */
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const text = z.optional(z.nullable(z.string()));

/** Block Kit as Slack stores it: rendered, never trusted. */
export const Block = z.looseObject({ type: z.string() });
export type Block = z.infer<typeof Block>;

export const Message = z.looseObject({
  ts: z.string(),
  user: text,
  text,
  blocks: z.optional(z.nullable(z.array(Block))),
  thread_ts: text,
  ephemeral_for: text,
  edited: z.optional(z.unknown()),
  reactions: z.optional(z.array(z.looseObject({ name: z.string(), users: z.optional(z.array(z.string())) }))),
  metadata: z.optional(
    z.nullable(
      z.looseObject({ event_type: text, event_payload: z.optional(z.nullable(z.record(z.string(), z.unknown()))) }),
    ),
  ),
});
export type Message = z.infer<typeof Message>;

export const Channel = z.looseObject({
  id: z.string(),
  name: z.string(),
  is_private: z._default(z.boolean(), false),
  is_archived: z._default(z.boolean(), false),
  topic: z.optional(z.unknown()),
  members: list(z.string()),
  bookmarks: list(z.looseObject({ title: z.string(), link: text })),
  pins: list(z.unknown()),
  messages: list(Message),
});
export type Channel = z.infer<typeof Channel>;

export const View = z.looseObject({
  id: z.string(),
  user: z.string(),
  title: z.optional(z.unknown()),
  submit: z.optional(z.unknown()),
  close: z.optional(z.unknown()),
  callback_id: text,
  blocks: list(Block),
});
export type View = z.infer<typeof View>;

export const Person = z.looseObject({
  id: z.string(),
  name: z.string(),
  real_name: text,
  is_bot: z.optional(z.boolean()),
  deleted: z.optional(z.boolean()),
  team_id: text,
});
export type Person = z.infer<typeof Person>;

export const Trigger = z.looseObject({ name: z.string(), type: z.string(), shortcut_url: text });
export type Trigger = z.infer<typeof Trigger>;

export const Component = z.looseObject({ id: z.string(), name: z.string(), status: text });
export type Component = z.infer<typeof Component>;

export const PublicIncident = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  impact: text,
  shortlink: text,
  created_at: text,
  resolved_at: text,
  components: list(Component),
  incident_updates: list(
    z.looseObject({ id: z.string(), status: z.string(), body: z.string(), created_at: text, display_at: text }),
  ),
});
export type PublicIncident = z.infer<typeof PublicIncident>;

export const Issue = z.looseObject({
  id: z.string(),
  identifier: text,
  title: z.string(),
  description: text,
  url: text,
  state: z.optional(z.unknown()),
  createdAt: text,
});
export type Issue = z.infer<typeof Issue>;

/** One request that a simulator received. Each simulator logs a little differently, so every field may be missing. */
export const LoggedRequest = z.looseObject({ method: text, path: text, url: text });
export type LoggedRequest = z.infer<typeof LoggedRequest>;

const Vendor = z._default(z.looseObject({ requests: list(LoggedRequest) }), { requests: [] });

export const Fault = z.looseObject({
  target: z.string(),
  kind: z.string(),
  match: text,
  times: z.optional(z.nullable(z.number())),
  ms: z.optional(z.nullable(z.number())),
  status: z.optional(z.nullable(z.number())),
});
export type Fault = z.infer<typeof Fault>;

const EMPTY_SLACK = { channels: [], views: [], users: [], usergroups: [], triggers: [] };

export const World = z.looseObject({
  slack: z._default(
    z.looseObject({
      channels: list(Channel),
      views: list(View),
      users: list(Person),
      usergroups: list(z.looseObject({ id: z.string(), handle: text, name: text })),
      triggers: list(Trigger),
    }),
    EMPTY_SLACK,
  ),
  statuspage: z._default(
    z.looseObject({ incidents: list(PublicIncident), components: list(Component), requests: list(LoggedRequest) }),
    { incidents: [], components: [], requests: [] },
  ),
  linear: z._default(z.looseObject({ issues: list(Issue) }), { issues: [] }),
  bedrock: Vendor,
  bridge: z._default(z.looseObject({ running: z._default(z.boolean(), false), url: text }), { running: false }),
  faults: list(Fault),
});
export type World = z.infer<typeof World>;

/** Slack gives labels as text objects; a simulator may keep only the string. */
export function plainText(label: unknown): string | undefined {
  if (typeof label === "string") return label;
  if (typeof label !== "object" || label === null) return undefined;
  const { text, value } = label as { text?: unknown; value?: unknown };
  return typeof text === "string" ? text : typeof value === "string" ? value : undefined;
}

/** The incident a channel's messages belong to, by the metadata every message of the app carries. */
export function incidentOf(channel: Channel | undefined): string | undefined {
  const ids = channel?.messages.map(incidentOfMessage).filter((id) => id !== undefined);
  // Rooms hold one incident; in the announcement channels the newest headline is the one people look for.
  return ids?.at(-1);
}

export function incidentOfMessage(message: Message): string | undefined {
  const id = message.metadata?.event_payload?.incident_id;
  return typeof id === "string" ? id : undefined;
}

/** Every incident any channel speaks of, newest first. */
export function incidentsIn(world: World): string[] {
  const newest = new Map<string, string>();
  for (const message of world.slack.channels.flatMap((channel) => channel.messages)) {
    const id = incidentOfMessage(message);
    if (id !== undefined && message.ts > (newest.get(id) ?? "")) newest.set(id, message.ts);
  }
  return [...newest].sort(([, a], [, b]) => (a < b ? 1 : -1)).map(([id]) => id);
}
