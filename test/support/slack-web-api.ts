import type { ServerResponse } from "node:http";
import type { FaultBoard } from "../sandbox/faults.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

export interface SlackPerson {
  id: string;
  team_id: string;
  name: string;
  email?: string;
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
}

export interface SlackWebApi {
  url: string;
  token: string;
  people: SlackPerson[];
  groups: { id: string; handle: string; users: string[]; date_delete?: number }[];
  posted: Record<string, string>[];
  /** Methods called, in order. */
  calls(): string[];
  [Symbol.asyncDispose](): Promise<void>;
}

const TEAM = "T07KESTREL1";
const person = (id: string, name: string, rest: Partial<SlackPerson> = {}): SlackPerson => ({
  id,
  name,
  team_id: TEAM,
  email: `${name}@example.com`,
  ...rest,
});

/** The few Web API methods the companion app calls, over HTTP, for tests of the bridge alone. Any other method is an error. */
export async function startSlackWebApi(faults: FaultBoard): Promise<SlackWebApi> {
  const token = "xoxb-test-companion";
  const people = [
    person("U07ALEXLIN1", "alex"),
    person("U07SAMWIER2", "sam"),
    person("U07KIMRAMN3", "kim"),
    person("U07CASEYN06", "casey"),
    person("U07GUEST007", "guest", { is_restricted: true }),
    person("U07ROBOT008", "robot", { is_bot: true }),
    person("U07FORMER09", "former", { deleted: true }),
    person("U08OUTSIDE1", "outsider", { team_id: "T08OTHER001", is_stranger: true }),
  ];
  const groups = [{ id: "S07FALLBACK", handle: "incident-fallback", users: ["U07SAMWIER2", "U07KIMRAMN3"] }];
  const posted: Record<string, string>[] = [];
  const shown = ({ email, ...rest }: SlackPerson) => ({
    ...rest,
    profile: { real_name: rest.name, display_name: "", ...(email === undefined ? {} : { email }) },
  });

  const methods: Record<string, (form: Record<string, string>) => object> = {
    "users.info": ({ user }) => {
      const found = people.find(({ id }) => id === user);
      return found ? { ok: true, user: shown(found) } : { ok: false, error: "user_not_found" };
    },
    "users.lookupByEmail": ({ email }) => {
      const found = people.find((one) => one.email === email && one.deleted !== true);
      return found ? { ok: true, user: shown(found) } : { ok: false, error: "users_not_found" };
    },
    "usergroups.list": () => ({
      ok: true,
      usergroups: groups.map(({ id, handle, ...rest }) => ({ id, handle, date_delete: 0, ...rest })),
    }),
    "usergroups.users.list": ({ usergroup }) => {
      const found = groups.find(({ id }) => id === usergroup);
      return found ? { ok: true, users: found.users } : { ok: false, error: "no_such_subteam" };
    },
    "chat.postMessage": (form) => {
      posted.push(form);
      return { ok: true, channel: form.channel, ts: `1795253640.00000${posted.length}` };
    },
  };

  const server: LocalServer = await startLocalServer(async ({ path, body }, response) => {
    const method = path.replace("/api/", "");
    const form = Object.fromEntries(new URLSearchParams(body));
    const act = methods[method];
    if (!act) throw new Error(`not known here: ${method}`);
    const fault = faults.take("slack", method);
    if (fault?.kind === "down") return void response.destroy();
    if (fault?.kind === "error") return void response.writeHead(fault.status ?? 500).end();
    if (fault?.kind === "rate_limit") {
      response.setHeader("retry-after", "30").statusCode = 429;
      return json(response, { ok: false, error: "ratelimited" });
    }
    if (form.token !== token && !body.includes(token)) return json(response, { ok: false, error: "invalid_auth" });
    const reply = act(form);
    if (fault?.kind === "slow") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.kind === "commit_then_drop") return void response.destroy();
    if (fault?.kind === "malformed") return void response.end("<html>gateway</html>");
    json(response, reply);
  });

  return {
    url: `${server.url}/api/`,
    token,
    people,
    groups,
    posted,
    calls: () => server.seen.map(({ path }) => path.replace("/api/", "")),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function json(response: ServerResponse, body: object): void {
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.end(JSON.stringify(body));
}
