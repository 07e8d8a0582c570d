import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express, Router } from "express";
import { CAST } from "../cast.ts";
import { type Fault, FaultBoard } from "../faults.ts";
import { startLocalSlack } from "../slack/local-slack.ts";
import { publicPage } from "../vendors/statuspage.ts";
import type { AlertCall, AlertOutcome } from "./alert-sender.ts";
import { type BridgeEnv, type BridgeProcess, type BridgeStatus, freePort, portTaken } from "./bridge-process.ts";
import { type ChangeListener, createChangeFeed } from "./changes.ts";
import { createControlApp } from "./control-app.ts";
import { type DataDir, takeDataDir } from "./kept-world.ts";
import { BRIDGE_ENTRY, type Parts, startParts } from "./parts.ts";
import { actInSlack, type SlackAnswer, type SlackCallName, type StartSlack } from "./slack-part.ts";
import { type LedgerItem, TABLES } from "./store.ts";

const SAVE_EVERY_MS = 3_000;
const ASK_AFTER_MS = 10;

/** A port that this world needs is taken. The message says which and what to do. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

export interface WorldOptions {
  /** Of the control interface and the console; 0 = any free one. */
  port?: number | undefined;
  /** Default: the port after `port`, or any free one. */
  bridgePort?: number | undefined;
  /** Keeps the world in this directory. */
  data?: string | undefined;
  /** Runs the hosted functions in Deno. */
  deno?: boolean | undefined;
  /** Overrides of the bridge's configuration, for every start. */
  bridgeEnv?: BridgeEnv | undefined;
  /** Overrides of the hosted functions' environment. */
  functionEnv?: Record<string, string> | undefined;
  /** Serves the web console beside the control interface. */
  console?: boolean | undefined;
  /** Another bridge than the product's, for tests of the world itself. */
  bridgeEntry?: string | undefined;
  /** Bridges at one address; default 1. */
  replicas?: number | undefined;
  /** Another Slack than the local one, for tests of the world itself. */
  startSlack?: StartSlack | undefined;
}

/** A whole world on this machine. The HTTP control interface offers the same calls. */
export interface World {
  readonly url: string;
  readonly parts: { name: string; url: string }[];
  snapshot(): WorldSnapshot;
  ledger(incident?: string): Promise<LedgerItem[]>;
  alert(call: AlertCall): Promise<AlertOutcome>;
  slack(call: SlackCallName, body: Record<string, unknown>): Promise<SlackAnswer>;
  addFault(fault: Fault): Fault[];
  clearFaults(): void;
  bridge(action: "kill" | "stop" | "start", env?: BridgeEnv): Promise<BridgeStatus>;
  bridgeLines(): readonly string[];
  /** The bridges one by one. */
  replicas(): readonly BridgeProcess[];
  /** A fresh world at the same addresses of control interface and bridge. */
  reset(): Promise<void>;
  onChange(listener: ChangeListener): () => void;
  /** The first defined answer of `probe`, asked now and after every change; undefined after `timeoutMs`. */
  until<T>(probe: (snapshot: WorldSnapshot) => T | undefined, timeoutMs: number): Promise<T | undefined>;
  stop(): Promise<void>;
  /** Ends the child at once, without a goodbye. */
  destroy(): void;
}

export type WorldSnapshot = ReturnType<typeof snapshotOf>;

/** Starts everything. Answers 503 on the control interface until all parts were ready once. @throws PortTakenError, DataDirError */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const data = options.data === undefined ? undefined : takeDataDir(options.data);
  try {
    return await startWithin(options, data);
  } catch (error) {
    data?.release();
    throw error;
  }
}

