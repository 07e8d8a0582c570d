import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCheckpointSigner, HeadRefusedError } from "../../../bridge/audit/checkpoint-signer.ts";
import { checkLog } from "../../../bridge/audit/proof/check-log.ts";
import { createStoredStreams } from "../../../bridge/audit/stored-streams.ts";
import { approveDraft } from "../../../bridge/incident/decide/approve.ts";
import { reviseDraft } from "../../../bridge/incident/decide/drafts.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import { bodyHash } from "../../../bridge/ledger/entry.ts";
import type { LedgerStore } from "../../../bridge/ledger/ledger-store.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { publish } from "../../../bridge/publish-gate/publish.ts";
import { factsOf } from "../../support/approver-facts.ts";
import { memoryLog, testKey } from "../../support/audit.ts";
import { LEDGER_TABLE } from "../../support/dynalite.ts";
import {
  approved,
  commandTaken,
  DRAFT,
  drafted,
  granted,
  hashOf,
  INCIDENT,
  PEOPLE,
  published,
  ROOM,
  requested,
  revised,
  roomOpened,
  shown,
  TEAM,
  waiting,
} from "../../support/incident-events.ts";
import { append, BRIDGE, storeFailure } from "../../support/ledgers.ts";
import { type Gate, type Outside, SETTLE_MS, startGate } from "./gate.ts";

let gate: Gate;
beforeEach(async () => {
  gate = await startGate();
});
afterEach(async () => {
  const faults = gate.recorder.faults();
  await gate[Symbol.asyncDispose]();
  expect(faults).toEqual([]);
});

const between = (change: (outside: Outside) => Partial<Outside>) => gate.replica(change);
const started = ["PublishStarted"];

describe("an approved text", () => {
  test("is claimed, sent once and recorded, byte for byte as it was approved", async () => {
    await gate.given(...approved());
    expect(await gate.replica().publish()).toBe(0);
    expect(gate.page.writes).toMatchObject([{ method: "POST", contentHash: hashOf() }]);
    expect(gate.page.entries).toMatchObject([{ name: drafted().content.title, status: "investigating" }]);
    expect(await gate.story()).toEqual(["PublishStarted", "PublishSucceeded"]);
    expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED", publicUrl: gate.page.entries[0]?.shortlink });
  });

  test("that is public already is not sent again, however often it is asked for", async () => {
    await gate.given(...approved());
    const one = gate.replica();
    await one.publish();
    await one.publish();
    await gate.replica().publish();
    await one.run();
    expect(gate.page.writes).toHaveLength(1);
  });

  test("double click publishes once: two replicas at once", async () => {
    await gate.given(...approved());
    const replicas = [gate.replica(), gate.replica(), gate.replica()];
    await Promise.all([...replicas, ...replicas].map((replica) => replica.publish()));
    expect(gate.page.writes).toHaveLength(1);
    expect(await gate.story()).toEqual(["PublishStarted", "PublishSucceeded"]);
  });

  test("waits for the page's budget, and goes out once when there is room", async () => {
    await gate.given(...approved());
    const replica = gate.replica();
    replica.deps.pageToken = async () => 700;
    expect(await replica.publish()).toBe(700);
    expect(gate.page.writes).toEqual([]);
    expect(await gate.draftNow()).toMatchObject({ state: "APPROVED", notBefore: gate.clock.now() + 700 });
    replica.deps.pageToken = async () => 0;
    expect(await gate.heal(replica)).toMatchObject({ state: "PUBLISHED" });
    expect(gate.page.writes).toHaveLength(1);
  });
});

