import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { bundleBridge } from "../../../bridge/deploy/image/bundle.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CACHE = `${ROOT}node_modules/.cache/incident-response/`;
const MAX_LINES = 2_000;
const MAX_LINE_CHARS = 4_000;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 25;

export type BridgeEnv = Readonly<Record<string, string>>;

export interface BridgeStatus {
  pid: number | null;
  url: string;
  internal_url: string;
  running: boolean;
  /** Names only: the values are nobody's business. */
  env_names: string[];
}

export interface BridgeProcess {
  status(): BridgeStatus;
  /** Spawns the process and waits until `/health` answers 200. `env` overrides configuration for this run. @throws when it ends first */
  start(env?: BridgeEnv): Promise<void>;
  /** SIGKILL: nothing is flushed, nothing is said. */
  kill(): Promise<void>;
  /** SIGTERM; SIGKILL after `patienceMs`, by default 30 s: longer than the bridge takes to finish what it has begun. */
  stop(patienceMs?: number): Promise<void>;
  /** SIGKILL without waiting, for the last moment of the parent. */
  destroy(): void;
  /** What it wrote to standard output and error, oldest first, the newest 2,000 lines. */
  readonly lines: readonly string[];
}

export interface BridgeProcessOptions {
  /** A TypeScript or JavaScript entry point. */
  entry: string;
  port: number;
  env: BridgeEnv;
  onChange?: ((event: "started" | "ended") => void) | undefined;
}

/** Bundles our own sources into one plain file below `node_modules`; packages stay where they are. */
export async function compileBridge(entry: string): Promise<string> {
  const contents = await bundleBridge(entry);
  // Named by content: several worlds of one checkout may start at the same moment.
  const file = `${CACHE}bridge-${createHash("sha256").update(contents).digest("hex").slice(0, 16)}.mjs`;
  if (!existsSync(file)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, contents);
    renameSync(`${file}.${process.pid}`, file);
  }
  return file;
}

/** Runs the bridge as its own process on fixed ports, so that it can be killed and come back at the same address. */
export async function createBridgeProcess(options: BridgeProcessOptions): Promise<BridgeProcess> {
  const [file, internalPort] = await Promise.all([compileBridge(options.entry), freePort()]);
  const url = `http://127.0.0.1:${options.port}`;
  const lines: string[] = [];
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let envNames: string[] = [];

  const keep = (line: string) => {
    lines.push(line.slice(0, MAX_LINE_CHARS));
    if (lines.length > MAX_LINES) lines.shift();
  };
  const running = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  const end = async (signal: "SIGKILL" | "SIGTERM", patienceMs = STOP_TIMEOUT_MS): Promise<void> => {
    const target = child;
    if (!target || !running()) return;
    target.kill(signal);
    const late = setTimeout(() => target.kill("SIGKILL"), patienceMs);
    await ended;
    clearTimeout(late);
  };

  return {
    lines,
    status: () => ({
      pid: running() ? (child?.pid ?? null) : null,
      url,
      internal_url: `http://127.0.0.1:${internalPort}`,
      running: running(),
      env_names: envNames,
    }),
    async start(overrides = {}) {
      if (running()) throw new Error("the bridge is already running");
      const env: Record<string, string> = {
        ...options.env,
        ...overrides,
        PORT: String(options.port),
        INTERNAL_PORT: String(internalPort),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      };
      envNames = Object.keys(env).sort();
      const from = lines.length;
      const spawned = spawn(process.execPath, ["--enable-source-maps", file], {
        cwd: ROOT,
        env: { ...env, PATH: process.env.PATH ?? "" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = spawned;
      for (const stream of [spawned.stdout, spawned.stderr]) createInterface({ input: stream }).on("line", keep);
      ended = new Promise((resolve) => {
        spawned.once("error", () => resolve());
        spawned.once("close", () => {
          options.onChange?.("ended");
          resolve();
        });
      });
      await untilHealthy(url, running, () => lines.slice(Math.min(from, lines.length)));
      options.onChange?.("started");
    },
    kill: () => end("SIGKILL"),
    stop: (patienceMs) => end("SIGTERM", patienceMs),
    destroy: () => {
      if (running()) child?.kill("SIGKILL");
    },
  };
}

async function untilHealthy(url: string, running: () => boolean, said: () => string[]): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (!running()) throw new Error(`the bridge ended while starting:\n${said().slice(-20).join("\n")}`);
    if (await isHealthy(url)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the bridge did not answer ${url}/health with 200 within 30 s:\n${said().slice(-20).join("\n")}`);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    await reply.arrayBuffer();
    return reply.status === 200;
  } catch {
    // Not listening yet: the caller asks again.
    return false;
  }
}

/** Below all ports that Linux, macOS and Windows give out by themselves. */
const CHOSEN_PORTS = { from: 20_000, to: 32_000 };
const PORT_TRIES = 50;

/**
 * A port nobody listens on now. Not one that the system picks: those also serve outgoing connections, and one of these would
 * sit on the bridge's port while the bridge is being started again.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = randomInt(CHOSEN_PORTS.from, CHOSEN_PORTS.to);
    if (!(await portTaken(port))) return port;
  }
  throw new Error(`${PORT_TRIES} ports between ${CHOSEN_PORTS.from} and ${CHOSEN_PORTS.to} were all taken`);
}

/** Whether somebody listens on this port of 127.0.0.1. */
export const portTaken = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(true));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
  });
