import { fileURLToPath } from "node:url";
import { evolve } from "../../bridge/incident/evolve.ts";
import { type Incident, initialIncident } from "../../bridge/incident/state.ts";
import { readConfig } from "../../bridge/platform/config.ts";
import type { Logger } from "../../bridge/platform/logger.ts";
import { systemRandom } from "../../bridge/platform/random.ts";
import { startBridge } from "../../bridge/start-bridge.ts";
import type { Command, CommandReply } from "../../shared/contracts/commands.ts";
import { ROOM_STEPS } from "../../shared/contracts/outbox.ts";
import { SIGNATURE_HEADER, signRequest, TIMESTAMP_HEADER } from "../../shared/signing.ts";
import { CAST } from "../sandbox/cast.ts";
import { type LocalSlack, startLocalSlack } from "../sandbox/slack/local-slack.ts";
import { startFallbackWebhook } from "../sandbox/vendors/fallback-webhook.ts";
import { startGitHub } from "../sandbox/vendors/github.ts";
import { startLinear } from "../sandbox/vendors/linear.ts";
import { startLoki } from "../sandbox/vendors/loki.ts";
import { startMimir } from "../sandbox/vendors/mimir.ts";
import { rememberAlertGroup, startOnCall } from "../sandbox/vendors/oncall.ts";
import { openingSecrets, startSecrets } from "../sandbox/vendors/secrets.ts";
import { startStatuspage } from "../sandbox/vendors/statuspage.ts";
import { startTempo } from "../sandbox/vendors/tempo.ts";
import { createAlertSender } from "../sandbox/world/alert-sender.ts";
import { bridgeEnv } from "../sandbox/world/bridge-env.ts";
import { mintSecrets, secretTexts } from "../sandbox/world/secret-values.ts";
import { startStore, TABLES } from "../sandbox/world/store.ts";
import { DyingFunctions } from "./dying-functions.ts";
import { type DeathPlan, type GenerationProxy, type Outgoing, startGenerationProxy } from "./generation-proxy.ts";
import { eventsOf, type LedgerRecord, publicTwins, readRecord, roomFaults, unapprovedWrites } from "./record-check.ts";
import { type StableFront, startStableFront } from "./stable-front.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Slack counts calls by the minute; each run begins in a minute of its own. */
const NEXT_MINUTE_MS = 61_000;
/** A dead process' loops end at once instead of trying on for seconds: its clock has run out. */
const RUN_OUT_MS = 3_600_000;
/** Longer than a hosted function may live, and than every lease. */
const LONG_MS = 65_000;
/** Leases of the bridge's own effects and of the outbox. */
const LEASE_MS = 3_000;
/** A short outage that has not healed by itself after this long was followed by a quiet minute. */
const SHORT_PATIENCE_MS = 5_000;
/** Hosted code waits at most this long between two of its own steps: a second between messages of one channel. */
const STEP_MS = 1_150;
const LOOK_EVERY_MS = 20;
const MAX_LINES = 200;
const PATIENCE_MS = 25_000;

const READS = /\/api\/(users\.|usergroups\.|auth\.|conversations\.(history|list|info|members)|bookmarks\.list)/;

/** Whether a request can change anything outside the process. Between two of those a death leaves the same world behind. */
export function changesSomething({ to, method, path, operation, body }: Outgoing): boolean {
  switch (to) {
    case "store":
      return /^(Put|Update|Delete|BatchWrite|Transact)/.test(operation);
    case "secrets":
    case "mimir":
    case "loki":
    case "tempo":
    case "github":
      return false;
    case "linear":
      return /"query":"\s*mutation/.test(body);
    case "slack":
      return !READS.test(path);
    default:
      return method !== "GET";
  }
}

/** The same without leases, rates, heartbeats and the mark of a drain at work: those are held or lapsed whatever the death. */
export const changesTruth = (request: Outgoing): boolean =>
  changesSomething(request) && !(request.to === "store" && /"(LEASE#|RATE#|HEARTBEAT#|DRAIN")/.test(request.body));

