import * as fc from "fast-check";
import type { Incident } from "../../../bridge/incident/state.ts";
import { INCIDENT, ROOM, TEAM } from "../../support/incident-events.ts";
import { type GateWorld, gateWorld, type PaintedCard, type Setup, TEXTS, USERS, type User } from "./gate-world.ts";
import { ELSEWHERE, LIVENESS, SAFETY, violations } from "./invariants.ts";
import type { PageFault } from "./page.ts";

/** How much of each kind one schedule may hold. */
const BOUNDS = { clicks: 5, edits: 2, timeouts: 2, crashes: 1, drafts: 2 };

/** What the generated commands know; only counts, so that a schedule stays inside its bounds. */
interface Model {
  clicks: number;
  edits: number;
  timeouts: number;
  crashes: number;
  drafts: number;
}

/** What the property counts over all schedules. */
export interface Tally {
  schedules: number;
  steps: number;
  checks: number;
  states: Set<string>;
  writes: number;
  landed: number;
  published: number;
  byEvent: Map<string, number>;
}

export const emptyTally = (): Tally => ({
  schedules: 0,
  steps: 0,
  checks: 0,
  states: new Set(),
  writes: 0,
  landed: 0,
  published: 0,
  byEvent: new Map(),
});

interface Real {
  world: GateWorld;
  tally: Tally;
}

export class ViolatedError extends Error {
  override readonly name = "ViolatedError";
}

/** Fails with everything that does not hold, and the stream that led there. */
function check({ world, tally }: Real, table = SAFETY): void {
  const seen = world.evidence();
  tally.steps += 1;
  tally.checks += table.length;
  tally.states.add(shape(world.state()));
  const found = violations(seen, table);
  if (found.length > 0) throw new ViolatedError(`${found.join("\n")}\n${tale(world)}`);
}

/** What two states have in common when only names and times differ. */
const shape = (state: Incident): string =>
  JSON.stringify([
    state.public?.status ?? null,
    state.commander,
    [...state.drafts.values()].map((draft) => [
      draft.state,
      draft.version,
      draft.approvals.map(({ by }) => by),
      draft.attempts,
      draft.attempt?.absences,
      draft.card?.version,
      Object.keys(draft.acknowledged).length,
      draft.breakGlass !== undefined,
      draft.twin !== undefined,
      draft.oldCards.length,
    ]),
    state.unmatched.size,
  ]);

export const tale = (world: GateWorld): string =>
  [
    ...world.stream.map(
      ({ entry }) => `  ${entry.seq} ${entry.at.slice(11)} ${entry.actor.id} ${entry.events.map(brief).join(", ")}`,
    ),
    ...world.page.writes.map(
      ({ owner, method, marker, landed, afterSeq }) =>
        `  page: ${method} ${marker} by ${owner} after entry ${afterSeq}, landed: ${landed}`,
    ),
  ].join("\n");

function brief(event: { type: string } & Record<string, unknown>): string {
  const { type, draftId, version, by, reason, attemptId, approvalId, result } = event;
  return [type, draftId, version && `v${String(version)}`, by, attemptId, approvalId, result, reason]
    .filter(Boolean)
    .join(" ");
}

/** One thing that happens; `letGo` calls go on before the next thing does, everything when it is 0. */
abstract class Happening implements fc.AsyncCommand<Model, Real> {
  constructor(private readonly letGo: number) {}
  check(_model: Readonly<Model>): boolean {
    return true;
  }
  count(_model: Model): void {}
  abstract happen(world: GateWorld): void | Promise<void>;
  async run(model: Model, real: Real): Promise<void> {
    this.count(model);
    await this.happen(real.world);
    await real.world.step(this.letGo === 0 ? 3_000 : this.letGo);
    check(real);
  }
  abstract toString(): string;
  protected get pace(): string {
    return this.letGo === 0 ? "" : ` then ${this.letGo} calls`;
  }
}

const draftAt = (world: GateWorld, nth: number) => {
  const drafts = [...world.state().drafts.values()].filter(({ content }) => content);
  return drafts.at(-1 - (nth % Math.max(1, drafts.length)));
};
const cardAt = (world: GateWorld, nth: number): PaintedCard | undefined =>
  world.cards.at(-1 - (nth % Math.max(1, world.cards.length)));

type CardAct =
  | "ApproveDraft"
  | "RevokeApproval"
  | "AcknowledgeFinding"
  | "GiveUpPublish"
  | "AttestPublished"
  | "UseBreakGlass"
  | "RejectDraft"
  | "AskApprover";

