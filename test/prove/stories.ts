import { setImmediate as turn } from "node:timers/promises";
import { type GateWorld, gateWorld, TEXTS, USERS } from "../simulation/gate/gate-world.ts";
import { inOrder } from "../simulation/gate/in-order.ts";
import { LIVENESS, violations } from "../simulation/gate/invariants.ts";
import { PAGE_PATH, type PageFault, recordingPage } from "../simulation/gate/page.ts";
import { beginWithCard, press } from "../simulation/gate/schedules.ts";
import { INCIDENT, TEAM } from "../support/incident-events.ts";
import { createNaiveGate } from "./naive-gate.ts";

interface Story {
  title: string;
  /** What goes wrong, in one sentence. */
  happens: string;
  naive: (gate: Naive) => Promise<void>;
  ours: (world: GateWorld) => Promise<void>;
}

interface Naive {
  gate: ReturnType<typeof createNaiveGate>;
  faults: PageFault[];
  /** The process dies when the page has acted, before it hears so; the database stays. */
  crash: () => void;
  restart: () => void;
}

const EDITED = "We do not know what is wrong. Perhaps it is the bank.";
const NEXT = "All payments are lost and we will not find them.";
const ALL = 3_000;

const approve = async (world: GateWorld): Promise<void> => {
  const card = world.cards.at(-1);
  if (card) press(world, { act: "ApproveDraft", user: "riley", card });
  await world.step(ALL);
};
const sweep = async (world: GateWorld, times: number, ms: number): Promise<void> => {
  for (let n = 0; n < times; n += 1) {
    world.advance(ms);
    world.replica(0).react();
    world.replica(1).react();
    await world.step(ALL);
  }
};
const edit = async (world: GateWorld, body: string): Promise<void> => {
  const draft = [...world.state().drafts.values()].at(-1);
  if (!draft) return;
  const { draftId, version } = draft;
  const actor = { userId: USERS.sam, teamId: TEAM };
  const words = { baseVersion: version, title: "Card payments", body };
  world.perform(world.replica(1), {
    type: "ReviseDraft",
    commandId: world.commandId(),
    actor,
    incidentId: INCIDENT,
    draftId,
    ...words,
  });
  await world.step(ALL);
};

const STORIES: readonly Story[] = [
  {
    title: "Two people click in the same moment",
    happens: "Riley and Jordan press Approve together, each served by another replica.",
    naive: async ({ gate }) => {
      await Promise.all([gate.click(), gate.click()]);
    },
    ours: async (world) => {
      const [card] = world.cards;
      if (!card) return;
      press(world, { act: "ApproveDraft", user: "riley", card, replica: 0 });
      press(world, { act: "ApproveDraft", user: "jordan", card, replica: 1 });
      await world.step(ALL);
      await sweep(world, 2, 5_000);
    },
  },
  {
    title: "The text is edited under the button",
    happens: "Sam saves other words while Riley's card still shows the old ones; then Riley presses Approve.",
    naive: async ({ gate }) => {
      gate.draft(EDITED);
      await gate.click();
    },
    ours: async (world) => {
      await edit(world, EDITED);
      await approve(world);
    },
  },
  {
    title: "The page acts, and its answer is lost",
    happens: "The connection breaks after the page has taken the text.",
    naive: async ({ gate, faults }) => {
      faults.push({ kind: "breaks", how: "timeout", landed: "yes" });
      await gate.click();
    },
    ours: async (world) => {
      world.page.faults.push({ kind: "breaks", how: "timeout", landed: "yes" });
      await approve(world);
      await sweep(world, 10, 10_000);
    },
  },
  {
    title: "An approval meets another draft",
    happens: "The page says 'too many requests'; before the second try somebody writes the next draft.",
    naive: async ({ gate, faults }) => {
      for (let n = 0; n < 3; n += 1) faults.push({ kind: "answers", status: 429 });
      await gate.click();
      gate.draft(NEXT);
      await gate.sweep();
    },
    ours: async (world) => {
      world.page.faults.push({ kind: "answers", status: 429, retryAfter: "60" });
      await approve(world);
      await edit(world, NEXT);
      await sweep(world, 10, 31_000);
    },
  },
  {
    title: "The process dies between publishing and writing it down",
    happens: "The page has the text; the machine is gone before it could note that. Another one takes over.",
    naive: async ({ gate, crash, restart }) => {
      crash();
      void gate.click();
      await turn();
      restart();
      await gate.sweep();
    },
    ours: async (world) => {
      const [card] = world.cards;
      if (!card) return;
      press(world, { act: "ApproveDraft", user: "riley", card });
      while (world.page.writes.length === 0) await world.step(1);
      // One call more: the page acts on it, and nobody is there to hear so.
      await world.step(1);
      world.crashNow(0);
      world.restart(0);
      await sweep(world, 16, 10_000);
    },
  },
  {
    title: "The page is slow",
    happens: "It takes every request and answers none of them in time.",
    naive: async ({ gate, faults }) => {
      for (let n = 0; n < 3; n += 1) faults.push({ kind: "breaks", how: "timeout", landed: "yes" });
      await gate.click();
    },
    ours: async (world) => {
      for (let n = 0; n < 3; n += 1) world.page.faults.push({ kind: "breaks", how: "timeout", landed: "yes" });
      await approve(world);
      await sweep(world, 10, 10_000);
    },
  },
];

