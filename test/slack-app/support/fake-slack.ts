import { blockFaults } from "./block-faults.ts";
import { type Answer, listen } from "./listen.ts";

export type Args = Record<string, unknown>;
export interface Call {
  method: string;
  args: Args;
  token: string;
  atMs: number;
}
interface Message {
  ts: string;
  channel: string;
  args: Args;
}

export const TOKEN = "xwfp-step-token";
export const OUR_BOT = "U07HOSTBOT1";

/**
 * The few Web API methods the hosted app calls, with Slack's own manners: form bodies with JSON in them, HTTP 200 for
 * refusals, blocks that are checked. A method it does not know is answered 501 and kept in `faults`.
 */
export async function startFakeSlack() {
  const calls: Call[] = [];
  const faults: string[] = [];
  const channels: { id: string; name: string; creator: string; is_archived?: boolean }[] = [];
  const messages: Message[] = [];
  const bookmarks: { id: string; channel_id: string; title: string; link: string }[] = [];
  const rows: Record<string, Args[]> = {};
  const planned = new Map<string, ((args: Args) => Answer | undefined)[]>();
  let made = 0;

  const ok = (fields: Args = {}): Answer => ({ json: { ok: true, ...fields } });
  const no = (error: string, fields: Args = {}): Answer => ({ json: { ok: false, error, ...fields } });
  const checked = (args: Args, then: () => Answer): Answer => {
    const wrong = blockFaults(args.blocks);
    faults.push(...wrong);
    return wrong.length > 0 ? no("invalid_blocks", { response_metadata: { messages: wrong } }) : then();
  };

  const triggers: { id: string; name: string }[] = [];
  const methods: Record<string, (args: Args) => Answer> = {
    "auth.test": () => ok({ user_id: OUR_BOT }),
    "conversations.create": ({ name }) => {
      if (channels.some((channel) => channel.name === name)) return no("name_taken");
      made += 1;
      const channel = { id: `C0MADE${made}`, name: String(name), creator: OUR_BOT };
      channels.push(channel);
      return ok({ channel });
    },
    "conversations.list": () =>
      ok({ channels: channels.filter(({ is_archived }) => !is_archived), response_metadata: { next_cursor: "" } }),
    "conversations.invite": () => ok({ channel: {} }),
    "conversations.setPurpose": () => ok(),
    "conversations.setTopic": ({ topic }) => (String(topic).length > 250 ? no("too_long") : ok()),
    "conversations.archive": () => ok(),
    "conversations.history": ({ channel }) =>
      ok({
        messages: messages
          .filter((message) => message.channel === channel)
          .map(({ ts, args }) => ({ ts, metadata: args.metadata, text: args.text }))
          .reverse(),
        response_metadata: null,
      }),
    "bookmarks.list": ({ channel_id }) => ok({ bookmarks: bookmarks.filter((one) => one.channel_id === channel_id) }),
    "bookmarks.add": ({ channel_id, title, link }) => {
      const id = `Bk0${bookmarks.length + 1}`;
      bookmarks.push({ id, channel_id: String(channel_id), title: String(title), link: String(link) });
      return ok({ bookmark: bookmarks.at(-1) });
    },
    "bookmarks.edit": ({ bookmark_id, title, link }) => {
      const bookmark = bookmarks.find(({ id }) => id === bookmark_id);
      if (!bookmark) return no("not_found");
      Object.assign(bookmark, { title: String(title), link: String(link) });
      return ok({ bookmark });
    },
    "pins.add": () => ok(),
    "workflows.triggers.list": () => ok({ triggers, response_metadata: { next_cursor: "" } }),
    "workflows.triggers.create": ({ name }) => {
      triggers.push({ id: `Ft${triggers.length + 1}`, name: String(name) });
      return ok({ trigger: triggers.at(-1) });
    },
    "workflows.triggers.delete": ({ trigger_id }) => {
      const place = triggers.findIndex(({ id }) => id === trigger_id);
      if (place >= 0) triggers.splice(place, 1);
      return ok();
    },
    "chat.postMessage": (args) =>
      checked(args, () => {
        made += 1;
        const ts = `1795253107.${String(made).padStart(6, "0")}`;
        messages.push({ ts, channel: String(args.channel), args });
        return ok({ ts, channel: args.channel });
      }),
    "chat.update": (args) =>
      checked(args, () => {
        const message = messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel);
        if (!message) return no("message_not_found");
        message.args = { ...message.args, ...args };
        return ok({ ts: args.ts });
      }),
    "chat.postEphemeral": (args) => checked(args, () => ok({ message_ts: "1795253107.000001" })),
    "views.open": ({ view }) => checked((view ?? {}) as Args, () => ok({ view: { id: "V07OPENED01" } })),
    "views.update": ({ view }) => checked((view ?? {}) as Args, () => ok({ view: { id: "V07OPENED01" } })),
    "functions.completeSuccess": () => ok(),
    "apps.datastore.put": ({ datastore, item }) => {
      const name = String(datastore);
      rows[name] = [...(rows[name] ?? []), item as Args];
      return ok({ datastore, item });
    },
  };

  const server = await listen(({ request, body }) => {
    const method = request.url?.replace("/api/", "") ?? "";
    const args = Object.fromEntries([...new URLSearchParams(body)].map(([key, value]) => [key, unpacked(value)]));
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    calls.push({ method, args, token, atMs: performance.now() });
    const plan = planned.get(method)?.shift();
    const given = plan?.(args);
    if (plan && given === undefined) return undefined;
    if (given) return given;
    if (token !== TOKEN) return no("invalid_auth");
    const run = methods[method];
    if (run) return run(args);
    faults.push(`no such method: ${method}`);
    return { status: 501, json: { ok: false, error: "unknown_method" } };
  });

  return {
    ...server,
    apiUrl: `${server.url}/api/`,
    calls,
    faults,
    channels,
    messages,
    bookmarks,
    rows,
    methods: () => calls.map(({ method }) => method),
    callsOf: (method: string) => calls.filter((call) => call.method === method).map(({ args }) => args),
    /** Answers the next call of `method` in another way; undefined drops the connection. */
    next(method: string, answer: (args: Args) => Answer | undefined) {
      planned.set(method, [...(planned.get(method) ?? []), answer]);
    },
    rateLimit: (seconds: number) => (): Answer => ({
      status: 429,
      headers: { "retry-after": String(seconds) },
      json: { ok: false, error: "ratelimited" },
    }),
    refuse: (error: string, fields?: Args) => () => no(error, fields),
  };
}
export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;

function unpacked(value: string): unknown {
  try {
    const parsed: unknown = JSON.parse(value);
    // Numbers and words such as `true` in a text stay what was sent for texts; only structures are unpacked.
    return typeof parsed === "object" && parsed !== null ? parsed : value;
  } catch {
    return value;
  }
}
