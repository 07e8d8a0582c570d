import express, { type Express, type NextFunction, type Request, type Response, type Router } from "express";
import type * as z from "zod";
import type { ChangeFeed } from "./changes.ts";
import { AlertBody, BridgeBody, EmptyBody, FaultBody, SLACK_BODIES, whyRefused } from "./control-calls.ts";
import { SLACK_CALLS } from "./slack-part.ts";
import type { World } from "./world.ts";

const BODY_LIMIT = "1mb";
const MAX_LISTENERS = 50;
const HEARTBEAT_MS = 15_000;
/** A reader that does not read is let go before it fills memory. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const INCIDENT_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** Web pages of other origins can make a browser call this port: only this machine's own names are answered. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

export interface ControlApp {
  readonly app: Express;
  /** Adds the console's pages. */
  mount(router: Router): void;
  /** Ends the open event streams. */
  close(): void;
}

/** The control interface over HTTP. `world` answers undefined until everything was ready once. */
export function createControlApp(deps: { world: () => World | undefined; changes: ChangeFeed }): ControlApp {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  const streams = new Set<Response>();
  let pages: Router | undefined;

  app.use((request, response, next) => {
    if (OWN_HOST.test(request.headers.host ?? "")) return next();
    refuse(response, 403, "Only localhost is served: open http://localhost with this port.");
  });
  app.use((request, response, next) => (pages ? pages(request, response, next) : next()));
  // Only JSON: a page of another origin cannot send it without asking first.
  const json = express.json({ limit: BODY_LIMIT, type: "application/json" });

  /** A call that takes a body of this shape. */
  const call = <Shape extends z.ZodType>(
    path: string,
    shape: Shape,
    act: (world: World, body: z.output<Shape>) => Promise<unknown> | unknown,
  ) =>
    app.post(path, json, async (request, response) => {
      const world = deps.world();
      if (!world) return refuse(response, 503, "The sandbox is still starting; ask again in a moment.");
      if (
        request.headers["content-length"] !== "0" &&
        request.headers["content-length"] !== undefined &&
        !request.is("application/json")
      ) {
        return refuse(response, 415, "Send the body as application/json.");
      }
      const parsed = shape.safeParse(request.body ?? {});
      if (!parsed.success) return refuse(response, 400, whyRefused(parsed.error));
      response.json(await act(world, parsed.data));
    });

  app.get("/world", (_request, response) => {
    const world = deps.world();
    if (!world) return refuse(response, 503, "The sandbox is still starting; ask again in a moment.");
    response.set("Cache-Control", "no-store").json(world.snapshot());
  });
  app.get("/world/ledger", async (request, response) => {
    const world = deps.world();
    if (!world) return refuse(response, 503, "The sandbox is still starting; ask again in a moment.");
    const { incident } = request.query;
    if (incident !== undefined && (typeof incident !== "string" || !INCIDENT_ID.test(incident))) {
      return refuse(response, 400, "incident is not an incident id.");
    }
    response.set("Cache-Control", "no-store").json({ items: await world.ledger(incident) });
  });
  app.get("/world/events", (request, response) => {
    if (streams.size >= MAX_LISTENERS) return refuse(response, 503, `Already ${MAX_LISTENERS} listeners.`);
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-store", Connection: "keep-alive" });
    response.flushHeaders();
    response.write(": listening\n\n");
    streams.add(response);
    const unsubscribe = deps.changes.subscribe((change) => {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else response.write(`id: ${change.seq}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
    });
    const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT_MS);
    request.once("close", () => {
      clearInterval(heartbeat);
      unsubscribe();
      streams.delete(response);
    });
  });

  call("/world/alerts", AlertBody, (world, body) => world.alert(body));
  for (const name of SLACK_CALLS)
    call(`/world/slack/${name}`, SLACK_BODIES[name], (world, body) => world.slack(name, body));
  call("/world/faults", FaultBody, (world, fault) => ({ ok: true, faults: world.addFault(fault) }));
  app.delete("/world/faults", (_request, response) => {
    const world = deps.world();
    if (!world) return refuse(response, 503, "The sandbox is still starting; ask again in a moment.");
    world.clearFaults();
    response.json({ ok: true, faults: [] });
  });
  call("/world/bridge", BridgeBody, async (world, { action, env }) => ({
    ok: true,
    ...(await world.bridge(action, env)),
  }));
  call("/world/reset", EmptyBody, async (world) => {
    await world.reset();
    return { ok: true };
  });

  app.use((request, response) => refuse(response, 404, `There is no ${request.method} ${request.path} here.`));
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const status = statusOf(error);
    const text = error instanceof Error ? error.message : String(error);
    refuse(response, status, status === 500 ? `The sandbox failed: ${text}` : text);
  });

  return {
    app,
    mount(router) {
      pages = router;
    },
    close() {
      for (const stream of streams) stream.end();
    },
  };
}

function refuse(response: Response, status: number, sentence: string): void {
  response.status(status).json({ ok: false, error: sentence });
}

/** Express's body reader says 400 or 413 in `status`. */
function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : 500;
}
