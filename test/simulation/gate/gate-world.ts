import type * as fc from "fast-check";
import type { ApiDeps } from "../../../bridge/api/api-deps.ts";
import { runCommand } from "../../../bridge/api/run-command.ts";
import { bundlesUnprovable } from "../../../bridge/audit/bundle-proof.ts";
import type { EffectHandlers } from "../../../bridge/effects/effect-handlers.ts";
import {
  expireDraftEffect,
  lapseEffect,
  publishEffect,
  reconcileEffect,
  watchPageEffect,
  watchTwinEffect,
} from "../../../bridge/effects/publish-effects.ts";
import { runEffects } from "../../../bridge/effects/run-effects.ts";
import type { TextScan } from "../../../bridge/incident/decide/approve.ts";
import { proposeDraft } from "../../../bridge/incident/decide/drafts.ts";
import { evolve } from "../../../bridge/incident/evolve.ts";
import { type Incident, initialIncident } from "../../../bridge/incident/state.ts";
import type { ViewWorld } from "../../../bridge/incident/views/view-world.ts";
import type { Lease, Leases } from "../../../bridge/index-table/leases.ts";
import { openEntry } from "../../../bridge/ledger/entry.ts";
import type { Entry } from "../../../bridge/ledger/entry-types.ts";
import { createLedger, type Ledger } from "../../../bridge/ledger/ledger.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { createOfferProof } from "../../../bridge/offered-proof.ts";
import type { Clock } from "../../../bridge/platform/clock.ts";
import type { Logger } from "../../../bridge/platform/logger.ts";
import type { Random } from "../../../bridge/platform/random.ts";
import { AutoPublishNotPermittedError } from "../../../bridge/publish-gate/approved-publish.ts";
import type { ApproverFacts } from "../../../bridge/publish-gate/approver.ts";
import { createFindOnPage } from "../../../bridge/publish-gate/find-on-page.ts";
import type { PageReader } from "../../../bridge/publish-gate/page-reader.ts";
import type { PublishDeps } from "../../../bridge/publish-gate/publish.ts";
import { createStatuspageWrite } from "../../../bridge/publish-gate/statuspage-write.ts";
import { scanOf } from "../../../bridge/world.ts";
import type { Command, CommandReply } from "../../../shared/contracts/commands.ts";
import type { IncidentClass, PublicStatus, Severity } from "../../../shared/vocabulary.ts";
import {
  COMPONENT,
  commandTaken,
  INCIDENT,
  PAGE,
  PEOPLE,
  ROOM,
  roomOpened,
  TEAM,
} from "../../support/incident-events.ts";
import { memoryStore, storeFailure } from "../../support/ledgers.ts";
import { memoryWords, readable, withWords } from "../../support/memory-words.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { recordingPage } from "./page.ts";

export const API_KEY = "key-that-nobody-may-write-down";
const START = Date.parse("2026-11-21T09:14:05.000Z");
const TTL_MS = 600_000;
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
export const SETTLE_MS = 40_000;

/** What differs between schedules from their first moment on. */
export interface Setup {
  class: IncidentClass;
  severity: Severity;
  /** Something of this incident is public already, so that every text is an update of it. */
  alreadyPublic: boolean;
  patchMetadata: "replace" | "keep";
  /** How far the second replica's clock is off. */
  skewMs: number;
}

/** One card that was painted in Slack, with what stood on it. */
export interface PaintedCard {
  draftId: string;
  version: number;
  contentHash: string;
  channel: string;
  ts: string;
  body: string;
}

/** One click, as Slack delivered it, with the message it was made on. */
export interface Clicked {
  commandId: string;
  type: Command["type"];
  actor: string;
  draftId: string;
  version: number;
  hash16: string;
  channel: string;
  ts: string;
}

export interface LookedUp {
  owner: string;
  why: "click" | "claim";
  /** Length of the stream when Slack answered. */
  afterSeq: number;
  userId: string;
  facts: ApproverFacts;
}

export interface Recorded {
  entry: Entry;
  /** World time when the store took it. */
  landedAt: number;
  /** World time when it was first offered to the store. */
  offeredAt: number;
  /** State after it. */
  state: Incident;
}