describe("an update of what is public", () => {
  const SECOND = "DRF-0000000002";
  /** The page holds what the stream says; a second text is approved for it. */
  async function updateApproved() {
    await gate.given(...approved());
    const replica = gate.replica();
    await replica.publish();
    const state = await replica.ledger.load(INCIDENT);
    const { targetId, rev } = state.public ?? { targetId: "", rev: "" };
    const words = { draftId: SECOND, target: { id: targetId, rev }, status: "identified" as const };
    await gate.given(
      requested({ draftId: SECOND, status: "identified" }),
      drafted(words),
      shown(words, "1795253107.118299"),
      granted({ draftId: SECOND, approvalId: "APR-2", contentHash: hashOf(words) }),
    );
    return {
      targetId,
      publish: () => publish(INCIDENT, SECOND, gate.replica().deps),
    };
  }
  const secondNow = async () => (await gate.replica().ledger.load(INCIDENT)).drafts.get(SECOND);

  test("is written onto the entry that the approver saw", async () => {
    const { targetId, publish } = await updateApproved();
    await publish();
    expect(gate.page.writes[1]).toMatchObject({
      method: "PATCH",
      path: `/v1/pages/p3v8r5jd6hlc/incidents/${targetId}`,
    });
    expect(gate.page.entries).toMatchObject([{ id: targetId, status: "identified" }]);
    expect(await secondNow()).toMatchObject({ state: "PUBLISHED" });
  });

  test("is not sent when somebody changed the entry meanwhile", async () => {
    const { targetId, publish } = await updateApproved();
    gate.page.postByHand(targetId, "monitoring", "Somebody was faster.");
    await publish();
    expect(gate.page.writes).toHaveLength(1);
    expect(await secondNow()).toMatchObject({
      state: "FAILED",
      reason: expect.stringMatching(/changed the public incident/),
    });
  });

  test("is not sent when the entry is gone", async () => {
    const { publish } = await updateApproved();
    gate.page.entries.length = 0;
    await publish();
    expect(gate.page.writes).toHaveLength(1);
    expect(await secondNow()).toMatchObject({ state: "FAILED", reason: expect.stringMatching(/gone/) });
  });

  test("waits while the page cannot be read, and then goes out once", async () => {
    const { publish } = await updateApproved();
    gate.page.control.readsFail = true;
    await publish();
    expect(await secondNow()).toMatchObject({ state: "APPROVED", reason: "the page could not be read first" });
    gate.page.control.readsFail = false;
    await gate.heal();
    gate.clock.advance(10_000);
    await gate.replica().run();
    expect(gate.page.writes).toHaveLength(2);
    expect(await secondNow()).toMatchObject({ state: "PUBLISHED" });
  });
});