async function startWithin(options: WorldOptions, data: DataDir | undefined): Promise<World> {
  const faults = new FaultBoard();
  const changes = createChangeFeed((error) => console.error("a listener of the world's changes failed:", error));
  let parts: Parts | undefined;
  let stopping = false;

  const control = createControlApp({ world: () => (parts ? world : undefined), changes });
  const server = await listen(control.app, options.port ?? 0);
  const port = (server.address() as AddressInfo).port;
  const bridgePort = options.bridgePort ?? (options.port ? port + 1 : await freePort());

  const start = async (): Promise<Parts> =>
    startParts({
      faults,
      changes,
      bridgePort,
      bridgeEntry: options.bridgeEntry ?? BRIDGE_ENTRY,
      replicas: options.replicas ?? 1,
      startSlack: options.startSlack ?? startLocalSlack,
      bridgeEnv: options.bridgeEnv ?? {},
      functionEnv: options.functionEnv ?? {},
      deno: options.deno ?? false,
      data,
    });
  const running = (): Parts => {
    if (!parts) throw new Error("the world is not ready");
    return parts;
  };

  // Starting, stopping and resetting never overlap.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  let dirty = false;
  let saving: NodeJS.Timeout | undefined;
  const save = async () => {
    if (!data || !parts || !dirty) return;
    dirty = false;
    data.write(await parts.keep());
  };
  if (data) {
    changes.subscribe(() => {
      dirty = true;
    });
    saving = setInterval(() => {
      void inTurn(save).catch((error: unknown) => console.error("the world could not be saved:", error));
    }, SAVE_EVERY_MS);
    saving.unref();
  }

  const world: World = {
    url: `http://127.0.0.1:${port}`,
    get parts() {
      return partsOf(running());
    },
    snapshot: () => snapshotOf(running(), faults.list()),
    ledger: (incident) => running().store.ledger(incident),
    alert: (call) => running().sender.send(call),
    slack: (call, body) => actInSlack(running().slack, call, body),
    addFault(fault) {
      faults.add(fault);
      changes.emit("faults", "added", { target: fault.target, kind: fault.kind });
      return faults.list();
    },
    clearFaults() {
      faults.clear();
      changes.emit("faults", "cleared");
    },
    bridge: (action, env) =>
      inTurn(async () => {
        const { bridge } = running();
        if (action === "kill") await bridge.kill();
        else if (action === "stop") await bridge.stop();
        else await bridge.start(env);
        return bridge.status();
      }),
    bridgeLines: () => running().bridge.lines,
    replicas: () => running().bridge.each,
    reset: () =>
      inTurn(async () => {
        faults.clear();
        await running().stop();
        data?.clear();
        parts = await start();
        changes.emit("world", "reset");
      }),
    onChange: changes.subscribe,
    until: (probe, timeoutMs) =>
      new Promise((resolve, reject) => {
        let unsubscribe = () => {};
        let asked = false;
        let asking: NodeJS.Timeout | undefined;
        const end = (settle: () => void) => {
          unsubscribe();
          clearTimeout(deadline);
          clearTimeout(asking);
          clearInterval(poll);
          settle();
        };
        const ask = () => {
          asked = false;
          try {
            const found = probe(world.snapshot());
            if (found !== undefined) end(() => resolve(found));
          } catch (error) {
            end(() => reject(error));
          }
        };
        // A burst of changes is one question: a snapshot of a busy world is not free.
        const soon = () => {
          if (asked) return;
          asked = true;
          asking = setTimeout(ask, ASK_AFTER_MS);
        };
        const deadline = setTimeout(() => end(() => resolve(undefined)), timeoutMs);
        // Some conditions depend on time alone.
        const poll = setInterval(soon, 250);
        unsubscribe = changes.subscribe(soon);
        soon();
      }),
    stop: () =>
      inTurn(async () => {
        if (stopping) return;
        stopping = true;
        if (saving) clearInterval(saving);
        control.close();
        const ending = parts;
        // Kept after the bridge stopped: its last words may still change a simulator.
        await ending?.stopBridge();
        dirty = true;
        await save();
        await ending?.stop();
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
        data?.release();
      }),
    destroy: () => {
      parts?.bridge.destroy();
      data?.release();
    },
  };

  try {
    if (await portTaken(bridgePort)) {
      throw new PortTakenError(
        `Port ${bridgePort} (the bridge) is in use; stop what listens there or choose another with --bridge-port N.`,
      );
    }
    const [started, router] = await Promise.all([inTurn(start), options.console ? loadConsole() : undefined]);
    if (router) control.mount(router);
    parts = started;
  } catch (error) {
    control.close();
    server.close();
    server.closeAllConnections();
    throw error;
  }
  changes.emit("world", "ready");
  return world;
}

function snapshotOf(parts: Parts, faults: Fault[]) {
  const { statuspage, linear, secrets, bedrock, oncall, mimir, loki, tempo, github, workos, fallback } = parts.vendors;
  return {
    slack: parts.slack.snapshot(),
    statuspage: {
      incidents: statuspage.state.incidents,
      components: statuspage.state.components,
      public: publicPage(statuspage.state),
      requests: statuspage.requests,
    },
    linear: {
      issues: linear.state.issues,
      attachments: linear.state.attachments,
      requests: linear.requests,
    },
    github: { repositories: Object.keys(github.state.repositories), requests: github.requests },
    bedrock: { requests: bedrock.state.calls },
    oncall: { alert_groups: oncall.state.alertGroups, pages: oncall.state.pages, requests: oncall.requests },
    mimir: { requests: mimir.requests },
    loki: { requests: loki.requests },
    tempo: { requests: tempo.requests },
    workos: { requests: workos.requests },
    fallback_webhook: { posts: fallback.state.posts },
    secrets: Object.fromEntries(
      Object.entries(secrets.state.secrets).map(([name, versions]) => [
        name,
        { versions: versions.map(({ id, stages, createdAt }) => ({ id, stages, created_at: createdAt })) },
      ]),
    ),
    store: {
      endpoint: parts.store.url,
      region: CAST.region,
      tables: TABLES,
      log: parts.logPath,
      verifierKey: parts.verifierKey,
    },
    bridge: parts.bridge.status(),
    faults,
    parts: partsOf(parts),
  };
}

function partsOf({ bridge, store, slack, relay, vendors }: Parts): { name: string; url: string }[] {
  return [
    { name: "bridge", url: bridge.status().url },
    { name: "slack", url: slack.url },
    { name: "store", url: store.url },
    { name: "oncall relay", url: relay.url },
    ...Object.values(vendors).map(({ name, url }) => ({ name, url })),
  ];
}

async function loadConsole(): Promise<Router> {
  const { consoleRouter } = await import("../console/serve-console.ts");
  return consoleRouter();
}

const listen = (app: Express, port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer(app);
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new PortTakenError(
              `Port ${port} (console) is in use; stop what listens there or choose another with --port N.`,
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