/** All that the invariants may look at: what reached the outside, never what the product keeps in memory. */
export interface Evidence {
  setup: Setup;
  stream: readonly Recorded[];
  page: ReturnType<typeof recordingPage>;
  cards: readonly PaintedCard[];
  clicks: ReadonlyMap<string, Clicked>;
  lookUps: readonly LookedUp[];
  /** Reads of the whole stream, from its first entry. */
  wholeReads: readonly { owner: string; length: number; afterWrites: number }[];
  covered: readonly { seq: number }[];
  logged: readonly string[];
  /** Errors that no part of the product expects. */
  bugs: readonly string[];
  now: number;
}

export interface Replica {
  owner: string;
  ledger: Ledger;
  run(command: Command): Promise<CommandReply>;
  /** Does what is owed, as after an append or at a sweep; one look at a time. */
  react(): void;
}

type Person = Omit<Extract<ApproverFacts, { kind: "known" }>, "kind" | "userId" | "lookedUpAt">;

const member = (fields: Partial<Person> = {}): Person => ({
  teamId: TEAM,
  isBot: false,
  deleted: false,
  restricted: false,
  stranger: false,
  inApproverGroup: false,
  ...fields,
});

export const USERS = {
  alex: PEOPLE.alex,
  riley: PEOPLE.riley,
  jordan: PEOPLE.jordan,
  sam: PEOPLE.sam,
  guest: "U07GUEST007",
  robot: "U07ROBOT008",
  former: "U07FORMER09",
  outsider: "U08OUTSIDE1",
} as const;
export type User = keyof typeof USERS;

/** Texts a person may type: harmless ones, one to be ticked, one that must not be public. */
export const TEXTS = [
  "Card payments fail for some customers. We are looking into it.",
  "Card payments fail for most customers in the EU. We know why.",
  "Card payments fail. Write to kim.raman@corp-mail.net if you need help.",
  "Card payments fail since [describe start].",
] as const;

const scans = new Map<string, TextScan>();
const scan = (title: string, body: string): TextScan => {
  const text = `${title}\n${body}`;
  const known = scans.get(text) ?? scanOf(text, []);
  scans.set(text, known);
  return known;
};

const opened = new Map<string, Entry>();
/** Parsing is the dear part; the same stored item gives the same entry. */
function parse(item: { pk: string; sk: string; body: string; hash: string; type: string }): Entry {
  const known = opened.get(item.hash);
  if (known) return known;
  const result = openEntry(item);
  if (!result.ok) throw new Error(`the store took an entry that does not open: ${result.fault}`);
  if (opened.size > 5_000) opened.clear();
  const entry = withWords(result.entry);
  opened.set(item.hash, entry);
  return entry;
}

const never = new Promise<never>(() => undefined);

/**
 * Two replicas of the real gate around a store, a Slack and a page in memory. Every call that leaves a replica waits for the
 * scheduler, so that a seed decides every interleaving; clocks move only when told to.
 */
