import { parseArgs } from "node:util";
import { eventsOf, ofType, readRecord } from "../support/record-check.ts";
import { type Scene, startScene } from "../support/scene.ts";

const DEFAULT_SECONDS = 120;
const ALERT_EVERY_MS = 6_000;
const KILL_EVERY_MS = 3_000;
const HEAL_MS = 90_000;
/** A person who is told that it did not work tries again, and gives up at last. */
const TRIES = 6;
const TRY_AGAIN_MS = 1_000;

interface Tally {
  /** Alert groups that were answered with 2xx. */
  accepted: string[];
  unanswered: number;
  kills: number;
  peopleTriedAgain: number;
}

/**
 * Two bridges on one store; every few seconds one is killed and started again, while alerts come in and people take command,
 * ask for updates and approve them with double clicks. `--seconds N`, default 120.
 */
export async function benchSoak(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...options], options: { seconds: { type: "string" } } });
  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  const scene = await startScene({ replicas: 2, functionEnv: { DRAIN_BUDGET_MS: "6000" } });
  const tally: Tally = { accepted: [], unanswered: 0, kills: 0, peopleTriedAgain: 0 };
  const endsAt = Date.now() + seconds * 1_000;
  try {
    const people: Promise<void>[] = [];
    await Promise.all([killInTurn(scene, tally, endsAt), alertInTurn(scene, tally, endsAt, people)]);
    await Promise.all(people);
    await healed(scene, tally);
    await print(scene, tally, seconds);
  } finally {
    await scene.stop();
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function killInTurn(scene: Scene, tally: Tally, endsAt: number): Promise<void> {
  const replicas = scene.world.replicas();
  for (let turn = 0; Date.now() < endsAt; turn += 1) {
    await pause(KILL_EVERY_MS);
    const one = replicas[turn % replicas.length];
    await one?.kill();
    tally.kills += 1;
    await one?.start();
  }
}

async function alertInTurn(scene: Scene, tally: Tally, endsAt: number, people: Promise<void>[]): Promise<void> {
  for (let n = 0; Date.now() < endsAt; n += 1) {
    const group = `ISOAK${String(n).padStart(6, "0")}`;
    const overrides = {
      alert_group_id: group,
      alert_group: { id: group, labels: { service_name: `soak-${n}` } },
      event: { time: new Date().toISOString() },
    };
    const send = () => scene.world.alert({ fixture: "oncall-alert-group-created", overrides });
    // As OnCall does after a time-out: the same call once more.
    const outcomes = await Promise.all([send(), send()]);
    if (outcomes.some(({ status }) => status >= 200 && status < 300)) {
      tally.accepted.push(group);
      people.push(workOn(scene, group, tally));
    } else {
      tally.unanswered += 1;
    }
    await pause(ALERT_EVERY_MS);
  }
}

/** One incident as people live it: command, one customer update, approved by two clicks at once. */
async function workOn(scene: Scene, group: string, tally: Tally): Promise<void> {
  const incident = await insist(tally, async () => {
    const [found] = await incidentsOf(scene, group);
    if (found === undefined) throw new Error("no incident yet");
    return found;
  });
  if (incident === undefined) return;
  const room = await insist(tally, () => scene.room(incident));
  if (room === undefined) return;
  await insist(tally, () =>
    scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} }).then(() => undefined),
  );
  const card = await insist(tally, () =>
    scene.draft(room.id, { status: "investigating", impact: "Some payments fail with an error message" }),
  );
  if (card === undefined) return;
  const shown = await insist(tally, () => scene.readCard(incident, card.draftId, card.version));
  if (shown === undefined) return;
  await insist(tally, async () => {
    await Promise.allSettled([scene.approve("riley", shown), scene.approve("riley", shown)]);
    await scene.recorded(incident, "ApprovalGranted", undefined, 5_000);
  });
}

async function insist<T>(tally: Tally, work: () => Promise<T>): Promise<T | undefined> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await work();
    } catch {
      // What went wrong was said to the person; here it only counts that they had to do it again.
      tally.peopleTriedAgain += 1;
      await pause(TRY_AGAIN_MS);
    }
  }
  return undefined;
}

async function incidentsOf(scene: Scene, group: string): Promise<string[]> {
  const record = readRecord(await scene.world.ledger());
  return [...record.streams.keys()].filter((incident) =>
    eventsOf(record, incident).some((event) => event.type === "AlertAttached" && event.groupId === group),
  );
}

/** Nobody is killed any more: what is owed must now be done, within a time. */
async function healed(scene: Scene, tally: Tally): Promise<void> {
  const deadline = Date.now() + HEAL_MS;
  while (Date.now() < deadline) {
    const { lost, undecided } = await outcome(scene, tally);
    if (lost.length === 0 && undecided === 0) return;
    await scene.act("fire", { trigger: "sweep_00" });
    await pause(TRY_AGAIN_MS);
  }
}

async function outcome(scene: Scene, tally: Tally) {
  const record = readRecord(await scene.world.ledger());
  const all = [...record.streams.keys()].map((incident) => eventsOf(record, incident));
  const having = (group: string) =>
    all.filter((events) => ofType(events, "AlertAttached").some(({ groupId }) => groupId === group));
  const opened = (group: string) => having(group).filter((events) => ofType(events, "RoomOpened").length > 0);
  const settled = new Set(["PublishSucceeded", "PublishFailed", "PublishReconciled", "PublishGivenUp"]);
  return {
    lost: tally.accepted.filter((group) => opened(group).length === 0),
    twice: tally.accepted.filter((group) => having(group).length > 1),
    published: all.flatMap((events) => ofType(events, "PublishSucceeded")).length,
    undecided: all.filter(
      (events) => ofType(events, "PublishStarted").length > 0 && !events.some(({ type }) => settled.has(type)),
    ).length,
  };
}

async function print(scene: Scene, tally: Tally, seconds: number): Promise<void> {
  const { lost, twice, published, undecided } = await outcome(scene, tally);
  const faults = await scene.faults();
  console.log(
    [
      `Soak: two bridges on one store for ${seconds} s, ${tally.kills} times one was killed.`,
      "",
      `alerts answered with 2xx: ${tally.accepted.length} (and ${tally.unanswered} not answered so, which the sender repeats)`,
      `lost: ${lost.length}   twice: ${twice.length}`,
      `updates published: ${published}, still undecided: ${undecided}`,
      `people had to try again: ${tally.peopleTriedAgain}`,
      `broken promises: ${faults.length === 0 ? "none" : faults.join("; ")}`,
    ].join("\n"),
  );
  if (lost.length + twice.length + undecided + faults.length > 0) process.exitCode = 1;
}
