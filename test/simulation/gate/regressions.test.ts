import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { type StartPublish, startPublish } from "../../../bridge/incident/decide/publish.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { BrokenChainError } from "../../../bridge/ledger/ledger.ts";
import { sendOnce } from "../../../bridge/platform/send-once.ts";
import { AutoPublishNotPermittedError, mint, spend } from "../../../bridge/publish-gate/approved-publish.ts";
import { createStatuspageWrite } from "../../../bridge/publish-gate/statuspage-write.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { contentOf, INCIDENT, TEAM } from "../../support/incident-events.ts";
import { ofType } from "../../support/record-check.ts";
import { type GateWorld, gateWorld, type Setup, USERS } from "./gate-world.ts";
import { inOrder } from "./in-order.ts";
import { LIVENESS, violations } from "./invariants.ts";
import { beginWithCard, press, showNewest, tale } from "./schedules.ts";

const SETUP: Setup = {
  class: "availability",
  severity: "SEV1",
  alreadyPublic: false,
  patchMetadata: "replace",
  skewMs: 0,
};
const ALL = 3_000;

async function begun(change: Partial<Setup> = {}): Promise<GateWorld> {
  const world = gateWorld({ ...SETUP, ...change }, inOrder());
  await beginWithCard(world);
  return world;
}

const events = (world: GateWorld): IncidentEvent[] => world.stream.flatMap(({ entry }) => entry.events);
const newest = (world: GateWorld) => {
  const draft = [...world.state().drafts.values()].at(-1);
  if (!draft) throw new Error("there is no draft");
  return draft;
};
const newestCard = (world: GateWorld) => {
  const card = world.cards.at(-1);
  if (!card) throw new Error("there is no card");
  return card;
};

/** Both replicas do what is owed, with `ms` between, `times` times. */
async function sweep(world: GateWorld, times: number, ms: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    world.advance(ms);
    world.replica(0).react();
    world.replica(1).react();
    await world.step(ALL);
  }
}

const sound = (world: GateWorld) => {
  expect(violations(world.evidence()), tale(world)).toEqual([]);
  expect(violations(world.evidence(), LIVENESS), tale(world)).toEqual([]);
};

test("double click publishes once", async () => {
  const world = await begun();
  press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world), times: 2 });
  press(world, {
    act: "ApproveDraft",
    user: "jordan",
    card: newestCard(world),
    times: 2,
    sameDelivery: true,
    replica: 1,
  });
  await world.step(ALL);
  expect(world.page.writes).toHaveLength(1);
  expect(world.page.incidents).toHaveLength(1);
  expect(ofType(events(world), "ApprovalGranted")).toHaveLength(1);
  sound(world);
});

test("stale button after an edit is refused and records why", async () => {
  const world = await begun();
  const old = newestCard(world);
  world.perform(world.replica(1), {
    type: "ReviseDraft",
    commandId: world.commandId(),
    actor: { userId: USERS.sam, teamId: TEAM },
    incidentId: INCIDENT,
    draftId: old.draftId,
    baseVersion: 1,
    title: "Card payments",
    body: "Entirely other words.",
  });
  await world.step(ALL);
  press(world, { act: "ApproveDraft", user: "riley", card: old });
  await world.step(ALL);
  expect(ofType(events(world), "ApprovalDenied")).toEqual([
    { type: "ApprovalDenied", draftId: old.draftId, version: 2, by: USERS.riley, reason: "stale-version" },
  ]);
  expect(world.answers.at(-1)?.reply).toMatchObject({ ok: false, refusal: "stale-version" });
  expect(world.page.writes).toEqual([]);
  sound(world);
});