export function gateWorld(setup: Setup, scheduler: Pick<fc.Scheduler, "schedule" | "count" | "waitNext">) {
  let passed = 0;
  const now = () => START + passed;
  const page = recordingPage({ now, patchMetadata: setup.patchMetadata });
  const store = memoryStore();
  const stream: Recorded[] = [];
  const offered = new Map<string, number>();
  const cards: PaintedCard[] = [];
  const clicks = new Map<string, Clicked>();
  const lookUps: LookedUp[] = [];
  const wholeReads: { owner: string; length: number; afterWrites: number }[] = [];
  const covered: { seq: number }[] = [];
  const logged: string[] = [];
  const bugs: string[] = [];
  const leases = new Map<string, Lease>();
  const storeFaults: ("fails" | "reply-lost")[] = [];
  const slowCalls = new Map<string, { ms: number; lost: boolean }>();
  let lookUpFaults = 0;
  let checkpointFaults = 0;
  let keyFaults = 0;
  let tokenFaults = 0;
  let bucketAt = 0;
  let ids = 0;
  let commands = 0;

  const people = new Map<string, Person>([
    [USERS.alex, member()],
    [USERS.riley, member({ inApproverGroup: true })],
    [USERS.jordan, member({ inApproverGroup: true })],
    [USERS.sam, member()],
    [USERS.guest, member({ inApproverGroup: true, restricted: true })],
    [USERS.robot, member({ inApproverGroup: true, isBot: true })],
    [USERS.former, member({ inApproverGroup: true, deleted: true })],
    [USERS.outsider, member({ inApproverGroup: true, stranger: true, teamId: "T08OTHER001" })],
  ]);

  const advance = (ms: number): void => {
    passed += ms;
    page.tick();
  };

  const random: Random = {
    uuid: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, "0")}`;
    },
    code: (length) => {
      ids += 1;
      return Array.from({ length }, (_, place) => ALPHABET[Math.floor(ids / 32 ** (length - 1 - place)) % 32]).join("");
    },
    fraction: () => 0.5,
  };

  const landedInStore = (hash: string, item: Parameters<typeof parse>[0]): void => {
    const entry = parse(item);
    const before = stream.at(-1)?.state ?? initialIncident(INCIDENT);
    stream.push({ entry, landedAt: now(), offeredAt: offered.get(hash) ?? now(), state: evolve(before, entry) });
  };

  interface Process {
    owner: string;
    alive: boolean;
    /** Dies at the call that makes this 0. */
    callsLeft: number;
    diesAfterActing: boolean;
  }

  const startReplica = (name: string, skewMs: number, generation: number): Replica & { process: Process } => {
    const owner = `${name}-${generation}`;
    const process: Process = { owner, alive: true, callsLeft: Number.POSITIVE_INFINITY, diesAfterActing: false };
    const clock: Clock = { now: () => now() + skewMs, monotonic: () => passed };
    const log: Logger = Object.fromEntries(
      (["debug", "info", "warn", "error"] as const).map((level) => [
        level,
        (event: string, fields: Record<string, unknown> = {}) => {
          const { error } = fields;
          logged.push(`${event} ${JSON.stringify(fields)} ${error instanceof Error ? error.message : ""}`);
          if (error instanceof TypeError || error instanceof ReferenceError) bugs.push(`${event}: ${error.stack}`);
          if (error instanceof AutoPublishNotPermittedError) bugs.push(`${event}: ${error.message}`);
        },
      ]),
    ) as unknown as Logger;

    /** One call that leaves this process: waits for its turn, acts, answers; a process that dies hears nothing. */
    const call = async <T>(label: string, act: () => T): Promise<T> => {
      if (!process.alive) return never;
      process.callsLeft -= 1;
      if (process.callsLeft <= 0 && !process.diesAfterActing) process.alive = false;
      if (!process.alive) return never;
      await scheduler.schedule(Promise.resolve(), `${owner} ${label}`);
      const died = () => {
        if (process.callsLeft <= 0) process.alive = false;
        return !process.alive;
      };
      try {
        const answer = act();
        const slow = slowCalls.get(label);
        slowCalls.delete(label);
        if (slow) advance(slow.ms);
        if (slow?.lost) throw storeFailure("ETIMEDOUT");
        return died() ? never : answer;
      } catch (error) {
        // A process that is gone hears neither answers nor errors.
        if (died()) return never;
        throw error;
      }
    };

    const ownStore: LedgerStore = {
      put: (item) => {
        if (!offered.has(item.hash)) offered.set(item.hash, now());
        return call(`put ${item.type}`, () => {
          const fault = storeFaults.shift();
          if (fault === "fails") throw storeFailure();
          const key = `${item.pk} ${item.sk}`;
          const taken = store.items.has(key);
          if (!taken) {
            store.items.set(key, item);
            landedInStore(item.hash, item);
          }
          if (fault === "reply-lost") throw storeFailure();
          return taken ? ("taken" as const) : ("put" as const);
        });
      },
      read: (incident, afterSeq) =>
        call(`read ${afterSeq}`, () => {
          const items = [...store.items.values()].slice(afterSeq).filter(({ pk }) => pk === `INC#${incident}`);
          if (afterSeq === 0) wholeReads.push({ owner, length: items.length, afterWrites: page.writes.length });
          return items;
        }),
    };

    const sealedLedger = createLedger({
      store: ownStore,
      keepWords: memoryWords.keep,
      clock,
      random,
      sleep: (ms) => call("sleep", () => advance(ms)),
      onAppend: () => work(false),
    });
    const ledger = readable(sealedLedger, clock);

    const lookUp = (why: LookedUp["why"]) => (userId: string) =>
      call(`look up ${userId}`, (): ApproverFacts => {
        const person = people.get(userId);
        const failed = lookUpFaults > 0 || !person;
        if (lookUpFaults > 0) lookUpFaults -= 1;
        const facts: ApproverFacts =
          failed || !person
            ? { kind: "unavailable", why: "timeout" }
            : { kind: "known", userId, ...person, lookedUpAt: clock.now() };
        lookUps.push({ owner, why, afterSeq: stream.length, userId, facts });
        return facts;
      });

    const reader: PageReader = {
      getIncident: (id) => call("page get", () => page.getIncident(id, owner)),
      listIncidents: () => call("page list", () => page.listIncidents()),
    };

    const write = createStatuspageWrite({
      baseUrl: "https://page.test/v1",
      apiKey: () =>
        call("key", () => {
          if (keyFaults > 0) {
            keyFaults -= 1;
            throw new Error("the secret could not be read");
          }
          return API_KEY;
        }),
      sendOnce: (request) => {
        // The bytes leave in this very moment; only what the page makes of them waits.
        const { answer } = page.receive(request, { owner, afterSeq: stream.length });
        return call("send", () => {
          const { outcome, tookMs } = answer();
          advance(tookMs);
          return outcome;
        });
      },
    });

    const ownLeases: Leases = {
      read: (key) => call("lease read", () => leases.get(key)),
      renew: (key, holder, ttlMs) =>
        call("lease renew", () => {
          const lease = leases.get(key);
          if (lease?.holder !== holder) return false;
          leases.set(key, { ...lease, until: clock.now() + ttlMs });
          return true;
        }),
      acquire: (key, holder, ttlMs) =>
        call("lease acquire", () => {
          const lease = leases.get(key);
          const until = clock.now() + ttlMs;
          if (lease && lease.until > clock.now() && lease.holder !== holder) return undefined;
          const attempt =
            lease?.holder === holder && lease.until > clock.now() ? lease.attempt : (lease?.attempt ?? 0) + 1;
          leases.set(key, { holder, attempt, until });
          return { holder, attempt, until };
        }),
      release: (key, holder, retryAt) =>
        call("lease release", () => {
          const lease = leases.get(key);
          if (lease?.holder === holder) leases.set(key, { ...lease, holder: "-", until: retryAt ?? 0 });
        }),
    };

    const world: ViewWorld = {
      ...viewWorld(),
      scan,
      approvalPolicy: () => "default",
      approverGroupId: undefined,
    };

    const gate: PublishDeps = {
      ledger,
      clock,
      random,
      log,
      owner,
      ourTeam: TEAM,
      lookUpApprover: lookUp("claim"),
      configuredPolicy: () => "default",
      scan,
      pageToken: () =>
        call("page token", () => {
          if (tokenFaults > 0) {
            tokenFaults -= 1;
            throw storeFailure();
          }
          const wait = bucketAt - now();
          if (wait > 0) return wait;
          bucketAt = now() + 1_000;
          return 0;
        }),
      checkpoints: {
        cover: (_incident, head) =>
          call("cover", () => {
            if (checkpointFaults > 0) {
              checkpointFaults -= 1;
              throw new Error("the checkpoint log is away");
            }
            covered.push(head);
          }),
      },
      storeSkewMs: () => skewMs,
      sleep: () => never,
      page: reader,
      write: write.write,
      settleMs: SETTLE_MS,
    };

    const notHere = (): never => {
      throw new Error("no such work is owed here");
    };
    const handlers: EffectHandlers = {
      "find-responders": notHere,
      "gather-context": notHere,
      "draft-postmortem": notHere,
      "file-postmortem": notHere,
      "link-postmortem": notHere,
      "watch-review": notHere,
      witness: notHere,
      nudge: notHere,
      "give-up-closing": notHere,
      "propose-holding": notHere,
      "move-alerts": notHere,
      "ring-again": notHere,
      "attach-runbook": notHere,
      "raise-severity": notHere,
      "watchdog-speak": notHere,
      "send-page": notHere,
      "poll-page": notHere,
      "acknowledge-group": notHere,
      escalate: async () => "done",
      "draft-update": async (effect, state) => {
        const draft = state.drafts.get(effect.draftId);
        const author = { kind: "template" as const, userId: null, note: null };
        const proposal = {
          draftId: effect.draftId,
          pageId: PAGE,
          title: "Card payments",
          body: draft?.request.impact ?? "",
          author,
        };
        const result = await ledger.execute(
          state.id,
          { commandId: effect.id, actor: { kind: "system", id: "template", basis: "effect" } },
          (current) => proposeDraft(current, proposal),
        );
        return result.kind === "refused" ? { later: 5_000 } : "done";
      },
      publish: publishEffect(gate),
      reconcile: reconcileEffect(gate),
      lapse: lapseEffect(gate),
      "expire-draft": expireDraftEffect(gate),
      "watch-twin": watchTwinEffect(gate),
      "watch-page": watchPageEffect(gate),
    };

    const effectDeps = {
      ledger,
      leases: ownLeases,
      handlers,
      world,
      timing: TIMING,
      clock,
      log,
      owner,
      leaseMs: 30_000,
    };
    let running = false;
    let again = false;
    let looksAfresh = false;
    /** As the reactor does it: after an append at once, at a sweep on what the store holds. */
    const work = (sweep: boolean): void => {
      again = true;
      looksAfresh ||= sweep;
      if (running || !process.alive) return;
      running = true;
      const rounds = async () => {
        while (again) {
          again = false;
          if (looksAfresh) await ledger.load(INCIDENT);
          looksAfresh = false;
          await runEffects(INCIDENT, effectDeps);
        }
      };
      void rounds()
        .catch((error: unknown) => log.warn("react", { error }))
        .finally(() => {
          running = false;
        });
    };

    const absent = new Proxy({}, { get: (_target, name) => notPart(String(name)) });
    const api: ApiDeps = {
      ledger,
      correlation: absent as ApiDeps["correlation"],
      rows: absent as ApiDeps["rows"],
      services: absent as ApiDeps["services"],
      library: new Map(),
      world,
      clock,
      random,
      teamId: TEAM,
      approvalTtlMs: TTL_MS,
      lookUpApprover: lookUp("click"),
      offerProof: createOfferProof({ carriesSecret: () => false, proveBundle: bundlesUnprovable }),
      findOnPage: createFindOnPage(reader),
      brief: notHere,
      preparePage: () => notPart("paging"),
      components: () => [{ id: COMPONENT, name: "Payments API" }],
    };

    return { owner, ledger, process, react: () => work(true), run: (command) => runCommand(command, api) };
  };

  let generation = 1;
  let replicas = [startReplica("one", 0, generation), startReplica("two", setup.skewMs, generation)] as const;

  /** Lets `n` calls go on, in the order that the scheduler chooses. */
  const step = async (n: number): Promise<void> => {
    await settled();
    for (let left = n; left > 0 && scheduler.count() > 0; left -= 1) {
      await scheduler.waitNext(1);
      await settled();
    }
  };

  const answers: { command: Command; reply: CommandReply }[] = [];
  const perform = (replica: Replica, command: Command): void => {
    if (command.type !== "ReviseDraft" && "hash16" in command) {
      const { commandId, type, actor, draftId, version, hash16, channel, ts } = command;
      clicks.set(commandId, { commandId, type, actor: actor.userId, draftId, version, hash16, channel, ts });
    }
    void replica.run(command).then(
      (reply) => answers.push({ command, reply }),
      (error: unknown) => {
        logged.push(`command ${String(error)}`);
        if (error instanceof TypeError || error instanceof ReferenceError) bugs.push(String(error.stack));
      },
    );
  };

  const commandId = () => {
    commands += 1;
    return `click-${commands}`;
  };

  return {
    setup,
    page,
    store,
    people,
    storeFaults,
    perform,
    step,
    advance,
    commandId,
    answers,
    cards,
    stream,
    now,
    scanOf: (body: string): TextScan => scan("Card payments", body),
    replica: (index: number): Replica => replicas[index % 2 === 0 ? 0 : 1],
    isAlive: (index: number): boolean => replicas[index % 2 === 0 ? 0 : 1].process.alive,
    state: (): Incident => stream.at(-1)?.state ?? initialIncident(INCIDENT),
    /** The next call of this name takes so long; its answer may be lost then, although it was acted on. */
    slowDown: (label: string, ms: number, lost = false) => {
      slowCalls.set(label, { ms, lost });
    },
    failLookUps: (n: number) => {
      lookUpFaults = n;
    },
    failCheckpoints: (n: number) => {
      checkpointFaults = n;
    },
    failToken: (n: number) => {
      tokenFaults = n;
    },
    failKey: (n: number) => {
      keyFaults = n;
    },

    /** A card of the draft's current text is painted in its room, and reported. */
    show(replica: Replica, draftId: string): void {
      const draft = stream.at(-1)?.state.drafts.get(draftId);
      if (!draft?.content || draft.contentHash === undefined) return;
      const ts = `1795253107.${String(118_000 + cards.length).padStart(6, "0")}`;
      cards.push({
        draftId,
        version: draft.version,
        contentHash: draft.contentHash,
        channel: ROOM,
        ts,
        body: draft.content.body,
      });
      perform(replica, {
        type: "ReportDraftShown",
        commandId: commandId(),
        actor: { userId: USERS.alex, teamId: TEAM },
        incidentId: INCIDENT,
        draftId,
        version: draft.version,
        contentHash: draft.contentHash,
        channel: ROOM,
        ts,
        executionId: `Fx${cards.length}`,
      });
    },

    ask(replica: Replica, status: PublicStatus, impact: string): void {
      perform(replica, {
        type: "RequestStatusUpdate",
        commandId: commandId(),
        actor: { userId: USERS.sam, teamId: TEAM },
        incidentId: INCIDENT,
        status,
        impact,
        components: [{ id: COMPONENT, status: "partial_outage" }],
        notifySubscribers: true,
      });
    },

    /** The process ends at its k-th next call, before or after the other side acts on it. */
    crashAt(index: number, k: number, afterActing: boolean): void {
      const { process } = replicas[index % 2 === 0 ? 0 : 1];
      process.callsLeft = k;
      process.diesAfterActing = afterActing;
    },
    crashNow(index: number): void {
      replicas[index % 2 === 0 ? 0 : 1].process.alive = false;
    },
    restart(index: number): void {
      generation += 1;
      const fresh =
        index % 2 === 0 ? startReplica("one", 0, generation) : startReplica("two", setup.skewMs, generation);
      replicas[index % 2 === 0 ? 0 : 1].process.alive = false;
      replicas = index % 2 === 0 ? [fresh, replicas[1]] : [replicas[0], fresh];
      fresh.react();
    },
    heal(): void {
      page.faults.length = 0;
      page.failReads(0);
      storeFaults.length = 0;
      lookUpFaults = 0;
      checkpointFaults = 0;
      keyFaults = 0;
      tokenFaults = 0;
      for (const { process } of replicas) process.callsLeft = Number.POSITIVE_INFINITY;
    },

    /** The room as it stands before any customer update. */
    async begin(): Promise<void> {
      const events = [...roomOpened({ class: setup.class, severity: setup.severity }), commandTaken(USERS.alex)];
      void replicas[0].ledger.execute(
        INCIDENT,
        { commandId: "begin", actor: { kind: "system", id: "bridge", basis: "effect" } },
        () => ({ kind: "happened", events }),
      );
      await step(100);
    },

    evidence(): Evidence {
      return { setup, stream, page, cards, clicks, lookUps, wholeReads, covered, logged, bugs, now: now() };
    },
  };
}

export type GateWorld = ReturnType<typeof gateWorld>;

function notPart(name: string): never {
  throw new Error(`${name} is no part of the publish gate`);
}

/** Everything that needs no outside call has run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