/** Presses a button of a card, `times` times, each delivered to any replica. */
export function press(
  world: GateWorld,
  what: {
    act: CardAct;
    user: User;
    card: PaintedCard;
    times?: number;
    replica?: number;
    sameDelivery?: boolean;
    forged?: "channel" | "ts" | "hash" | undefined;
  },
): void {
  const { act, card, times = 1, replica = 0, forged } = what;
  let commandId = world.commandId();
  const draft = world.state().drafts.get(card.draftId);
  for (let n = 0; n < times; n += 1) {
    if (n > 0 && !what.sameDelivery) commandId = world.commandId();
    const clicked = {
      commandId,
      actor: { userId: USERS[what.user], teamId: what.user === "outsider" ? "T08OTHER001" : TEAM },
      incidentId: INCIDENT,
      draftId: card.draftId,
      version: card.version,
      hash16: forged === "hash" ? (draft?.contentHash ?? "").slice(16, 32) : card.contentHash.slice(0, 16),
      channel: forged === "channel" ? "C07GENERAL1" : ROOM,
      ts: forged === "ts" ? "1795253107.999999" : card.ts,
    };
    const entry = world.page.incidents[0];
    const finding = world.scanOf(card.body).findings.find(({ id }) => draft && !Object.hasOwn(draft.acknowledged, id));
    switch (act) {
      case "AcknowledgeFinding":
        world.perform(world.replica(replica + n), { type: act, ...clicked, findingId: finding?.id ?? "none" });
        break;
      case "AttestPublished":
        world.perform(world.replica(replica + n), {
          type: act,
          ...clicked,
          link: entry?.shortlink ?? "https://stspg.example.com/none",
          text: card.body,
        });
        break;
      case "UseBreakGlass":
      case "RejectDraft":
        world.perform(world.replica(replica + n), { type: act, ...clicked, reason: "Nobody else is awake." });
        break;
      default:
        world.perform(world.replica(replica + n), { type: act, ...clicked });
    }
  }
}

class Press extends Happening {
  constructor(
    readonly o: {
      act: CardAct;
      user: User;
      card: number;
      times: number;
      replica: number;
      same: boolean;
      forged: "channel" | "ts" | "hash" | undefined;
      letGo: number;
    },
  ) {
    super(o.letGo);
  }
  override check(model: Readonly<Model>): boolean {
    return model.clicks < BOUNDS.clicks;
  }
  override count(model: Model): void {
    if (this.o.act === "ApproveDraft") model.clicks += 1;
  }
  happen(world: GateWorld): void {
    const card = cardAt(world, this.o.card);
    if (card) press(world, { ...this.o, card, sameDelivery: this.o.same });
  }
  toString(): string {
    const { act, user, card, times, replica, same, forged } = this.o;
    return `${user} presses ${act} on card -${card} x${times}${same ? " (redelivered)" : ""}${forged ? ` (forged ${forged})` : ""} at ${replica}${this.pace}`;
  }
}

class Do extends Happening {
  constructor(
    readonly what: string,
    private readonly act: (world: GateWorld) => void | Promise<void>,
    letGo: number,
    private readonly costs: Partial<Model> = {},
  ) {
    super(letGo);
  }
  override check(model: Readonly<Model>): boolean {
    return (Object.keys(this.costs) as (keyof Model)[]).every(
      (key) => model[key] + (this.costs[key] ?? 0) <= BOUNDS[key],
    );
  }
  override count(model: Model): void {
    for (const key of Object.keys(this.costs) as (keyof Model)[]) model[key] += this.costs[key] ?? 0;
  }
  happen(world: GateWorld): void | Promise<void> {
    return this.act(world);
  }
  toString(): string {
    return `${this.what}${this.pace}`;
  }
}

const letGo = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 14 }) },
);
const replica = fc.nat(1);
const nth = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) });
const user = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<User>("alex", "riley", "jordan") },
  { weight: 2, arbitrary: fc.constantFrom<User>("sam", "guest", "robot", "former", "outsider") },
);
const forged = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom("channel" as const, "ts" as const, "hash" as const) },
);
const pressing = (...acts: CardAct[]) =>
  fc
    .record({
      act: fc.constantFrom(...acts),
      user,
      card: nth,
      times: fc.integer({ min: 1, max: 3 }),
      replica,
      same: fc.boolean(),
      forged,
      letGo,
    })
    .map((options) => new Press(options));