test("approval of another draft does not license this one", async () => {
  const world = await begun({ alreadyPublic: true });
  const first = newestCard(world);
  world.ask(world.replica(0), "monitoring", "Payments work again for most customers.");
  await world.step(ALL);
  await showNewest(world);
  const second = newestCard(world);
  // The button of one draft on the message of the other, both ways round.
  press(world, { act: "ApproveDraft", user: "riley", card: { ...second, ts: first.ts } });
  press(world, { act: "ApproveDraft", user: "riley", card: { ...first, ts: second.ts } });
  await world.step(ALL);
  expect(ofType(events(world), "ApprovalGranted").filter(({ draftId }) => draftId === second.draftId)).toEqual([]);
  expect(world.page.writes).toHaveLength(1);
  sound(world);
});

test("two events of one type in one millisecond are both kept", async () => {
  const world = await begun({ class: "security" });
  press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
  press(world, { act: "ApproveDraft", user: "jordan", card: newestCard(world), replica: 1 });
  await world.step(ALL);
  const granted = world.stream.filter(({ entry }) => entry.events.some(({ type }) => type === "ApprovalGranted"));
  expect(granted).toHaveLength(2);
  const [first, second] = granted.map(({ entry }) => Date.parse(entry.at));
  expect((second ?? 0) - (first ?? 0)).toBeLessThan(10);
  expect(new Set(granted.map(({ entry }) => entry.actor.id))).toEqual(new Set([USERS.riley, USERS.jordan]));
  expect(world.page.writes).toHaveLength(1);
  sound(world);
});

test("crash between publish and record publishes once", async () => {
  // The process dies at each call that a publish makes, before and after the other side acted on it.
  for (let call = 1; call <= 16; call += 1) {
    for (const afterActing of [false, true]) {
      const world = await begun();
      world.crashAt(0, call, afterActing);
      press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
      await world.step(ALL);
      world.restart(0);
      await sweep(world, 16, 10_000);
      await sweep(world, 2, 301_000);
      expect(world.page.writes.length, `dies at call ${call}\n${tale(world)}`).toBeLessThanOrEqual(1);
      expect(world.page.incidents.length).toBeLessThanOrEqual(1);
      const { state } = newest(world);
      expect(state, `dies at call ${call}\n${tale(world)}`).toBe(
        world.page.writes[0]?.made ? "PUBLISHED" : state === "SHOWN" || state === "DRAFTED" ? state : "NEEDS_HUMAN",
      );
      sound(world);
    }
  }
});