describe("what the page answers", () => {
  test.each([400, 401, 403, 404, 409, 422])(
    "%i is a failure that a person must look at, on a new card",
    async (status) => {
      await gate.given(...approved());
      gate.page.meets({ kind: "status", status, body: { error: ["Name can't be blank"] } });
      await gate.replica().publish();
      expect(await gate.story()).toEqual(["PublishStarted", "PublishFailed"]);
      expect(await gate.draftNow()).toMatchObject({
        state: "FAILED",
        approvals: [],
        reason: `the page answered ${status}: Name can't be blank`,
      });
      await gate.heal();
      expect(gate.page.writes).toHaveLength(1);
    },
  );

  test("a refusal in any spelling is recorded, and does not turn into a riddle", async () => {
    await gate.given(...approved());
    gate.page.meets({ kind: "status", status: 422, body: { error: `Cafe\u0301 \ud800 ${"\u{1F6A8}".repeat(200)}` } });
    await gate.replica().publish();
    expect(await gate.draftNow()).toMatchObject({
      state: "FAILED",
      reason: expect.stringMatching(/^the page answered 422: Café/),
    });
  });

  test.each([420, 429])("%i defers as long as it says; then the text goes out once", async (status) => {
    await gate.given(...approved());
    gate.page.meets({ kind: "status", status, headers: { "retry-after": "20" } });
    const replica = gate.replica();
    await replica.publish();
    expect(await gate.draftNow()).toMatchObject({ state: "APPROVED", notBefore: gate.clock.now() + 20_000 });
    gate.clock.advance(19_999);
    await replica.run();
    expect(gate.page.writes).toHaveLength(1);
    gate.clock.advance(1);
    await replica.run();
    expect(gate.page.writes).toHaveLength(2);
    expect(gate.page.entries).toHaveLength(1);
    expect(await gate.story()).toEqual(["PublishStarted", "PublishDeferred", "PublishStarted", "PublishSucceeded"]);
  });

  const riddles = [
    ["silence", { kind: "silence" }],
    ["500", { kind: "status", status: 500 }],
    ["503", { kind: "status", status: 503 }],
    ["408", { kind: "status", status: 408 }],
    ["a redirect", { kind: "status", status: 302 }],
    ["a cut connection", { kind: "reset" }],
    ["an unreadable success", { kind: "garbage" }],
  ] as const;

  test.each(riddles)(
    "%s although it acted: nothing is sent again, the page is read, and it is found",
    async (_what, fault) => {
      await gate.given(...approved());
      gate.page.meets({ ...fault, acts: true });
      const replica = gate.replica();
      await replica.publish();
      expect(await gate.draftNow()).toMatchObject({ state: "UNKNOWN" });
      // Not before a slow request has settled.
      gate.clock.advance(SETTLE_MS - 1);
      await replica.run();
      expect(await gate.draftNow()).toMatchObject({ state: "UNKNOWN" });
      gate.clock.advance(1);
      await replica.run();
      expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED", publicUrl: gate.page.entries[0]?.shortlink });
      expect(gate.page.writes).toHaveLength(1);
    },
  );

  test.each(riddles)(
    "%s without having acted: two listings half a minute apart, then a person is asked",
    async (_what, fault) => {
      await gate.given(...approved());
      gate.page.meets({ ...fault, acts: false });
      const replica = gate.replica();
      await replica.publish();
      gate.clock.advance(SETTLE_MS);
      await replica.run();
      expect(await gate.draftNow()).toMatchObject({ state: "UNKNOWN", attempt: { absences: 1 } });
      gate.clock.advance(29_999);
      await replica.run();
      expect(await gate.draftNow()).toMatchObject({ state: "UNKNOWN", attempt: { absences: 1 } });
      gate.clock.advance(1);
      await replica.run();
      expect(await gate.draftNow()).toMatchObject({ state: "NEEDS_HUMAN", approvals: [] });
      await gate.heal();
      expect(gate.page.writes).toHaveLength(1);
      expect(gate.page.entries).toEqual([]);
    },
  );

  test("a listing that fails counts as nothing", async () => {
    await gate.given(...approved());
    gate.page.meets({ kind: "silence", acts: true });
    const replica = gate.replica();
    await replica.publish();
    gate.page.control.readsFail = true;
    for (let look = 0; look < 5; look += 1) {
      gate.clock.advance(60_000);
      await replica.run();
    }
    expect(await gate.draftNow()).toMatchObject({ state: "UNKNOWN", attempt: { absences: 0 } });
    gate.page.control.readsFail = false;
    gate.clock.advance(60_000);
    await replica.run();
    expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED" });
  });

  test("a second try that a person approved finds the first one on the page and sends nothing", async () => {
    await gate.given(...approved());
    gate.page.meets({ kind: "silence", acts: false });
    const replica = gate.replica();
    await replica.publish();
    expect(await gate.heal(replica)).toMatchObject({ state: "NEEDS_HUMAN" });
    // It lands after all, late, as the first request's own bytes.
    const late = gate.page.writes[0];
    if (!late) throw new Error("nothing was written");
    const { incident } = JSON.parse(late.body);
    gate.page.entries.push({
      id: "late",
      name: incident.name,
      status: incident.status,
      shortlink: "https://s.example.com/late",
      metadata: incident.metadata,
      incident_updates: [
        { id: "u", status: incident.status, body: incident.body, created_at: "2026-11-21T09:16:00.000Z" },
      ],
    });
    await gate.given(shown({}, "1795253107.118299"), granted({ approvalId: "APR-2", retryOf: "ATT-1" }));
    await gate.heal(replica);
    expect(gate.page.writes).toHaveLength(1);
    expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED", publicUrl: "https://s.example.com/late" });
  });
});