const pageFault: fc.Arbitrary<PageFault> = fc.oneof(
  fc.record({ kind: fc.constant("answers" as const), status: fc.constantFrom(400, 401, 403, 404, 409, 422, 408, 425) }),
  fc.record({
    kind: fc.constant("answers" as const),
    status: fc.constantFrom(420, 429),
    retryAfter: fc.constantFrom("5", "60"),
  }),
  fc.record({
    kind: fc.constant("breaks" as const),
    how: fc.constantFrom("500" as const, "503" as const, "302" as const, "unreadable" as const, "timeout" as const),
    landed: fc.constantFrom("yes" as const, "no" as const),
  }),
  fc.record({
    kind: fc.constant("breaks" as const),
    how: fc.constant("timeout" as const),
    landed: fc.constant("late" as const),
    afterMs: fc.constantFrom(5_000, 35_000, 65_000, 200_000),
  }),
  fc.constant({ kind: "not-sent" as const }),
);

/** Weighs one kind of happening double. */
const twice = <T>(kind: T): [T, T] => [kind, kind];

/** People do what the product hopes for: the current card is looked for, read, ticked and approved. */
const properApproval = fc.record({ replica, user: fc.constantFrom<User>("alex", "riley", "jordan"), letGo }).map(
  (o) =>
    new Do(
      `${o.user} reads the newest text and approves it at ${o.replica}`,
      async (world) => {
        const draft = draftAt(world, 0);
        if (!draft) return;
        if (!draft.card) {
          world.show(world.replica(o.replica), draft.draftId);
          await world.step(200);
          world.advance(4_000);
        }
        const card = world.cards.findLast(({ draftId }) => draftId === draft.draftId);
        if (!card) return;
        if (world.scanOf(card.body).findings.length > 0) {
          press(world, { act: "AcknowledgeFinding", user: o.user, card, replica: o.replica });
          await world.step(200);
        }
        press(world, { act: "ApproveDraft", user: o.user, card, replica: o.replica });
      },
      o.letGo,
      { clicks: 1 },
    ),
);