test("a slow or failing page receives one request, whatever the HTTP client would like", async () => {
  for (const answer of ["never", "half", 500, 502, 503, 302, 408, 425] as const) {
    const received: string[] = [];
    const server = createServer((request, response) => {
      received.push(`${request.method} ${request.url}`);
      request.resume();
      if (answer === "never") return;
      if (answer === "half") {
        response.writeHead(201, { "content-length": "1000" });
        response.write("{");
        return;
      }
      response.writeHead(answer, { location: "/v1/elsewhere", "retry-after": "0" });
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const { write } = createStatuspageWrite({ baseUrl, apiKey: async () => "key", sendOnce, timeoutMs: 300 });
    const outcome = await write(mint(contentOf()));
    expect([answer, outcome.kind]).toEqual([answer, "unknown"]);
    expect(received).toHaveLength(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe("found by schedules", () => {
  test("a text that turns up after two clean listings is found, and nobody is asked any more", async () => {
    for (const patchMetadata of ["replace", "keep"] as const) {
      const world = await begun({ alreadyPublic: true, patchMetadata });
      world.page.faults.push({ kind: "breaks", how: "timeout", landed: "late", afterMs: 200_000 });
      press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
      await world.step(ALL);
      await sweep(world, 10, 10_000);
      expect(newest(world).state).toBe("NEEDS_HUMAN");
      await sweep(world, 20, 20_000);
      expect(newest(world).state).toBe("PUBLISHED");
      sound(world);
    }
  });

  test("a repeat that finds the first try on the page records a find and sends nothing", async () => {
    for (const patchMetadata of ["replace", "keep"] as const) {
      const world = await begun({ alreadyPublic: true, patchMetadata });
      world.page.faults.push({ kind: "breaks", how: "timeout", landed: "late", afterMs: 100_000 });
      press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
      await world.step(ALL);
      await sweep(world, 10, 10_000);
      expect(newest(world).state).toBe("NEEDS_HUMAN");
      await showNewest(world);
      const writes = world.page.writes.length;
      // It lands between the card and the click, before any watch looks again.
      world.advance(30_000);
      press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
      await world.step(ALL);
      expect(newest(world).state, tale(world)).toBe("PUBLISHED");
      expect(world.page.writes).toHaveLength(writes);
      expect(ofType(events(world), "PublishReconciled").at(-1)?.result).toBe("found");
      sound(world);
    }
  });

  test("an update that landed is found although the page's clock is behind ours", async () => {
    const world = await begun({ alreadyPublic: true, patchMetadata: "keep", skewMs: 1_500 });
    world.page.faults.push({ kind: "breaks", how: "503", landed: "yes" });
    press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world), replica: 1 });
    await world.step(ALL);
    await sweep(world, 5, 10_000);
    expect(newest(world).state).toBe("PUBLISHED");
    sound(world);
  });

  test("a second approval that runs out ends too", async () => {
    const world = await begun();
    for (let n = 0; n < 2; n += 1) {
      world.page.faults.push({ kind: "answers", status: 429, retryAfter: "600" });
      press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
      await world.step(ALL);
      await sweep(world, 2, 301_000);
      await showNewest(world);
    }
    expect(ofType(events(world), "ApprovalExpired")).toHaveLength(2);
    expect(newest(world).state).toBe("SHOWN");
    sound(world);
  });

  test("an approval that is about to run out is not claimed", async () => {
    const world = await begun();
    world.page.faults.push({ kind: "answers", status: 429, retryAfter: "599" });
    press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
    await world.step(ALL);
    await sweep(world, 1, 599_000);
    expect(ofType(events(world), "PublishStarted")).toHaveLength(1);
    await sweep(world, 1, 2_000);
    expect(ofType(events(world), "ApprovalExpired")).toHaveLength(1);
    sound(world);
  });

  test("two grants that run out tell both people", async () => {
    const world = await begun({ class: "security" });
    world.page.faults.push({ kind: "answers", status: 429, retryAfter: "600" });
    press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
    press(world, { act: "ApproveDraft", user: "jordan", card: newestCard(world) });
    await world.step(ALL);
    await sweep(world, 2, 301_000);
    expect(
      newest(world)
        .expired.map(({ by }) => by)
        .sort(),
    ).toEqual([USERS.jordan, USERS.riley].sort());
    sound(world);
  });

  test("a claim whose answer took long is not sent on", async () => {
    const world = await begun();
    press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
    world.slowDown("put PublishStarted", 9_500, true);
    world.slowDown("read 0", 9_500);
    await world.step(ALL);
    expect(world.page.writes).toEqual([]);
    expect(ofType(events(world), "PublishDeferred").map(({ reason }) => reason)).toEqual(["preparing took too long"]);
    await sweep(world, 2, 2_000);
    expect(newest(world).state).toBe("PUBLISHED");
    sound(world);
  });

  test("a key that cannot be read, or comes late, defers and sends nothing", async () => {
    const world = await begun();
    world.failKey(1);
    press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
    await world.step(ALL);
    expect(world.page.writes).toEqual([]);
    expect(ofType(events(world), "PublishDeferred")).toHaveLength(1);
    await sweep(world, 2, 6_000);
    expect(newest(world).state).toBe("PUBLISHED");
    sound(world);

    const { write } = createStatuspageWrite({ baseUrl: "http://page.test/v1", apiKey: async () => "key", sendOnce });
    expect(await write(mint(contentOf()), () => false)).toMatchObject({ kind: "deferred" });
  });
});

test("UNKNOWN ends within the settle time and two listings", async () => {
  const world = await begun();
  world.page.faults.push({ kind: "breaks", how: "timeout", landed: "no" });
  press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
  await world.step(ALL);
  const from = world.now();
  while (newest(world).state === "UNKNOWN") await sweep(world, 1, 5_000);
  expect(newest(world).state).toBe("NEEDS_HUMAN");
  expect(world.now() - from).toBeLessThanOrEqual(40_000 + 30_000 + 2 * 5_000);
  const looks = world.stream.filter(({ entry }) => entry.events.some(({ type }) => type === "PublishReconciled"));
  expect(looks).toHaveLength(2);
  const [first, second] = looks.map(({ landedAt }) => landedAt);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(30_000);
});

test("a claim is refused when the grants or the text are not those that were looked at", async () => {
  const world = await begun({ severity: "SEV2" });
  world.failCheckpoints(1);
  press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
  await world.step(ALL);
  const { draftId, approvals, contentHash = "", state } = newest(world);
  expect(state).toBe("APPROVED");
  const now = world.now() + 60_000;
  const claim = (change: Partial<StartPublish> = {}): StartPublish => ({
    draftId,
    attemptId: "ATT-9",
    owner: "two",
    ourTeam: TEAM,
    approvalIds: approvals.map(({ approvalId }) => approvalId),
    contentHash,
    facts: new Map([[USERS.riley, factsOf(now, { userId: USERS.riley })]]),
    configuredPolicy: "default",
    scan: { blockers: [], findings: [] },
    ...change,
  });
  expect(startPublish(world.state(), claim(), now).kind).toBe("happened");
  for (const other of [{ approvalIds: [] }, { approvalIds: ["APR-other"] }, { contentHash: "f".repeat(64) }]) {
    expect(startPublish(world.state(), claim(other), now)).toMatchObject({
      kind: "refused",
      refusal: { code: "approval-of-other-text" },
    });
  }
});

test("a text whose recorded hash is not its own is not sent", async () => {
  const world = await begun();
  const { draftId } = newest(world);
  const content = contentOf({ draftId, version: 2, body: "Words that nobody was shown." });
  const forged = {
    type: "DraftRevised",
    draftId,
    version: 2,
    content,
    contentHash: "a".repeat(64),
    by: USERS.sam,
  } as const;
  const actor = { kind: "human", id: USERS.sam, basis: "slack-interaction" } as const;
  void world
    .replica(1)
    .ledger.execute(INCIDENT, { commandId: "forged", actor }, () => ({ kind: "happened", events: [forged] }));
  await world.step(ALL);
  await showNewest(world);
  press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
  await world.step(ALL);
  expect(ofType(events(world), "ApprovalGranted")).toHaveLength(1);
  expect(world.page.writes).toEqual([]);
  expect(newest(world).state).toBe("FAILED");
});

test("a broken chain sends nothing", async () => {
  const world = await begun();
  const [key, item] = [...world.store.items][2] ?? [];
  if (!key || !item) throw new Error("the stream is too short");
  press(world, { act: "ApproveDraft", user: "riley", card: newestCard(world) });
  world.store.items.set(key, { ...item, body: item.body.replace("Card payments", "Bard payments") });
  await world.step(ALL);
  expect(world.page.writes).toEqual([]);
  await expect(
    (async () => {
      const loading = world.replica(1).ledger.loadAfresh(INCIDENT);
      void loading.catch(() => undefined);
      await world.step(10);
      await loading;
    })(),
  ).rejects.toThrow(BrokenChainError);
});

test("a right to publish that is forged, copied or spent throws", () => {
  const right = mint(contentOf());
  expect(() => spend({ ...right })).toThrow(AutoPublishNotPermittedError);
  expect(spend(right).method).toBe("POST");
  expect(() => spend(right)).toThrow(AutoPublishNotPermittedError);
});