describe("nothing is sent", () => {
  test.each<[string, IncidentEvent[]]>([
    ["without an approval", waiting()],
    ["for a text that was never drafted", [...roomOpened(), requested()]],
    [
      "for a text that was edited after the approval",
      [
        ...approved(),
        { type: "ApprovalVoided", draftId: DRAFT, version: 1, approvalId: "APR-1", reason: "edited" },
        revised(),
      ],
    ],
    [
      "for a rejected text",
      [...approved(), { type: "DraftRejected", draftId: DRAFT, version: 1, by: PEOPLE.sam, reason: "No." }],
    ],
    ["for what is public", published()],
  ])("%s", async (_what, history) => {
    await gate.given(...history);
    expect(await gate.replica().publish()).toBe(0);
    await gate.replica().run();
    expect(gate.page.writes).toEqual([]);
  });

  test("on the approval of another draft: it does not license this one", async () => {
    await gate.given(...waiting(), granted({ contentHash: hashOf({ draftId: "DRF-0000000002" }) }));
    await gate.replica().publish();
    expect(gate.page.writes).toEqual([]);
    expect(await gate.story()).toEqual([]);
  });

  test("when an edit lands between the approval and the claim", async () => {
    await gate.given(...approved());
    const editor = gate.replica();
    const replica = between((outside) => ({
      lookUpApprover: async (userId) => {
        await editor.ledger.execute(INCIDENT, { commandId: "edit", actor: BRIDGE }, (state) =>
          reviseDraft(state, {
            actor: PEOPLE.sam,
            draftId: DRAFT,
            baseVersion: 1,
            title: drafted().content.title,
            body: "Other words.",
          }),
        );
        return outside.lookUpApprover(userId);
      },
    }));
    await replica.publish();
    expect(gate.page.writes).toEqual([]);
    expect(await gate.story()).toEqual(["ApprovalVoided", "DraftRevised"]);
  });

  test("when an edit takes the very place of the claim: whoever appends first wins", async () => {
    await gate.given(...approved());
    const editor = gate.replica();
    let once = true;
    const replica = between(({ store }) => ({
      store: {
        ...store,
        put: async (item) => {
          if (once && item.type === "PublishStarted") {
            once = false;
            await editor.ledger.execute(INCIDENT, { commandId: "edit", actor: BRIDGE }, (state) =>
              reviseDraft(state, {
                actor: PEOPLE.sam,
                draftId: DRAFT,
                baseVersion: 1,
                title: drafted().content.title,
                body: "Other words.",
              }),
            );
          }
          return store.put(item);
        },
      } satisfies LedgerStore,
    }));
    await replica.publish();
    expect(gate.page.writes).toEqual([]);
    expect(await gate.draftNow()).toMatchObject({ state: "DRAFTED", version: 2 });
  });

  test("when the approver has lost the right by the time of the claim", async () => {
    await gate.given(...approved());
    const replica = between(() => ({
      lookUpApprover: async (userId) => factsOf(gate.clock.now(), { userId, inApproverGroup: false }),
    }));
    await replica.publish();
    expect(await gate.story()).toEqual(["ApprovalVoided"]);
    expect(await gate.draftNow()).toMatchObject({ state: "DRAFTED" });
    expect(gate.page.writes).toEqual([]);
  });

  test("while the approver cannot be looked up; once they can, it goes out", async () => {
    await gate.given(...approved());
    let down = true;
    const replica = between(({ lookUpApprover }) => ({
      lookUpApprover: async (userId) => (down ? { kind: "unavailable", why: "timeout" } : lookUpApprover(userId)),
    }));
    expect(await replica.publish()).toBeGreaterThan(0);
    expect(await gate.story()).toEqual([]);
    down = false;
    await replica.publish();
    expect(gate.page.writes).toHaveLength(1);
  });

  test("after the approval has expired; that is recorded and the text is shown afresh", async () => {
    await gate.given(...approved());
    gate.clock.advance(60 * 60_000);
    expect(await gate.heal()).toMatchObject({ state: "DRAFTED", approvals: [], expired: [{ by: PEOPLE.jordan }] });
    expect(await gate.story()).toEqual(["ApprovalExpired"]);
    expect(gate.page.writes).toEqual([]);
  });

  test.each([
    [
      "the append",
      (outside: Outside, slow: () => void) => ({
        store: {
          ...outside.store,
          put: async (item) => {
            if (item.type === "PublishStarted") slow();
            return outside.store.put(item);
          },
        } satisfies LedgerStore,
      }),
    ],
    [
      "reading the record back",
      (outside: Outside, slow: () => void) => ({
        store: {
          ...outside.store,
          read: async (incident, after) => {
            if (after === 0 && slowRead) slow();
            return outside.store.read(incident, after);
          },
        } satisfies LedgerStore,
      }),
    ],
  ])("when %s has used up the lease: it is deferred, and goes out later once", async (_what, slowing) => {
    await gate.given(...approved());
    const replica = between((outside) => slowing(outside, () => gate.clock.advance(18_001)));
    await replica.ledger.load(INCIDENT);
    slowRead = true;
    await replica.publish();
    slowRead = false;
    expect(gate.page.writes).toEqual([]);
    expect(await gate.draftNow()).toMatchObject({ state: "APPROVED", reason: "preparing took too long" });
    expect(await gate.heal()).toMatchObject({ state: "PUBLISHED" });
    expect(gate.page.writes).toHaveLength(1);
  });
  let slowRead = false;

  test("when the record could not be covered: it is deferred", async () => {
    await gate.given(
      ...waiting().map((event) => (event.type === "IncidentOpened" ? { ...event, severity: "SEV2" as const } : event)),
      granted(),
    );
    const replica = between(() => ({ checkpoints: { cover: () => Promise.reject(new Error("the log is full")) } }));
    await replica.publish();
    expect(gate.page.writes).toEqual([]);
    expect(await gate.draftNow()).toMatchObject({
      state: "APPROVED",
      reason: expect.stringMatching(/could not be covered/),
    });
    expect(await gate.heal()).toMatchObject({ state: "PUBLISHED" });
  });
});

