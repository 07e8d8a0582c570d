import * as z from "zod";
import { readCredential } from "../clients/credential.ts";
import type { Within } from "../clients/oncall-client.ts";
import { readOrSayWhy } from "../clients/unavailable.ts";
import type { Clock } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Directory, DirectoryMember } from "./directory.ts";

export interface WorkosDeps {
  http: Http;
  secrets: Pick<Secrets, "current" | "optional">;
  /** Without a trailing slash. */
  url: string;
  /** `directory_...`: a key may see several. */
  directoryId: string;
  clock: Clock;
  log: Logger;
}

const SECRET = "workos";
const Credential = z.object({ api_key: z.string().min(1) });

/** The largest page WorkOS gives. */
const PER_PAGE = 100;
/** 5,000 people: more than that is no team, or a cursor that goes in circles. */
const MAX_PAGES = 50;
/** For one page, repeats included. */
const PAGE_MS = 5_000;

const name = z.string().nullish();
const GroupReply = z.object({ id: z.string().min(1), name: z.string(), directory_id: z.string() });
const UserReply = z.object({
  id: z.string().min(1),
  directory_id: z.string(),
  email: z.string().nullish(),
  first_name: name,
  last_name: name,
  state: z.string(),
});
const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item).max(PER_PAGE), list_metadata: z.object({ after: z.string().min(1).nullish() }) });

/**
 * WorkOS Directory Sync over its HTTP API, read through the same client as every other vendor: the SDK's own repeats and page
 * walks would go around its limits. Inactive users are left out here, so nobody can be invited who has left.
 */
export function createWorkosDirectory(deps: WorkosDeps): Directory {
  const { http, secrets, url, directoryId, clock, log } = deps;

  const readAll = async <T extends { directory_id: string }>(
    path: "directory_groups" | "directory_users",
    filter: Record<string, string>,
    schema: z.ZodType<T>,
    { timeoutMs }: Within,
  ): Promise<T[]> => {
    const { api_key } = await readCredential(secrets, SECRET, Credential);
    // A parameter that WorkOS did not understand would show as an answer about other people.
    const page = pageOf(schema.refine((one) => one.directory_id === directoryId, { error: "of another directory" }));
    const deadline = clock.monotonic() + timeoutMs;
    const all: T[] = [];
    let after: string | null | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const query = new URLSearchParams({ ...filter, limit: String(PER_PAGE), ...(after ? { after } : {}) });
      const reply = await http.send({
        method: "GET",
        url: `${url}/${path}?${query}`,
        headers: { authorization: `Bearer ${api_key}` },
        timeoutMs: Math.max(1, Math.min(PAGE_MS, deadline - clock.monotonic())),
        retry: "safe",
        priority: "invite",
      });
      const { data, list_metadata } = page.parse(reply.json());
      all.push(...data);
      after = list_metadata.after;
      if (!after) return all;
    }
    log.warn("directory-cut", { path, read: all.length });
    return all;
  };

  const usersOf = (groupId: string, within: Within) =>
    readAll("directory_users", { group: groupId }, UserReply, within);
  /** Which id a name had when it was last looked up. */
  const lastIds = new Map<string, string>();

  return {
    async members(group, within) {
      return readOrSayWhy({ log, vendor: "workos", call: "members" }, async () => {
        if ((await secrets.optional(SECRET)) === undefined) return { notConfigured: true } as const;
        const asOf = clock.now();
        // There is no question by a group's name. Its id hardly ever changes, so its people are asked for by the last one while the
        // groups are read again; where the name has another id by now that answer is left aside.
        const lastId = lastIds.get(group);
        const likely = lastId === undefined ? undefined : settled(usersOf(lastId, within));
        const groups = await readAll("directory_groups", { directory: directoryId }, GroupReply, within);
        const named = groups.filter((one) => one.name === group);
        const [found] = named;
        if (!found) return { unavailable: "the directory has no group of this name" };
        if (named.length > 1) return { unavailable: "the directory has several groups of this name" };
        lastIds.set(group, found.id);
        const users = likely && found.id === lastId ? await likely() : await usersOf(found.id, within);
        return { asOf, members: users.filter(({ state }) => state === "active").map(memberOf) };
      });
    },
  };
}

/** Keeps a failure until somebody asks for the outcome: one that nobody asks for is no failure. */
function settled<T>(work: Promise<T>): () => Promise<T> {
  work.catch(() => undefined);
  return () => work;
}

function memberOf({ id, email, first_name, last_name }: z.infer<typeof UserReply>): DirectoryMember {
  const called = [first_name, last_name].filter((part) => part?.trim()).join(" ");
  const address = email?.trim().toLowerCase();
  return { name: called === "" ? id : called, email: address === "" ? undefined : address };
}
