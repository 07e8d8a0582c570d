import type { SendOnceOutcome, SendOnceRequest } from "../../../bridge/platform/send-once.ts";
import type { PageIncident } from "../../../bridge/publish-gate/page-reader.ts";
import { PAGE } from "../../support/incident-events.ts";

/** What the page does with one write. `landed: "late"`: customers read it `afterMs` after the request was given up. */
export type PageFault =
  | { kind: "answers"; status: number; retryAfter?: string }
  | { kind: "breaks"; how: "500" | "503" | "302" | "unreadable" | "timeout"; landed: "yes" | "no" }
  | { kind: "breaks"; how: "timeout"; landed: "late"; afterMs: number }
  /** It takes the text and answers for an incident that nobody wrote to. */
  | { kind: "mistaken" }
  | { kind: "not-sent" };

/** One request that reached the page, as it was received. */
export interface PageWrite {
  owner: string;
  /** World time, unskewed. */
  at: number;
  /** Length of the stream when the request left. */
  afterSeq: number;
  method: string;
  path: string;
  body: string;
  marker: string;
  sentHash: string;
  landed: "no" | "yes" | "late";
  /** What it made on the page, once it landed. */
  made?: { targetId: string; updateId: string; at: number };
}

export interface PageRead {
  owner: string;
  /** How many writes the page had received by then. */
  afterWrites: number;
  id: string;
  rev: string | undefined;
}

interface Received {
  incident: { name: string; status: string; body: string; metadata: { ic: { marker: string; contentHash: string } } };
}

