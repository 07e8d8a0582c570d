import type { ServerResponse } from "node:http";
import type { Clock } from "../../bridge/platform/clock.ts";
import { iso } from "../../bridge/platform/clock.ts";
import { type SeenRequest, startLocalServer } from "./local-server.ts";

/** What becomes of the next write. `acts`: whether the page holds it although the answer says nothing of the kind. */
export type PageFault =
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: unknown; acts?: boolean }
  | { kind: "reset" | "silence" | "garbage"; acts: boolean };

interface PageUpdate {
  id: string;
  status: string;
  body: string;
  created_at: string;
}
export interface PageEntry {
  id: string;
  name: string;
  status: string;
  shortlink: string;
  metadata: Record<string, unknown>;
  incident_updates: PageUpdate[];
}

export interface PageWrite {
  method: string;
  path: string;
  body: string;
  marker: string;
  contentHash: string;
}

/** A status page that keeps what is written to it and every request to write, on a port of its own. */
export async function startStatusPage({ clock, pageId }: { clock: Clock; pageId: string }) {
  const entries: PageEntry[] = [];
  const writes: PageWrite[] = [];
  const faults: PageFault[] = [];
  const control = {
    readsFail: false,
    /** Looks at a write the moment it arrives, before the page acts on it. */
    onWrite: async (_write: PageWrite): Promise<void> => {},
  };
  let ids = 0;
  const freshId = (letter: string) => {
    ids += 1;
    return `${letter}${String(ids).padStart(11, "0")}`;
  };
  const base = `/v1/pages/${pageId}/incidents`;

  const act = (write: PageWrite): PageEntry | undefined => {
    const { incident } = JSON.parse(write.body) as {
      incident: { name: string; status: string; body: string; metadata: Record<string, unknown> };
    };
    const update = { id: freshId("u"), status: incident.status, body: incident.body, created_at: iso(clock.now()) };
    if (write.method === "POST") {
      const id = freshId("i");
      const entry = {
        id,
        name: incident.name,
        status: incident.status,
        shortlink: `https://status.example.com/i/${id}`,
        metadata: incident.metadata,
        incident_updates: [update],
      };
      entries.unshift(entry);
      return entry;
    }
    const entry = entries.find(({ id }) => write.path === `${base}/${id}`);
    if (!entry) return undefined;
    Object.assign(entry, {
      name: incident.name,
      status: incident.status,
      metadata: { ...entry.metadata, ...incident.metadata },
    });
    entry.incident_updates.unshift(update);
    return entry;
  };

  const reply = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

  const write = async (request: SeenRequest, response: ServerResponse) => {
    const { incident } = JSON.parse(request.body) as {
      incident: { metadata: { ic: { marker: string; contentHash: string } } };
    };
    const seen: PageWrite = { method: request.method, path: request.path, body: request.body, ...incident.metadata.ic };
    writes.push(seen);
    await control.onWrite(seen);
    const fault = faults.shift();
    const entry = fault === undefined || fault.acts ? act(seen) : undefined;
    switch (fault?.kind) {
      case undefined:
        return entry
          ? reply(response, request.method === "POST" ? 201 : 200, entry)
          : reply(response, 404, { error: "Not found" });
      case "status":
        return reply(response, fault.status, fault.body ?? { error: "no" }, fault.headers);
      case "reset":
        return void response.destroy();
      case "silence":
        return;
      case "garbage":
        return void response.writeHead(201).end("<html>");
    }
  };

  const server = await startLocalServer(async (request, response) => {
    const url = new URL(request.path, "http://page");
    if (request.method !== "GET") return write(request, response);
    if (control.readsFail) return reply(response, 500, { error: "down" });
    if (url.pathname === base) {
      const page = Number(url.searchParams.get("page") ?? 1);
      return reply(response, 200, entries.slice((page - 1) * 100, page * 100));
    }
    const entry = entries.find(({ id }) => url.pathname === `${base}/${id}`);
    return entry ? reply(response, 200, entry) : reply(response, 404, { error: "Not found" });
  });

  return {
    url: `${server.url}/v1`,
    entries,
    writes,
    control,
    /** The next writes meet these, in order; later ones meet none. */
    meets: (...next: PageFault[]) => void faults.push(...next),
    willBeSilent: () => faults[0]?.kind === "silence",
    /** Somebody posts an update by hand. */
    postByHand(entryId: string, status: string, body: string) {
      const entry = entries.find(({ id }) => id === entryId);
      entry?.incident_updates.unshift({ id: freshId("u"), status, body, created_at: iso(clock.now()) });
      if (entry) entry.status = status;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
export type StatusPage = Awaited<ReturnType<typeof startStatusPage>>;