/** A Slack with the hosted app and a fixed address for the bridge: what outlives every process that dies. */
export interface Lane {
  slack: LocalSlack;
  front: StableFront;
  functions: DyingFunctions;
  /** A fresh store, fresh vendors and no bridge yet. */
  begin(): Promise<CrashRun>;
  close(): Promise<void>;
}

export interface CrashRun {
  /** Starts the next generation of the bridge. It may die while it starts. */
  start(options?: { plan?: DeathPlan; sweepEveryMs?: number }): Promise<Generation>;
  now(): number;
  /** Time passes for everybody but the functions. */
  advance(ms: number): void;
  /** Sends the run's one alert, always the same; true when it was accepted. */
  alert(): Promise<boolean>;
  /** A command signed as the functions sign theirs; undefined when there was no answer. */
  command(command: Command): Promise<CommandReply | undefined>;
  record(): Promise<LedgerRecord>;
  /** The run's incident as its ledger says, once there is one. */
  incident(): Promise<Incident | undefined>;
  /** Waits for `look`. @throws naming what was waited for and the bridge's last words */
  until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, patienceMs?: number): Promise<T>;
  /** More than a minute passes: no drain that ran before lives, and no lease that was given holds. */
  minute(): Promise<void>;
  /**
   * The bridge was away and comes back: after more than a minute, or at once, when drains are still alive, hold leases and
   * repeat their reports. Waits until `look` finds what must come of it.
   */
  comeBack<T>(outage: "long" | "short", what: string, look: () => Promise<T | undefined>): Promise<T>;
  room(): ReturnType<LocalSlack["snapshot"]>["channels"][number] | undefined;
  statuspage: Awaited<ReturnType<typeof startStatuspage>>;
  linear: Awaited<ReturnType<typeof startLinear>>;
  faults(): Promise<string[]>;
  end(): Promise<void>;
}

export interface Generation {
  proxy: GenerationProxy;
  die(): void;
}