/** A status page in memory that records every request and can be made to fail in every way the real one does. */
export function recordingPage(options: { now: () => number; patchMetadata: "replace" | "keep" }) {
  const incidents: PageIncident[] = [];
  const writes: PageWrite[] = [];
  const reads: PageRead[] = [];
  const faults: PageFault[] = [];
  const late: { due: number; write: PageWrite }[] = [];
  let made = 0;
  let readFaults = 0;
  const newId = (kind: string) => {
    made += 1;
    return `${kind}${String(made).padStart(4, "0")}`;
  };

  /** The page acts on a request: what customers read from now on. */
  const land = (write: PageWrite): void => {
    const { incident } = JSON.parse(write.body) as Received;
    const update = {
      id: newId("upd"),
      status: incident.status,
      body: incident.body,
      createdAt: new Date(options.now()).toISOString(),
    };
    const targetId = write.method === "POST" ? newId("inc") : decodeURIComponent(write.path.split("/").at(-1) ?? "");
    const marker = incident.metadata.ic.marker;
    const at = incidents.findIndex(({ id }) => id === targetId);
    const before = incidents[at];
    if (write.method === "POST") {
      const shortlink = `https://stspg.example.com/${targetId}`;
      incidents.push({
        id: targetId,
        name: incident.name,
        status: incident.status,
        shortlink,
        updates: [update],
        marker,
      });
    } else if (before) {
      const kept = options.patchMetadata === "keep" ? before.marker : marker;
      incidents[at] = {
        ...before,
        name: incident.name,
        status: incident.status,
        updates: [update, ...before.updates],
        marker: kept,
      };
    } else throw new Error(`the page has no incident ${targetId}`);
    write.made = { targetId, updateId: update.id, at: options.now() };
  };

  const replyTo = (write: PageWrite, status: number): SendOnceOutcome => {
    const entry = incidents.find(({ id }) => id === write.made?.targetId);
    const body = JSON.stringify({
      id: entry?.id,
      status: entry?.status,
      shortlink: entry?.shortlink,
      incident_updates: entry?.updates.map(({ id, status: at, createdAt }) => ({
        id,
        status: at,
        created_at: createdAt,
      })),
    });
    return { kind: "answered", status, headers: {}, body };
  };
  const answered = (status: number, headers: Record<string, string> = {}): SendOnceOutcome => ({
    kind: "answered",
    status,
    headers,
    body: JSON.stringify({ error: ["refused"] }),
  });

  return {
    incidents,
    writes,
    reads,
    faults,
    lateLeft: () => late.length,
    failReads: (n: number) => {
      readFaults = n;
    },

    /** The request leaves. The answer is made by `answer` when the scheduler lets the page act. */
    receive(
      request: SendOnceRequest,
      from: { owner: string; afterSeq: number },
    ): { answer: () => { outcome: SendOnceOutcome; tookMs: number } } {
      const fault = faults.shift();
      if (fault?.kind === "not-sent")
        return { answer: () => ({ outcome: { kind: "not-sent", cause: new Error("refused") }, tookMs: 0 }) };
      const body = String(request.body);
      const { metadata } = (JSON.parse(body) as Received).incident;
      const write: PageWrite = {
        ...from,
        at: options.now(),
        method: request.method,
        path: new URL(request.url).pathname.replace(/^\/v1/, ""),
        body,
        marker: metadata.ic.marker,
        sentHash: metadata.ic.contentHash,
        landed: "no",
      };
      writes.push(write);
      return {
        answer: () => {
          if (!fault) {
            land(write);
            write.landed = "yes";
            return { outcome: replyTo(write, write.method === "POST" ? 201 : 200), tookMs: 200 };
          }
          if (fault.kind === "mistaken") {
            land(write);
            write.landed = "yes";
            const reply = replyTo(write, 200);
            const body = "body" in reply ? reply.body.replace(write.made?.targetId ?? "", "other") : "";
            return { outcome: { kind: "answered", status: 200, headers: {}, body }, tookMs: 200 };
          }
          if (fault.kind === "answers")
            return {
              outcome: answered(fault.status, fault.retryAfter ? { "retry-after": fault.retryAfter } : {}),
              tookMs: 100,
            };
          write.landed = fault.landed;
          if (fault.landed === "yes") land(write);
          if (fault.landed === "late") late.push({ due: options.now() + 10_000 + fault.afterMs, write });
          switch (fault.how) {
            case "timeout":
              return { outcome: { kind: "unknown", cause: new Error("no complete answer") }, tookMs: 10_000 };
            case "unreadable":
              return { outcome: { kind: "answered", status: 201, headers: {}, body: "<html>" }, tookMs: 100 };
            default:
              return { outcome: answered(Number(fault.how)), tookMs: 100 };
          }
        },
      };
    },

    /** Requests that were given up land when their time has come. */
    tick(): void {
      for (const { due, write } of late.splice(0)) {
        if (due <= options.now()) land(write);
        else late.push({ due, write });
      }
    },

    getIncident(id: string, owner: string): PageIncident | undefined {
      readable();
      const found = incidents.find((entry) => entry.id === id);
      const rev = found && `${found.updates[0]?.id ?? "none"}|${found.status}`;
      reads.push({ owner, afterWrites: writes.length, id, rev });
      return found;
    },
    listIncidents(): PageIncident[] {
      readable();
      return [...incidents];
    },

    /** Somebody posts on the page itself, past the gate. */
    postByHand(targetId: string | undefined, words: string): void {
      const update = {
        id: newId("upd"),
        status: "identified",
        body: words,
        createdAt: new Date(options.now()).toISOString(),
      };
      const at = incidents.findIndex(({ id }) => id === targetId);
      const before = incidents[at];
      if (before) incidents[at] = { ...before, status: "identified", updates: [update, ...before.updates] };
      else {
        const id = newId("inc");
        incidents.push({
          id,
          name: "By hand",
          status: "identified",
          shortlink: `https://stspg.example.com/${id}`,
          updates: [update],
          marker: undefined,
        });
      }
    },
  };

  function readable(): void {
    if (readFaults <= 0) return;
    readFaults -= 1;
    throw new Error("the page could not be read");
  }
}

export const PAGE_PATH = `/pages/${PAGE}/incidents`;
