import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Drafter } from "../../../bridge/drafting/drafter.ts";
import { createTemplateDrafter } from "../../../bridge/drafting/template-drafter.ts";
import { draftPostmortemEffect } from "../../../bridge/effects/draft-postmortem-effect.ts";
import { draftUpdateEffect } from "../../../bridge/effects/draft-update-effect.ts";
import type { EffectHandler, EffectResult } from "../../../bridge/effects/effect-handlers.ts";
import { type Filed, filePostmortemEffect } from "../../../bridge/effects/file-postmortem-effect.ts";
import { findRespondersEffect } from "../../../bridge/effects/find-responders-effect.ts";
import { gatherContextEffect } from "../../../bridge/effects/gather-context-effect.ts";
import { nudgeEffect } from "../../../bridge/effects/nudge-effect.ts";
import { proposeHoldingEffect } from "../../../bridge/effects/propose-holding-effect.ts";
import { ringAgainEffect, watchdogSpeakEffect } from "../../../bridge/effects/watchdog-effect.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { type BridgeEffect, bridgeEffects } from "../../../bridge/incident/pending-effects.ts";
import type { Ledger } from "../../../bridge/ledger/ledger.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { MINUTE } from "../../support/given.ts";
import {
  approved,
  DRAFT,
  INCIDENT,
  opened,
  PAGE,
  PEOPLE,
  postmortemDrafted,
  requested,
  resolved,
  roomOpened,
} from "../../support/incident-events.ts";
import { append, ledgerOn, memoryStore, storedEntries } from "../../support/ledgers.ts";
import { attachedCopy } from "../../support/library.ts";
import { type LocalServer, startLocalServer } from "../../support/local-server.ts";
import { TIMING, viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";

const clock = woundClock();
let store: LedgerStore;
let ledger: Ledger;
beforeEach(() => {
  store = memoryStore();
  ledger = ledgerOn(store, clock);
});
const given = async (...events: IncidentEvent[]) => {
  for (const [n, event] of events.entries()) await append(ledger, INCIDENT, `given-${n}`, event);
};
const events = async () => (await storedEntries(store, INCIDENT)).flatMap((entry): IncidentEvent[] => entry.events);
const last = async () => (await events()).at(-1);

/** Runs the handler for the effect of this kind that the incident owes now. */
async function run<K extends BridgeEffect["kind"]>(
  kind: K,
  handler: EffectHandler<K>,
  world = viewWorld(),
): Promise<EffectResult> {
  const state = await ledger.load(INCIDENT);
  const effect = bridgeEffects(state, clock.now(), world, TIMING).find((one) => one.kind === kind);
  if (!effect) throw new Error(`the incident owes no ${kind}`);
  return handler(effect as Extract<BridgeEffect, { kind: K }>, state);
}

describe("people and context", () => {
  test("are recorded in whatever spelling the sources use: a name must not keep a room from opening", async () => {
    await given(opened());
    const find = async () => ({
      source: "schedule" as const,
      note: "Zoe\u0308 is on call",
      people: [{ userId: PEOPLE.alex, name: "Zoe\u0308 \ud83d" }],
      missing: [{ name: "Rene\u0301", why: "is not in Slack" }],
      first: PEOPLE.alex,
    });
    await run("find-responders", findRespondersEffect({ ledger, find }));
    expect(await last()).toMatchObject({
      type: "RespondersFound",
      people: [{ name: "Zoë \ufffd" }],
      missing: [{ name: "René" }],
    });
    const read = () => [
      Promise.resolve({
        part: "deploys" as const,
        label: "Last deploys",
        value: "cafe\u0301: fix",
        why: null,
        details: ["Rene\u0301"],
      }),
    ];
    await run("gather-context", gatherContextEffect({ ledger, clock, read, links: () => [] }));
    expect(await last()).toMatchObject({
      type: "ContextRead",
      readings: [{ value: "café: fix", details: ["René"] }],
      complete: true,
    });
  });

  test("are asked for with what the alert and the person said", async () => {
    await given(opened({ origin: "person" }));
    const asked: unknown[] = [];
    await run(
      "find-responders",
      findRespondersEffect({
        ledger,
        find: async (wanted) => {
          asked.push(wanted);
          return { source: "none", note: "n", people: [], missing: [], first: null };
        },
      }),
    );
    expect(asked).toEqual([{ named: [], service: "payments", requester: "bridge" }]);
  });
});

describe("drafting", () => {
  const template = createTemplateDrafter();
  const drafting = (drafter: Drafter) =>
    draftUpdateEffect({ ledger, drafter, template, world: viewWorld(), pageId: PAGE, clock, log: silentLogger });
  const model = (body: string): Drafter => ({
    draftUpdate: async () => ({ title: "Payments fail", body, author: "model", note: "cafe\u0301" }),
  });

  test("proposes what the model wrote, and says that it did", async () => {
    await given(...roomOpened(), requested());
    expect(await run("draft-update", drafting(model("Some payments fail.")))).toBe("done");
    expect(await last()).toMatchObject({
      type: "DraftProposed",
      version: 1,
      content: { body: "Some payments fail." },
      author: { kind: "model", note: "café" },
    });
  });

  test("falls back to the template when the text cannot be shown to customers", async () => {
    await given(...roomOpened(), requested());
    await run("draft-update", drafting(model("zero\u200bwidth")));
    expect(await last()).toMatchObject({ type: "DraftProposed", author: { kind: "template" } });
  });

  test("waits while another update is on its way, and loses nothing", async () => {
    await given(...approved(), requested({ draftId: "DRF-0000000002" }));
    expect(await run("draft-update", drafting(model("More.")))).toEqual({ later: 5_000 });
    expect(await last()).toMatchObject({ type: "StatusUpdateRequested" });
  });

  test.each<[string, IncidentEvent[]]>([
    ["its runbook forbids it", [...roomOpened(), attachedCopy("secret-exposure")]],
    [
      "it is a security incident whose runbook does not allow it",
      [...roomOpened({ class: "security" }), attachedCopy("default")],
    ],
  ])("asks no model where %s, and says so", async (_, before) => {
    await given(...before, requested());
    await run(
      "draft-update",
      drafting({ draftUpdate: () => Promise.reject(new Error("nobody may ask a model here")) }),
    );
    expect(await last()).toMatchObject({
      author: { kind: "template", note: expect.stringContaining("No language model may") },
    });
  });

  test("lets a first statement wait before anybody asks, once", async () => {
    await given(...roomOpened(), attachedCopy("default"));
    const holding = viewWorld({ holdingComponents: () => ["k7m2x9q4wtzn"] });
    const handler = proposeHoldingEffect({
      ledger,
      template,
      world: holding,
      pageId: PAGE,
      clock,
      random: systemRandom,
      log: silentLogger,
    });
    const state = await ledger.load(INCIDENT);
    const effect = { kind: "propose-holding" as const, id: `${INCIDENT}:propose-holding` };
    expect(await Promise.all([handler(effect, state), handler(effect, state)])).toEqual(["done", "done"]);
    expect((await events()).filter(({ type }) => type === "DraftProposed")).toMatchObject([
      {
        content: { status: "investigating", body: expect.stringContaining("Payments API") },
        author: { kind: "template" },
      },
    ]);
  });

  test("done twice proposes once", async () => {
    await given(...roomOpened(), requested());
    const state = await ledger.load(INCIDENT);
    const effect = { kind: "draft-update" as const, id: `${INCIDENT}:draft:${DRAFT}`, draftId: DRAFT };
    await Promise.all([drafting(model("One."))(effect, state), drafting(model("Two."))(effect, state)]);
    expect((await events()).filter(({ type }) => type === "DraftProposed")).toHaveLength(1);
  });
});

describe("the postmortem", () => {
  const filed: Filed = {
    kind: "filed",
    identifier: "INC-12",
    url: "https://linear.example.com/INC-12",
    author: "template",
    note: null,
  };
  const filing = (answers: Filed[], seen: (string | undefined)[] = []) =>
    filePostmortemEffect({
      ledger,
      random: systemRandom,
      file: async (state) => {
        seen.push(state.postmortem.issueId);
        return answers.shift() ?? filed;
      },
    });

  const draftedWith = (texts: string[], asked: number[] = []) =>
    draftPostmortemEffect({
      ledger,
      random: systemRandom,
      draft: async (_incident, entries) => {
        asked.push(entries.length);
        const actions = texts.map((text) => ({ text, because: "The update failed.", sources: [1] }));
        return { author: "model", note: null, parts: [], actions, dropped: 0 };
      },
    });

  test("is drafted once, whoever else does it too, and every action has the id of its issue", async () => {
    await given(...roomOpened(), resolved());
    await Promise.all([run("draft-postmortem", draftedWith(["One"])), run("draft-postmortem", draftedWith(["Two"]))]);
    const drafted = (await events()).filter((event) => event.type === "PostmortemDrafted");
    expect(drafted).toHaveLength(1);
    expect(drafted[0]?.actions[0]?.issueId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    const owed = bridgeEffects(await ledger.load(INCIDENT), clock.now(), viewWorld(), TIMING);
    expect(owed.map(({ kind }) => kind).filter((kind) => kind.includes("postmortem"))).toEqual(["file-postmortem"]);
  });

  test("has its id written down before the tracker is called, and keeps it over every try", async () => {
    await given(...roomOpened(), resolved(), postmortemDrafted());
    const seen: (string | undefined)[] = [];
    const late: Filed = { kind: "delayed", reason: "the tracker is down", retryAfterMs: 30_000 };
    const handler = filing([late, late], seen);
    expect(await run("file-postmortem", handler)).toEqual({ later: 30_000 });
    expect(await run("file-postmortem", handler)).toEqual({ later: 30_000 });
    expect(await run("file-postmortem", handler)).toBe("done");
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).toMatch(/^[0-9a-f-]{36}$/);
    const types = (await events()).map(({ type }) => type).slice(-3);
    expect(types).toEqual(["PostmortemReserved", "PostmortemDelayed", "PostmortemFiled"]);
    expect(await last()).toMatchObject({ issueId: seen[0], identifier: "INC-12" });
  });
});

describe("a nudge", () => {
  test("says how long customers have waited", async () => {
    await given(...roomOpened());
    clock.advance(20 * MINUTE);
    const world = viewWorld({ nudgeEveryMs: () => 15 * MINUTE });
    await run("nudge", nudgeEffect({ ledger, world }), world);
    expect((await events()).at(-2)).toMatchObject({
      type: "NudgeIssued",
      n: 1,
      reason: "Customers have not been told anything yet, 20 min after the room opened.",
    });
  });
});

describe("the watchdog", () => {
  let fallback: LocalServer;
  beforeEach(async () => {
    fallback = await startLocalServer((_request, response) => void response.writeHead(200).end());
  });
  afterEach(() => fallback[Symbol.asyncDispose]());
  const ring = (waitMs: number) => ({ ring: async () => waitMs, trouble: () => undefined });
  type Post = Awaited<ReturnType<Parameters<typeof watchdogSpeakEffect>[0]["companion"]["postMessage"]>>;
  const speaking = (post: Post, url: string | undefined, said: string[] = []) =>
    watchdogSpeakEffect({
      ledger,
      doorbell: ring(0),
      companion: {
        postMessage: async (_channel: string, text: string) => {
          said.push(text);
          return post;
        },
        groupMembers: async () => ({ groupId: "S07FALLBACK", userIds: [], lookedUpAt: 0 }),
      } as unknown as Parameters<typeof watchdogSpeakEffect>[0]["companion"],
      http: createHttp({ clock: systemClock, timeoutMs: 2_000, log: silentLogger }),
      fallbackWebhook: async () => url,
      alertsChannel: "C07ALERTS01",
      group: "incident-fallback",
      log: silentLogger,
    });
  const posted = { ts: "1795253001.000100" } as unknown as Post;
  const down = { error: "channel_not_found", unavailable: "cafe\u0301" } as unknown as Post;

  test("rings again once the bell may be rung, and records it", async () => {
    await given(opened());
    clock.advance(30_000);
    expect(await run("ring-again", ringAgainEffect({ ledger, doorbell: ring(7_000) }))).toEqual({ later: 7_000 });
    expect(await run("ring-again", ringAgainEffect({ ledger, doorbell: ring(0) }))).toBe("done");
    expect(await last()).toMatchObject({ type: "DoorbellRungAgain" });
  });

  test("speaks in the alerts channel and to the fallback, mentions the group, and lets no alert text mention anybody", async () => {
    await given(opened({ title: "<!channel> & <@U07ALEXLIN1>" }));
    clock.advance(90_000);
    const said: string[] = [];
    expect(await run("watchdog-speak", speaking(posted, `${fallback.url}/hook`, said))).toBe("done");
    expect(said[0]).toContain("<!subteam^S07FALLBACK>");
    expect(said[0]?.replace("<!subteam^S07FALLBACK>", "")).not.toMatch(/[<>&]/);
    expect(fallback.seen).toHaveLength(1);
    expect(await last()).toMatchObject({
      type: "WatchdogSpoke",
      alertsChannel: "posted",
      fallbackWebhook: "posted",
      error: null,
    });
  });

  test("counts as having spoken when one of its two ways worked, and says what did not", async () => {
    await given(opened());
    clock.advance(90_000);
    expect(await run("watchdog-speak", speaking(down, `${fallback.url}/hook`))).toBe("done");
    expect(await last()).toMatchObject({
      alertsChannel: "failed",
      fallbackWebhook: "posted",
      error: expect.any(String),
    });
  });

  test("tries again when nobody could be told", async () => {
    await given(opened());
    clock.advance(90_000);
    expect(await run("watchdog-speak", speaking(down, undefined))).toEqual({ later: 10_000 });
    expect(await last()).toMatchObject({ type: "IncidentOpened" });
  });
});