describe("without a checkpoint", () => {
  test("the first word about a SEV1 goes out, after the record has said so", async () => {
    await gate.given(...approved());
    const replica = between(() => ({ checkpoints: { cover: () => Promise.reject(new Error("the log is full")) } }));
    await replica.publish();
    expect(await gate.story()).toEqual(["PublishStarted", "CheckpointSkipped", "PublishSucceeded"]);
    expect(gate.page.writes).toHaveLength(1);
  });

  test("because the record itself does not hold, not even the first word about a SEV1 goes out", async () => {
    await gate.given(...approved());
    const refused = new HeadRefusedError(INCIDENT, { code: "head-mismatch", seq: 2 });
    const replica = between(() => ({ checkpoints: { cover: () => Promise.reject(refused) } }));
    await replica.publish();
    expect(await gate.story()).toEqual(["PublishStarted", "PublishDeferred"]);
    expect(gate.page.writes).toEqual([]);
  });

  test("with one, the head that is covered is that of the claim", async () => {
    await gate.given(...approved());
    const covered: [string, number][] = [];
    const replica = between(() => ({
      checkpoints: {
        cover: async (incident, { seq }) => {
          covered.push([incident, seq]);
          expect(await gate.story()).toEqual(started);
          expect(gate.page.writes).toEqual([]);
        },
      },
    }));
    await replica.publish();
    expect(covered).toEqual([[INCIDENT, approved().length + 1]]);
  });

  test("at the moment of the call a signed checkpoint in the log covers the claim and every approval before it", async () => {
    await gate.given(...approved());
    const log = memoryLog();
    const key = testKey();
    const streams = createStoredStreams({ dynamo: gate.local.client, table: LEDGER_TABLE });
    const signer = createCheckpointSigner({ log, streams, key, clock: gate.clock, logger: silentLogger });
    const covered: (number | undefined)[] = [];
    const replica = between(({ write }) => ({
      checkpoints: { cover: async (incident, { seq }) => void (await signer.cover(incident, seq)) },
      write: async (...call) => {
        const { heads, findings } = await checkLog(log, { keys: [key.verifier] });
        expect(findings).toEqual([]);
        covered.push(heads.get(INCIDENT)?.at(-1)?.seq);
        return write(...call);
      },
    }));
    await replica.publish();
    expect(covered).toEqual([approved().length + 1]);
    expect(gate.page.writes).toHaveLength(1);
  });
});

describe("somebody with write access to the table", () => {
  /** Changes the stored draft; `relink` makes every later hash again, so that the chain verifies. */
  async function tamper({ relink }: { relink: boolean }) {
    const items = await gate.store.read(INCIDENT, 0);
    let prev: string | undefined;
    for (const item of items) {
      let { body } = item;
      if (prev !== undefined) body = body.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
      body = body.replace("We are investigating", "We are celebrating");
      const changed = body !== item.body;
      const hash = changed && relink ? bodyHash(body) : item.hash;
      prev = relink ? hash : undefined;
      if (!changed) continue;
      await gate.local.client.send(
        new UpdateItemCommand({
          TableName: LEDGER_TABLE,
          Key: { pk: { S: item.pk }, sk: { S: item.sk } },
          UpdateExpression: "SET body = :body, #h = :hash",
          ExpressionAttributeNames: { "#h": "hash" },
          ExpressionAttributeValues: { ":body": { S: body }, ":hash": { S: hash } },
        }),
      );
    }
  }

  test("who changes the approved text gets nothing sent, also through a replica that remembers the good one", async () => {
    await gate.given(...approved());
    const replica = gate.replica();
    await replica.ledger.load(INCIDENT);
    await tamper({ relink: false });
    await expect(replica.publish()).rejects.toThrow(/does not verify/);
    await expect(gate.replica().publish()).rejects.toThrow(/does not verify/);
    // Nothing more is written either: a person must look.
    const before = (await gate.store.read(INCIDENT, 0)).length;
    await expect(replica.run()).rejects.toThrow(/does not verify/);
    expect(await gate.store.read(INCIDENT, 0)).toHaveLength(before);
    expect(gate.page.writes).toEqual([]);
  });

  test("who makes the whole chain again still gets nothing sent: the hash is made again from what would be sent", async () => {
    await gate.given(...approved());
    await tamper({ relink: true });
    await gate.replica().publish();
    expect(gate.page.writes).toEqual([]);
    expect(await gate.draftNow()).toMatchObject({
      state: "FAILED",
      reason: "the text to be sent is not the text that was approved",
    });
  });
});

