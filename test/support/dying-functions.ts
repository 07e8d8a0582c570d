import { type Fault, FaultBoard, type FaultTarget } from "../sandbox/faults.ts";
import type { LocalSlack } from "../sandbox/slack/local-slack.ts";

export interface FunctionDeath {
  at: number;
  when: "before" | "after";
}

/** Calls that only hosted functions make here; looking people up is the bridge's. */
const HOSTED = /^(conversations|bookmarks|pins|chat|apps\.datastore|functions|auth)\./;
const DRAINS = ["drain_outbox", "sweep"];

/** Counts the Web API calls of hosted functions and ends the drains at the k-th: nothing they would still have done happens. */
export class DyingFunctions extends FaultBoard {
  /** When hosted code last called Slack, on the machine's clock. */
  lastCallAt = 0;
  dead = false;
  /** What they died at. */
  last = "";
  #plan: FunctionDeath | undefined;
  #counted = 0;
  #slack: Pick<LocalSlack, "snapshot" | "kill"> | undefined;
  #bridge = "";
  readonly #gone = new Set<string>();

  /** Whose functions die. Their calls to the bridge go through this process's fetch and are held back for ever once they are dead. */
  watch(slack: Pick<LocalSlack, "snapshot" | "kill">, bridgeUrl: string): void {
    this.#slack = slack;
    this.#bridge = new URL(bridgeUrl).host;
    watched.set(this.#bridge, this.#gone);
    holdBack();
  }

  /** Counts from here on. */
  plan(plan: FunctionDeath): void {
    this.#plan = plan;
    this.#counted = 0;
    this.dead = false;
  }

  /** Ends all drains that run now. Whoever only serves a card's buttons does not run. */
  kill(): void {
    this.#plan = undefined;
    for (const { id, status, function: name } of this.#slack?.snapshot().executions ?? []) {
      if (status !== "running" || !DRAINS.includes(name)) continue;
      this.#gone.add(id);
      this.#slack?.kill(id);
    }
  }

  stop(): void {
    watched.delete(this.#bridge);
  }

  override take(target: FaultTarget, request: string): Fault | undefined {
    if (target !== "slack" || !HOSTED.test(request)) return super.take(target, request);
    this.lastCallAt = Date.now();
    if (!this.#plan) return super.take(target, request);
    this.#counted += 1;
    const { at, when } = this.#plan;
    if (this.#counted !== at) return super.take(target, request);
    this.last = `${when} ${request}`;
    this.#plan = undefined;
    const die = () => {
      this.kill();
      this.dead = true;
    };
    if (when === "before") die();
    // The call itself is still carried out, in this turn of the loop.
    else setImmediate(die);
    return { target, kind: when === "before" ? "down" : "commit_then_drop" };
  }
}

/** By the host of the bridge they call: executions of two Slacks may have the same id. */
const watched = new Map<string, ReadonlySet<string>>();
let holding = false;

/** In front of the process's fetch: what a dead function says to the bridge never leaves, and it never hears that. */
function holdBack(): void {
  if (holding) return;
  holding = true;
  const open = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const who = /"executionId":"([^"]+)"/.exec(typeof init?.body === "string" ? init.body : "")?.[1] ?? "";
    const dead = watched.get(new URL(input instanceof Request ? input.url : String(input)).host);
    const gone = () => dead?.has(who) ?? false;
    if (gone()) return new Promise<Response>(() => {});
    const response = await open(input, init);
    return gone() ? new Promise<Response>(() => {}) : response;
  };
}