const happenings: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  properApproval,
  properApproval,
  properApproval,
  properApproval,
  pressing("ApproveDraft"),
  pressing("ApproveDraft"),
  pressing("RevokeApproval"),
  pressing("AcknowledgeFinding", "UseBreakGlass", "AskApprover"),
  pressing("GiveUpPublish", "AttestPublished", "RejectDraft"),
  fc.record({ replica, nth, letGo }).map(
    (o) =>
      new Do(
        `draft -${o.nth} is shown`,
        (world) => {
          const draft = draftAt(world, o.nth);
          if (draft) world.show(world.replica(o.replica), draft.draftId);
          world.advance(3_000);
        },
        o.letGo,
      ),
  ),
  fc
    .record({
      replica,
      nth,
      letGo,
      user: fc.constantFrom<User>("alex", "riley", "sam"),
      text: fc.nat(TEXTS.length - 1),
    })
    .map(
      (o) =>
        new Do(
          `${o.user} edits draft -${o.nth} to text ${o.text}`,
          (world) => {
            const draft = draftAt(world, o.nth);
            if (draft?.content)
              world.perform(world.replica(o.replica), {
                type: "ReviseDraft",
                commandId: world.commandId(),
                actor: { userId: USERS[o.user], teamId: TEAM },
                incidentId: INCIDENT,
                draftId: draft.draftId,
                baseVersion: draft.version,
                title: draft.content.title,
                body: `${TEXTS[o.text]} (${draft.version + 1})`,
              });
          },
          o.letGo,
          { edits: 1 },
        ),
    ),
  fc
    .record({
      replica,
      letGo,
      text: fc.nat(TEXTS.length - 1),
      status: fc.constantFrom("identified" as const, "monitoring" as const, "resolved" as const),
    })
    .map(
      (o) =>
        new Do(
          `another update (${o.status}) is asked for`,
          (world) => world.ask(world.replica(o.replica), o.status, TEXTS[o.text] ?? ""),
          o.letGo,
          { drafts: 1 },
        ),
    ),
  fc
    .record({ replica, letGo })
    .map((o) => new Do(`replica ${o.replica} does what is owed`, (world) => world.replica(o.replica).react(), o.letGo)),
  ...twice(
    letGo.map(
      (n) =>
        new Do(
          "both replicas do what is owed",
          (world) => {
            world.replica(0).react();
            world.replica(1).react();
          },
          n,
        ),
    ),
  ),
  ...twice(
    fc
      .record({ ms: fc.constantFrom(1_000, 5_000, 19_000, 31_000, 45_000, 180_000, 601_000, 4 * 3_600_000), letGo })
      .map((o) => new Do(`${o.ms} ms pass`, (world) => world.advance(o.ms), o.letGo)),
  ),
  ...twice(
    fc.record({ fault: pageFault, letGo: fc.constant(1) }).map(
      (o) =>
        new Do(
          `the page's next answer: ${JSON.stringify(o.fault)}`,
          (world) => {
            world.page.faults.push(o.fault);
          },
          o.letGo,
          o.fault.kind === "breaks" ? { timeouts: 1 } : {},
        ),
    ),
  ),
  fc
    .record({
      n: fc.integer({ min: 1, max: 2 }),
      what: fc.constantFrom("reads of the page", "look-ups", "checkpoints", "reads of the key"),
      letGo: fc.constant(1),
    })
    .map(
      (o) =>
        new Do(
          `${o.n} ${o.what} fail`,
          (world) => {
            if (o.what === "look-ups") world.failLookUps(o.n);
            else if (o.what === "checkpoints") world.failCheckpoints(o.n);
            else if (o.what === "reads of the key") world.failKey(o.n);
            else world.page.failReads(o.n);
          },
          o.letGo,
        ),
    ),
  fc.record({ fault: fc.constantFrom("fails" as const, "reply-lost" as const), letGo: fc.constant(1) }).map(
    (o) =>
      new Do(
        `the store's next put: ${o.fault}`,
        (world) => {
          world.storeFaults.push(o.fault);
        },
        o.letGo,
      ),
  ),
  fc
    .record({
      user: fc.constantFrom<User>("riley", "jordan", "sam"),
      change: fc.constantFrom("joins", "leaves", "is deactivated"),
      letGo,
    })
    .map(
      (o) =>
        new Do(
          `${o.user} ${o.change} the approvers`,
          (world) => {
            const person = world.people.get(USERS[o.user]);
            if (!person) return;
            world.people.set(USERS[o.user], {
              ...person,
              ...(o.change === "is deactivated" ? { deleted: true } : { inApproverGroup: o.change === "joins" }),
            });
          },
          o.letGo,
        ),
    ),
  fc.record({ replica, to: fc.constantFrom<User>("sam", "riley", "alex"), letGo }).map(
    (o) =>
      new Do(
        `command is handed to ${o.to}`,
        (world) => {
          const from = world.state().commander;
          if (from === undefined || from === USERS[o.to]) return;
          const envelope = () => ({ commandId: world.commandId(), incidentId: INCIDENT });
          world.perform(world.replica(o.replica), {
            type: "OfferHandover",
            ...envelope(),
            actor: { userId: from, teamId: TEAM },
            to: USERS[o.to],
          });
          world.perform(world.replica(o.replica), {
            type: "TakeCommand",
            ...envelope(),
            actor: { userId: USERS[o.to], teamId: TEAM },
          });
        },
        o.letGo,
      ),
  ),
  fc
    .record({ replica, k: fc.integer({ min: 1, max: 25 }), after: fc.boolean(), letGo })
    .map(
      (o) =>
        new Do(
          `replica ${o.replica} dies at its call ${o.k}${o.after ? ", after it acted" : ""}`,
          (world) => world.crashAt(o.replica, o.k, o.after),
          o.letGo,
          { crashes: 1 },
        ),
    ),
  fc.record({ replica, letGo }).map(
    (o) =>
      new Do(
        `replica ${o.replica} starts again`,
        (world) => {
          if (!world.isAlive(o.replica)) world.restart(o.replica);
        },
        o.letGo,
      ),
  ),
  fc
    .record({ ours: fc.boolean(), letGo })
    .map(
      (o) =>
        new Do(
          `somebody posts ${o.ours ? "an update" : "an entry"} by hand`,
          (world) => world.page.postByHand(o.ours ? world.page.incidents[0]?.id : undefined, "Posted by hand."),
          o.letGo,
        ),
    ),
];

const setup: fc.Arbitrary<Setup> = fc.record({
  class: fc.constantFrom("availability" as const, "availability" as const, "data" as const, "security" as const),
  severity: fc.constantFrom("SEV1" as const, "SEV2" as const),
  alreadyPublic: fc.boolean(),
  patchMetadata: fc.constantFrom("replace" as const, "keep" as const),
  skewMs: fc.constantFrom(0, 0, 1_500, -1_500),
});