export async function startLane(): Promise<Lane> {
  const functions = new DyingFunctions();
  const values = mintSecrets();
  const front = await startStableFront();
  let slackAhead = 0;
  const slack = await startLocalSlack({
    root: ROOT,
    env: { BRIDGE_BASE_URL: front.url, BRIDGE_SHARED_SECRET: values["slack-functions"], DRAIN_BUDGET_MS: "4000" },
    faults: functions,
    clock: { now: () => Date.now() + slackAhead },
    // What hangs because it was killed ends here; nothing else of this app takes so long.
    limits: { functionMs: 8_000 },
    companion: {
      commandsUrl: () => `${front.url}/slack/commands`,
      interactionsUrl: () => `${front.url}/slack/interactions`,
      signingSecret: values["slack-companion"].signing_secret,
      botToken: values["slack-companion"].bot_token,
    },
  });
  functions.watch(slack, front.url);
  values["slack-triggers"] = { doorbell: slack.triggers.doorbell, links: slack.triggers.links };
  const stopping: Promise<unknown>[] = [];

  const begin = async (): Promise<CrashRun> => {
    let ahead = 0;
    slackAhead += NEXT_MINUTE_MS;
    const now = () => Date.now() + ahead;
    /** Read and folded again only after a write: whoever waits asks often. */
    let known: { record: Promise<LedgerRecord>; incident?: Promise<Incident | undefined> } | undefined;
    // Never closed: what a dead generation asked for last may still be in the engine, which does not bear that. It is gone with
    // the process.
    const store = await startStore({
      faults: functions,
      onWrite: (_operation, table) => {
        if (table === TABLES.ledger) known = undefined;
      },
    });
    const common = { faults: functions, now };
    const statuspage = await startStatuspage({ ...common, apiKey: values.statuspage.api_key });
    const linear = await startLinear({ ...common, apiKey: values.linear.api_key });
    const secrets = await startSecrets(common);
    const oncall = await startOnCall({ ...common, token: values["oncall-api"].token });
    const mimir = await startMimir({ ...common, ...values.mimir });
    const loki = await startLoki({ ...common, ...values.loki });
    const tempo = await startTempo({ ...common, ...values.tempo });
    const github = await startGitHub({ ...common, token: values.github.token });
    const fallback = await startFallbackWebhook(common);
    values["fallback-webhook"] = `${fallback.url}/hooks/incidents`;
    secrets.state.secrets = openingSecrets(secretTexts(values, CAST.secretsPrefix), Date.now()).secrets;
    const sender = createAlertSender({
      bridgeUrl: front.url,
      secrets: { oncall: () => values["oncall-webhook"], alerting: () => values["alerting-webhook"] },
      now: Date.now,
      onGroup: (group) => rememberAlertGroup(oncall.state, group),
      onSent: () => {},
    });
    const group = `ICRASH${systemRandom.code(7)}`;
    const firedAt = new Date(now()).toISOString();
    const lines: string[] = [];
    const generations: GenerationProxy[] = [];

    const start: CrashRun["start"] = async ({ plan, sweepEveryMs = 500 } = {}) => {
      const name = `g${generations.length + 1}`;
      let extra = 0;
      let bridge: Awaited<ReturnType<typeof startBridge>> | undefined;
      let over = false;
      const proxy = await startGenerationProxy({
        neighbours: {
          store: store.url,
          secrets: secrets.url,
          slack: slack.url,
          statuspage: statuspage.url,
          linear: linear.url,
          oncall: oncall.url,
          mimir: mimir.url,
          loki: loki.url,
          tempo: tempo.url,
          github: github.url,
        },
        // Only the doorbell is the bridge's own call; the forms' links are what people press.
        rewrite: (to, body, own) =>
          to === "secrets" ? body.replaceAll(`${slack.url}/triggers/`, `${own("slack")}/triggers/`) : body,
        now,
        onDeath: () => {
          over = true;
          extra = RUN_OUT_MS;
          front.lead(undefined);
          if (bridge) stopping.push(bridge.stop());
        },
      });
      generations.push(proxy);
      const config = readConfig({
        ...bridgeEnv({
          bridge: front.url,
          store: proxy.url("store"),
          secrets: proxy.url("secrets"),
          bedrock: proxy.url("bedrock"),
          slackApi: `${proxy.url("slack")}/api/`,
          statuspage: proxy.url("statuspage"),
          linear: proxy.url("linear"),
          oncall: `${proxy.url("oncall")}/`,
          mimir: proxy.url("mimir"),
          loki: proxy.url("loki"),
          tempo: proxy.url("tempo"),
          github: proxy.url("github"),
        }),
        DRAFTER: "template",
        PORT: "0",
        INTERNAL_PORT: "0",
        SWEEP_EVERY_MS: String(sweepEveryMs),
        EFFECT_LEASE_MS: String(LEASE_MS),
        REPAINT_EVERY_MS: "50",
        CARD_GRACE_MS: "500",
        CLAIM_WAIT_MS: "2000",
        RECONCILE_SETTLE_MS: "1000",
      });
      if (plan) proxy.plan(plan);
      try {
        bridge = await startBridge({
          config,
          clock: { now, monotonic: () => performance.now() + extra },
          random: systemRandom,
          log: collect(name, lines),
        });
      } catch (error) {
        // Dying while it starts is part of the experiment; anything else is not.
        if (!proxy.dead) throw error;
      }
      if (bridge && over) stopping.push(bridge.stop());
      if (bridge && !over) front.lead(bridge.port);
      return { proxy, die: proxy.die };
    };

    const look = () => {
      known ??= { record: store.ledger().then(readRecord) };
      return known;
    };
    const record = () => look().record;
    const fold = async (held: Promise<LedgerRecord>): Promise<Incident | undefined> => {
      const [first] = (await held).streams;
      return first?.[1].reduce(evolve, initialIncident(first[0]));
    };
    const incident = (): Promise<Incident | undefined> => {
      const now = look();
      now.incident ??= fold(now.record);
      return now.incident;
    };
    const room = () => {
      const { channels } = slack.snapshot();
      const newest = channels.at(-1);
      return newest?.name.startsWith("inc-") ? newest : undefined;
    };

    const until: CrashRun["until"] = async (what, look, patienceMs = PATIENCE_MS) => {
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) {
          const events = [...(await record()).streams.keys()].map(async (id) =>
            eventsOf(await record(), id).map((event) => JSON.stringify(event).slice(0, 160)),
          );
          throw new Error(
            `waited ${patienceMs / 1_000} s for ${what}\n${(await Promise.all(events)).flat().join("\n")}\n${lines.slice(-40).join("\n")}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    };

    const minute: CrashRun["minute"] = async () => {
      // Whatever is under way between two reports is done long before a minute is over.
      await until("drains between two steps", () => Date.now() - functions.lastCallAt > STEP_MS || undefined);
      functions.kill();
      ahead += LONG_MS;
    };
    const waited = new Set<number>();

    return {
      start,
      now,
      advance(ms) {
        ahead += ms;
      },
      async alert() {
        const { status } = await sender.send({
          fixture: "oncall-alert-group-created",
          scheme: "S1T",
          // One moment in two forms, as OnCall writes it.
          overrides: {
            alert_group_id: group,
            alert_group: { id: group, created_at: firedAt },
            event: { time: firedAt.replace("Z", "+00:00") },
          },
        });
        return status >= 200 && status < 300;
      },
      async command(command) {
        const path = "/v1/commands";
        const body = JSON.stringify(command);
        const timestamp = String(Math.floor(Date.now() / 1_000));
        const signature = await signRequest({ method: "POST", path, timestamp, body }, values["slack-functions"]);
        try {
          const reply = await fetch(`${front.url}${path}`, {
            method: "POST",
            body,
            headers: {
              "content-type": "application/json",
              [TIMESTAMP_HEADER]: timestamp,
              [SIGNATURE_HEADER]: signature,
            },
          });
          return reply.status === 200 ? ((await reply.json()) as CommandReply) : undefined;
        } catch {
          // No answer: the bridge died with it.
          return undefined;
        }
      },
      record,
      incident,
      until,
      minute,
      async comeBack(outage, what, look) {
        if (outage === "long") await minute();
        await start({ sweepEveryMs: 300 });
        const began = Date.now();
        return until(what, async () => {
          const found = await look();
          if (
            found === undefined &&
            outage === "short" &&
            Date.now() - began > SHORT_PATIENCE_MS &&
            !waited.has(began)
          ) {
            waited.add(began);
            await minute();
          }
          return found;
        });
      },
      room,
      statuspage,
      linear,
      async faults() {
        const held = await record();
        const snapshot = slack.snapshot();
        // Rooms of earlier runs stand in the same Slack.
        const names = [...held.streams.keys()].map((id) => id.slice(-4).toLowerCase());
        snapshot.channels = snapshot.channels.filter(({ name }) => names.some((code) => name.includes(`-${code}`)));
        return [
          ...held.broken,
          ...unapprovedWrites(held, statuspage.requests),
          ...publicTwins(statuspage.state.incidents),
          ...roomFaults(held, snapshot),
          ...(held.streams.size > 1 ? [`one alert made ${held.streams.size} incidents`] : []),
        ];
      },
      async end() {
        functions.kill();
        for (const generation of generations) generation.die();
        sender.close();
        const parts = [statuspage, linear, secrets, oncall, mimir, loki, tempo, github, fallback, ...generations];
        await Promise.all(parts.map((part) => part.close()));
      },
    };
  };

  return {
    slack,
    front,
    functions,
    begin,
    close: async () => {
      functions.kill();
      await Promise.allSettled(stopping);
      await front.close();
      await slack.stop();
      functions.stop();
    },
  };
}

export interface Death extends Pick<DeathPlan, "at" | "when"> {
  /** How long nobody is there afterwards. Every other one is short. */
  outage: "long" | "short";
}

/** What one run found: whether it came to its death at all, and what is wrong afterwards. */
export interface Survived {
  reached: boolean;
  wrong: string[];
}

/**
 * One death a run, at every call that counts, until a run gets through without meeting its death. The lanes work side by side.
 * - `each`: every call that changes anything counts. Once before the first of them, then after each, its reply lost: to die before
 *   one leaves the same world behind as to die after the one before.
 * - `around`: only some count, and others may lie between them: before and after each.
 */
export async function everyDeath(
  lanes: readonly Lane[],
  way: "each" | "around",
  through: (lane: Lane, death: Death) => Promise<Survived>,
): Promise<{ deaths: number; wrong: string[] }> {
  let next = 0;
  let over = false;
  let deaths = 0;
  const wrong: string[] = [];
  await Promise.all(
    lanes.map(async (lane) => {
      while (!over) {
        const n = next;
        next += 1;
        const survived = await through(lane, deathOf(n, way));
        wrong.push(...survived.wrong);
        if (survived.reached) deaths += 1;
        // One broken world is enough to look at.
        if (!survived.reached || survived.wrong.length > 0) over = true;
      }
    }),
  );
  return { deaths, wrong };
}

function deathOf(n: number, way: "each" | "around"): Death {
  if (way === "around") {
    return {
      at: Math.floor(n / 2) + 1,
      when: n % 2 === 0 ? "before" : "after",
      outage: Math.floor(n / 2) % 2 === 0 ? "long" : "short",
    };
  }
  const outage = n % 2 === 0 ? "long" : "short";
  return n === 0 ? { at: 1, when: "before", outage } : { at: n, when: "after", outage };
}

export const startLanes = async (count: number): Promise<Lane[]> => {
  const lanes: Lane[] = [];
  for (let n = 0; n < count; n += 1) lanes.push(await startLane());
  return lanes;
};

/** A sentence when two things differ. */
export const differs = (what: string, got: unknown, wanted: unknown): string[] =>
  JSON.stringify(got) === JSON.stringify(wanted)
    ? []
    : [`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`];

/** How many messages of this kind the run's room shows. */
export const shownIn = (run: CrashRun, kind: string): number =>
  run.room()?.messages.filter(({ metadata }) => metadata?.event_type === kind).length ?? 0;

/** The room stands, everybody is in, every step is done and the first offer of command is made. */
export async function roomIsOpen(run: CrashRun): Promise<Incident | undefined> {
  const incident = await run.incident();
  const done = incident && ROOM_STEPS.every((step) => incident.steps[step]?.ok);
  return done && incident.roomOpenedAt && incident.messages.has("offer-0") ? incident : undefined;
}

/** Runs one life with a death in it; whatever goes wrong becomes a sentence that names the death. */
export async function survive(
  lane: Lane,
  live: (run: CrashRun, died: (at: string) => void) => Promise<Survived>,
): Promise<Survived> {
  const run = await lane.begin();
  let label = "";
  try {
    const { reached, wrong } = await live(run, (at) => {
      label = `${at}: `;
    });
    return { reached, wrong: wrong.map((fault) => `${label}${fault}`) };
  } catch (error) {
    return { reached: true, wrong: [`${label}${error instanceof Error ? error.message : String(error)}`] };
  } finally {
    await run.end();
  }
}

function collect(name: string, lines: string[]): Logger {
  const keep = (level: string) => (event: string, fields?: Readonly<Record<string, unknown>>) => {
    const error = fields?.error instanceof Error ? ` ${fields.error.name}: ${fields.error.message}` : "";
    lines.push(`${name} ${level} ${event} ${JSON.stringify({ ...fields, error: undefined })}${error}`.slice(0, 300));
    if (lines.length > MAX_LINES) lines.shift();
  };
  const logger: Logger = {
    debug: () => {},
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
    child: () => logger,
  };
  return logger;
}