const line = (text = "") => process.stdout.write(`${text}\n`);

function tell(who: string, page: ReturnType<typeof recordingPage>, approved: string, state?: string): number {
  const read = page.incidents.flatMap(({ updates }) => updates.map(({ body }) => body));
  const foreign = read.filter((body) => body !== approved);
  line(
    `  ${who}: ${page.writes.length} request(s); customers read ${read.length} post(s)${state ? `; the draft is ${state}` : ""}`,
  );
  for (const body of read) line(`      "${body}"${body === approved ? "" : "   <- nobody approved this"}`);
  if (read.length > 1) line("      the same news more than once");
  return Math.max(0, read.length - 1) + foreign.length;
}

async function naively(story: Story): Promise<number> {
  const page = recordingPage({ now: () => 0, patchMetadata: "replace" });
  let dead = false;
  const gate = createNaiveGate({
    url: `https://page.test/v1${PAGE_PATH}`,
    retries: 2,
    send: async (request) => {
      const { answer } = page.receive(request, { owner: "naive", afterSeq: 0 });
      await turn();
      const { outcome } = answer();
      return dead ? new Promise<never>(() => undefined) : outcome;
    },
  });
  gate.draft(TEXTS[0]);
  const control = {
    crash: () => {
      dead = true;
    },
    restart: () => {
      dead = false;
    },
  };
  await story.naive({ gate, faults: page.faults, ...control });
  return tell("a naive gate", page, TEXTS[0]);
}

async function really(story: Story): Promise<number> {
  const setup = {
    class: "availability",
    severity: "SEV1",
    alreadyPublic: false,
    patchMetadata: "replace",
    skewMs: 0,
  } as const;
  const world = gateWorld(setup, inOrder());
  await beginWithCard(world);
  await story.ours(world);
  const broken = [...violations(world.evidence()), ...violations(world.evidence(), LIVENESS)];
  for (const one of broken) line(`      ${one}`);
  const state = [...world.state().drafts.values()].at(-1)?.state;
  return tell("this gate   ", world.page, TEXTS[0], state) + broken.length;
}

/** Six mishaps, each met by a naive gate and by the real one. @returns true when only the naive one did harm */
export async function tellStories(): Promise<boolean> {
  let harm = 0;
  let harmless = 0;
  for (const [index, story] of STORIES.entries()) {
    line(`${index + 1}. ${story.title}`);
    line(`  ${story.happens}`);
    if ((await naively(story)) === 0) harmless += 1;
    harm += await really(story);
    line();
  }
  line(
    `posts that should not be there: this gate ${harm}; the naive one failed in ${STORIES.length - harmless} of ${STORIES.length} stories`,
  );
  return harm === 0 && harmless === 0;
}