/** Steps of one minute and less after which whatever can end by itself has ended. */
const HEALING_STEPS = 64;

/** Everything is up again: dead replicas start, what is owed is done, time passes. */
async function heal(real: Real): Promise<void> {
  const { world } = real;
  await world.step(3_000);
  world.heal();
  for (const index of [0, 1]) if (!world.isAlive(index)) world.restart(index);
  for (let n = 0; n < HEALING_STEPS; n += 1) {
    world.replica(0).react();
    world.replica(1).react();
    await world.step(3_000);
    if (n > 8 && quiet(world)) break;
    world.advance(n < 12 ? 10_000 : 31_000);
  }
  // The watch over the page looks every five minutes.
  world.advance(301_000);
  world.replica(0).react();
  await world.step(3_000);
  world.advance(301_000);
  world.replica(1).react();
  await world.step(3_000);
}

const quiet = (world: GateWorld): boolean =>
  world.page.lateLeft() === 0 &&
  ![...world.state().drafts.values()].some(({ state }) => ["APPROVED", "PUBLISHING", "UNKNOWN"].includes(state));

/** Until a card with a first text stands, read for long enough; with something public before, where the setup says so. */
export async function beginWithCard(world: GateWorld): Promise<void> {
  await world.begin();
  if (world.setup.alreadyPublic) {
    world.ask(world.replica(0), "investigating", "We are looking into failing payments.");
    await world.step(500);
    await showNewest(world);
    const [card] = world.cards;
    if (!card) throw new Error("no first card was shown");
    press(world, { act: "ApproveDraft", user: "riley", card });
    await world.step(500);
    press(world, { act: "ApproveDraft", user: "jordan", card });
    await world.step(500);
    if (world.state().public === undefined) throw new Error(`nothing became public\n${tale(world)}`);
    world.advance(2_000);
  }
  world.ask(world.replica(0), world.setup.alreadyPublic ? "identified" : "investigating", TEXTS[0]);
  await world.step(500);
  await showNewest(world);
}

export async function showNewest(world: GateWorld): Promise<void> {
  const draft = [...world.state().drafts.values()].at(-1);
  if (!draft?.content) throw new Error("no text was drafted");
  world.show(world.replica(0), draft.draftId);
  await world.step(500);
  world.advance(4_000);
}

/** Any schedule within the bounds: nothing unapproved, nothing twice, nothing lost; and once all is well, everything ends. */
export const scheduleProperty = (tally: Tally, replayPath?: string) =>
  fc.asyncProperty(
    setup,
    fc.scheduler(),
    fc.commands(happenings, { maxCommands: 32, size: "max", ...(replayPath ? { replayPath } : {}) }),
    async (given, scheduler, commands) => {
      const world = gateWorld(given, scheduler);
      const real: Real = { world, tally };
      await beginWithCard(world);
      check(real);
      await fc.asyncModelRun(
        () => ({ model: { clicks: 0, edits: 0, timeouts: 0, crashes: 0, drafts: 0 }, real }),
        commands,
      );
      await heal(real);
      check(real, SAFETY);
      check(real, LIVENESS);
      await replicasHoldTheFold(world);
      tally.schedules += 1;
      tally.writes += world.page.writes.length;
      tally.landed += world.page.writes.filter(({ made }) => made).length;
      for (const { entry } of world.stream)
        for (const { type } of entry.events) tally.byEvent.set(type, (tally.byEvent.get(type) ?? 0) + 1);
    },
  );

/** Invariant 18: what a replica holds is the fold of what the store holds, and nothing else. */
async function replicasHoldTheFold(world: GateWorld): Promise<void> {
  for (const index of [0, 1]) {
    let held: Incident | undefined;
    void world
      .replica(index)
      .ledger.load(INCIDENT)
      .then((state) => {
        held = state;
      });
    await world.step(50);
    if (
      shape(held ?? ({ drafts: new Map(), unmatched: new Map() } as unknown as Incident)) !== shape(world.state()) ||
      held?.seq !== world.state().seq
    )
      throw new ViolatedError(`invariant 18: replica ${index} holds another state than the stream\n${tale(world)}`);
  }
}

/** How many properties a schedule is checked against. */
export const INVARIANTS = { safety: SAFETY.length, liveness: LIVENESS.length + 1, elsewhere: ELSEWHERE.length };