describe("a click while all this goes on", () => {
  test("on Approve grants nothing twice", async () => {
    await gate.given(...waiting(), commandTaken(PEOPLE.alex));
    gate.clock.advance(10_000);
    const replicas = [gate.replica(), gate.replica()];
    const click = (n: number) =>
      replicas[n % 2]?.ledger.execute(INCIDENT, { commandId: `click-${n}`, actor: BRIDGE }, (state, now) =>
        approveDraft(
          state,
          {
            actor: PEOPLE.jordan,
            ourTeam: TEAM,
            facts: factsOf(now),
            draftId: DRAFT,
            version: 1,
            hash16: hashOf().slice(0, 16),
            channel: ROOM,
            ts: shown().ts,
            approvalId: `APR-${n}`,
            ttlMs: 600_000,
            configuredPolicy: "default",
            scan: { blockers: [], findings: [] },
          },
          now,
        ),
      );
    await Promise.all([click(1), click(2), click(3), click(4)]);
    await Promise.all(replicas.map((replica) => replica.run()));
    expect(gate.page.writes).toHaveLength(1);
    const events = (await gate.replica().ledger.entries(INCIDENT)).flatMap((entry) =>
      entry.events.map(({ type }) => type),
    );
    expect(events.filter((type) => type === "ApprovalGranted")).toHaveLength(1);
    expect(events.filter((type) => type === "ApprovalDenied")).toHaveLength(3);
  });

  test("that edits while it is on its way is refused, and what was approved goes out", async () => {
    await gate.given(...approved());
    const edits: unknown[] = [];
    const editor = gate.replica();
    const replica = between(({ write }) => ({
      write: async (right, inTime) => {
        edits.push(
          await editor.ledger.execute(INCIDENT, { commandId: "edit", actor: BRIDGE }, (state) =>
            reviseDraft(state, {
              actor: PEOPLE.sam,
              draftId: DRAFT,
              baseVersion: 1,
              title: drafted().content.title,
              body: "Other words.",
            }),
          ),
        );
        return write(right, inTime);
      },
    }));
    await replica.publish();
    expect(edits).toMatchObject([{ kind: "refused", refusal: { code: "draft-not-editable" } }]);
    expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHED", version: 1 });
  });
});

describe("a crash between publish and record", () => {
  test("publishes once: the lease runs out, the page is read, and it is found", async () => {
    await gate.given(...approved());
    const dying = between(({ store }) => ({
      store: {
        ...store,
        put: async (item) =>
          item.type === "PublishSucceeded" ? Promise.reject(new Error("the process is gone")) : store.put(item),
      } satisfies LedgerStore,
    }));
    await expect(dying.publish()).rejects.toThrow("the process is gone");
    expect(await gate.draftNow()).toMatchObject({ state: "PUBLISHING" });
    expect(await gate.heal()).toMatchObject({ state: "PUBLISHED", publicUrl: gate.page.entries[0]?.shortlink });
    expect(await gate.story()).toEqual(["PublishStarted", "PublishOutcomeUnknown", "PublishReconciled"]);
    expect(gate.page.writes).toHaveLength(1);
  });

  test("before the claim leaves the approval as it was", async () => {
    await gate.given(...approved());
    const dying = between(() => ({ lookUpApprover: () => Promise.reject(storeFailure()) }));
    await expect(dying.publish()).rejects.toThrow();
    expect(await gate.heal()).toMatchObject({ state: "PUBLISHED" });
    expect(gate.page.writes).toHaveLength(1);
  });
});

test("two events of one type in one millisecond are both kept", async () => {
  await gate.given(...waiting());
  const { ledger } = gate.replica();
  const denied = (by: string): IncidentEvent => ({
    type: "ApprovalDenied",
    draftId: DRAFT,
    version: 1,
    by,
    reason: "too-soon",
  });
  await Promise.all([
    append(ledger, INCIDENT, "a", denied(PEOPLE.kim)),
    append(ledger, INCIDENT, "b", denied(PEOPLE.kim)),
  ]);
  expect((await gate.draftNow()).denials).toEqual({ [PEOPLE.kim]: 2 });
});
