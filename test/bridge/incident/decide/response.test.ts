import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type UpdateChecklist, updateChecklist } from "../../../../bridge/incident/decide/checklist.ts";
import {
  type BundleFinding,
  overrideCheck,
  passGate,
  proveCheck,
} from "../../../../bridge/incident/decide/gate-checks.ts";
import { movePhase } from "../../../../bridge/incident/decide/phase.ts";
import { resolveIncident } from "../../../../bridge/incident/decide/resolve.ts";
import { attachRunbook, detachRunbook } from "../../../../bridge/incident/decide/runbook.ts";
import { changeSeverity, raiseByRule } from "../../../../bridge/incident/decide/severity.ts";
import { openChecks, openHolds } from "../../../../bridge/incident/response/checks.ts";
import { itemsOf } from "../../../../bridge/incident/response/items.ts";
import { overdueOf } from "../../../../bridge/incident/response/overdue.ts";
import { sustainedRaises } from "../../../../bridge/incident/response/sustained.ts";
import { PHASES, type SEVERITIES } from "../../../../shared/vocabulary.ts";
import { at, given, HOUR, MINUTE, type Moment, stateOf, T0 } from "../../../support/given.ts";
import { holds } from "../../../support/holds.ts";
import { alert, commandTaken, PEOPLE, roomOpened } from "../../../support/incident-events.ts";
import { attachedCopy, LIBRARY } from "../../../support/library.ts";

const { alex, sam } = PEOPLE;
const open = (runbookId = "default") => [...roomOpened(), commandTaken(), attachedCopy(runbookId)];
const wish = (change: Partial<UpdateChecklist>): UpdateChecklist => ({
  actor: sam,
  done: [],
  skip: [],
  skipReason: undefined,
  confirm: [],
  assign: [],
  assignee: undefined,
  proof: undefined,
  phase: undefined,
  noPublicUpdate: undefined,
  ...change,
});
const severity = (to: (typeof SEVERITIES)[number], actor: string = alex) => ({
  actor,
  severity: to,
  reason: "seen",
  opensRoom: true,
});

describe("severity", () => {
  test("rises by anyone, and falls only by the commander", () => {
    const events = [...roomOpened({ severity: "SEV2" }), commandTaken()];
    given(...events)
      .when((state) => changeSeverity(state, severity("SEV1", sam)))
      .then({
        type: "SeverityChanged",
        from: "SEV2",
        to: "SEV1",
        by: sam,
        reason: "seen",
        rule: null,
        opensRoom: false,
      });
    given(...events)
      .when((state) => changeSeverity(state, severity("SEV3", sam)))
      .thenRefused("not-commander");
    given(...roomOpened({ severity: "SEV2" }))
      .when((state) => changeSeverity(state, severity("SEV3")))
      .thenRefused("no-commander");
  });

  test("does not fall while a check holds it, and an override does not lift the hold", () => {
    const held = open("stale-revocation");
    given(...held)
      .when((state) => changeSeverity(state, severity("SEV2")))
      .thenRefused("severity-held");
    const checks = openHolds(stateOf(...held));
    const overridden = checks.map(({ runbookId, check }) => ({
      type: "CheckOverridden" as const,
      runbookId,
      checkId: check.id,
      by: sam,
      basis: "exec" as const,
      reason: "late",
    }));
    given(...held, ...overridden)
      .when((state) => changeSeverity(state, severity("SEV2")))
      .thenRefused("severity-held");
    const proven = checks.map(({ runbookId, check }) => ({
      type: "CheckProven" as const,
      runbookId,
      checkId: check.id,
      kind: check.proof,
      proof: "seen",
      stated: false,
      by: sam,
    }));
    expect(given(...held, ...proven).when((state) => changeSeverity(state, severity("SEV2"))).decision.kind).toBe(
      "happened",
    );
  });

  test("holds of a detached runbook stay", () => {
    const detached = open("stale-revocation").concat([
      { type: "RunbookDetached", runbookId: "stale-revocation", by: alex, reason: "wrong one" },
    ]);
    given(...detached)
      .when((state) => changeSeverity(state, severity("SEV2")))
      .thenRefused("severity-held");
  });

  test("that rises asks again whether customers must be told", () => {
    const waived = [
      ...roomOpened({ severity: "SEV2" }),
      commandTaken(),
      { type: "PublicUpdateWaived" as const, by: alex, reason: "internal" },
    ];
    expect(stateOf(...waived).response.publicUpdateWaived).toBeDefined();
    const after = given(...waived)
      .when((state) => changeSeverity(state, severity("SEV1")))
      .after();
    expect(after.response.publicUpdateWaived).toBeUndefined();
  });

  test("is raised by a rule once, and never lowered by one", () => {
    const firing = [
      ...roomOpened({ severity: "SEV3" }),
      alert(),
      attachedCopy("third-party-outage", { triggerIndex: 0 }),
    ];
    const state = stateOf(...firing);
    expect(sustainedRaises(state, T0 + 10 * MINUTE)).toEqual([]);
    const [raise] = sustainedRaises(state, T0 + 30 * MINUTE);
    expect(raise).toMatchObject({ rule: "third-party-outage.0", to: "SEV2" });
    const raised = given(...firing).when((now) =>
      raiseByRule(now, { ...(raise ?? { rule: "", to: "SEV1", reason: "" }), opensRoom: true }),
    );
    expect(raised.after().severity).toBe("SEV2");
    expect(sustainedRaises(raised.after(), T0 + HOUR)).toEqual([]);
    given(...roomOpened({ severity: "SEV1" }))
      .when((now) => raiseByRule(now, { rule: "x.0", to: "SEV2", reason: "late", opensRoom: true }))
      .thenNothing();
  });
});

describe("the phase", () => {
  test("moves by the commander alone, lists what was left open, and needs a reason to go back", () => {
    given(...open())
      .when((state) => movePhase(state, { actor: sam, to: "recover", reason: undefined }))
      .thenRefused("not-commander");
    const moved = given(...open()).when((state) => movePhase(state, { actor: alex, to: "recover", reason: undefined }));
    expect(moved.decision).toMatchObject({
      events: [
        {
          type: "PhaseMoved",
          from: "detect",
          to: "recover",
          by: alex,
          skipped: expect.arrayContaining(["contain: Freeze deploys of payments, or roll back its last change"]),
        },
      ],
    });
    expect(JSON.stringify(moved.decision)).not.toContain("{{");
    given(...open(), { type: "PhaseMoved", from: "detect", to: "recover", by: alex, reason: null, skipped: [] })
      .when((state) => movePhase(state, { actor: alex, to: "contain", reason: undefined }))
      .thenRefused("reason-missing");
  });

  test("may be any of them from any of them", () => {
    holds(
      fc.property(fc.constantFrom(...PHASES), fc.constantFrom(...PHASES), (from, to) => {
        const state = stateOf(...open(), {
          type: "PhaseMoved",
          from: "detect",
          to: from,
          by: alex,
          reason: null,
          skipped: [],
        });
        const decision = movePhase(state, { actor: alex, to, reason: "seen" });
        expect(decision.kind).toBe(from === to ? "refused" : "happened");
      }),
      { runs: 60 },
    );
  });
});

describe("the checklist", () => {
  test("takes a tick with who and proof, and a skip only with a reason", () => {
    given(...open())
      .when((state) => updateChecklist(state, wish({ done: ["default/impact-identified"], proof: "EU cards" })))
      .then({ type: "ItemTicked", runbookId: "default", itemId: "impact-identified", by: sam, proof: "EU cards" });
    given(...open())
      .when((state) => updateChecklist(state, wish({ skip: ["default/announce"] })))
      .thenRefused("skip-reason-missing");
    given(...open())
      .when((state) => updateChecklist(state, wish({ done: ["default/nothing-such"] })))
      .thenRefused("item-unknown");
    given(...open())
      .when((state) => updateChecklist(state, wish({})))
      .thenRefused("nothing-chosen");
  });

  test("lets nobody tick what the incident shows by itself, whichever item that is", () => {
    for (const item of itemsOf(stateOf(...open())).filter(({ observed }) => observed)) {
      for (const change of [{ done: [item.key] }, { skip: [item.key], skipReason: "no" }]) {
        given(...open())
          .when((state) => updateChecklist(state, wish({ actor: alex, ...change })))
          .thenRefused("observed-item");
      }
    }
  });

  test("marks as lost what an action destroyed before it was saved", () => {
    given(...open("site-content-compromise"))
      .when((state) => updateChecklist(state, wish({ done: ["site-content-compromise/static-page"] })))
      .then(
        { type: "ItemTicked", runbookId: "site-content-compromise", itemId: "static-page", by: sam, proof: null },
        {
          type: "EvidenceLost",
          runbookId: "site-content-compromise",
          evidenceId: "served-assets",
          actionId: "static-page",
        },
      );
  });

  test("records nothing of a submission of which one part is refused", () => {
    given(...open())
      .when((state) => updateChecklist(state, wish({ done: ["default/impact-identified", "default/room-assembled"] })))
      .thenRefused("observed-item");
  });

  test("names what is overdue, the oldest first and at most five, and nothing once it is over", () => {
    const state = stateOf(...open("build-pipeline-compromise"));
    const { items } = overdueOf(state, T0 + HOUR);
    expect(items.map(({ minutesLate }) => minutesLate)).toEqual([57, 55, 50, 45, 45]);
    expect(overdueOf(state, T0 + MINUTE).items).toEqual([]);
    const over = stateOf(...open(), { type: "IncidentResolved", outcome: "resolved", summary: "", duplicateOf: null });
    expect(overdueOf(over, T0 + HOUR)).toEqual({ items: [], more: 0, clocks: [] });
  });
});

describe("the gate", () => {
  const gate = (overrideReason?: string) => ({ actor: alex, exec: false, proofs: [], overrideReason });

  test("keeps the incident open until each check is proven or gone past", () => {
    const firing = [...open(), alert()];
    const resolve = (overrideReason?: string) => (state: Parameters<typeof resolveIncident>[0]) =>
      resolveIncident(state, {
        actor: alex,
        outcome: "resolved",
        summary: "over",
        duplicateOf: undefined,
        gate: gate(overrideReason),
      });
    given(...firing)
      .when(resolve())
      .thenRefused("gate-open");
    const passed = given(...firing).when(resolve("seen by hand"));
    expect(passed.after().status).toBe("resolved");
    expect(passed.after().response.phase).toBe("review");
  });

  test("is gone past by nobody where nobody may, not even with a reason", () => {
    const state = stateOf(...open("secret-exposure"));
    expect(passGate(state, gate("we are in a hurry"))).toMatchObject({
      ok: false,
      decision: { refusal: { code: "may-not-override" } },
    });
    const nobody = openChecks(state).find(({ check }) => check.who_may_override === "nobody");
    given(...open("secret-exposure"))
      .when((now) => overrideCheck(now, { actor: sam, exec: true, key: nobody?.key ?? "", reason: "late" }))
      .thenRefused("may-not-override");
  });

  test("lets an executive go past, unless that person commands the incident", () => {
    const key = "secret-exposure/use-log-read";
    const asExec = (actor: string) =>
      given(...open("secret-exposure")).when((state) =>
        overrideCheck(state, { actor, exec: true, key, reason: "late" }),
      );
    asExec(alex).thenRefused("may-not-override");
    expect(asExec(sam).decision).toMatchObject({ events: [{ basis: "exec", by: sam }] });
  });

  test("an executive's reason in the resolve form settles what waits for one, and leaves closing to the commander", () => {
    const waiting = open("secret-exposure");
    const wish = (exec: boolean, overrideReason?: string) => (state: Parameters<typeof resolveIncident>[0]) =>
      resolveIncident(state, {
        actor: sam,
        outcome: "resolved",
        summary: "seen",
        duplicateOf: undefined,
        gate: { exec, proofs: [], overrideReason },
      });
    const execs = openChecks(stateOf(...waiting)).filter(({ check }) => check.who_may_override === "exec");
    expect(execs.length).toBeGreaterThan(0);
    const after = given(...waiting).when(wish(true, "the vendor has no log"));
    after.then(
      ...execs.map(({ runbookId, check }) => ({
        type: "CheckOverridden" as const,
        runbookId,
        checkId: check.id,
        by: sam,
        basis: "exec" as const,
        reason: "the vendor has no log",
      })),
    );
    expect(after.after().status).toBe("open");
    for (const other of [wish(true), wish(false, "in a hurry")])
      given(...waiting)
        .when(other)
        .thenRefused("not-commander");
    given(...waiting, ...(after.decision.kind === "happened" ? after.decision.events : []))
      .when(wish(true, "again"))
      .thenRefused("not-commander");
  });

  test.each([
    ["use-log-read", "short"],
    ["evidence-preserved", "we have it somewhere safe"],
  ])("takes no proof of the wrong kind for %s", (id, proof) => {
    given(...open("secret-exposure"))
      .when((state) => proveCheck(state, { actor: sam, key: `secret-exposure/${id}`, proof, secret: false }))
      .thenRefused("no-proof");
  });

  test("a bundle proves only as the digest that the signed log covers, and the record says under which checkpoint", () => {
    const digest = "a".repeat(64);
    const key = "secret-exposure/evidence-preserved";
    const offer = (bundle?: BundleFinding) => (state: Parameters<typeof proveCheck>[0]) =>
      proveCheck(state, { actor: sam, key, proof: digest, secret: false, ...(bundle ? { bundle } : {}) });
    given(...open("secret-exposure"))
      .when(offer())
      .thenRefused("no-proof");
    given(...open("secret-exposure"))
      .when(offer({ kind: "refused", why: "This is no digest of this incident's record." }))
      .thenRefused("no-proof");
    given(...open("secret-exposure"))
      .when(offer({ kind: "covered", entries: 9, size: 41, root16: "3f9a3f9a3f9a3f9a" }))
      .then({
        type: "CheckProven",
        runbookId: "secret-exposure",
        checkId: "evidence-preserved",
        kind: "bundle",
        proof: `${digest} (the first 9 entries, found under the signed checkpoint 41 3f9a3f9a3f9a3f9a)`,
        stated: false,
        by: sam,
      });
  });

  test("nothing is discarded while a check holds it", () => {
    given(...open("secret-exposure"))
      .when((state) =>
        resolveIncident(state, { actor: alex, outcome: "not_an_incident", summary: "no", duplicateOf: undefined }),
      )
      .thenRefused("hold-open");
  });

  test("resolves only where no required check is left, whatever was proven and gone past", () => {
    holds(
      fc.property(
        fc.constantFrom(...LIBRARY.keys()),
        fc.array(fc.nat(12), { maxLength: 12 }),
        fc.option(fc.constant("seen by hand"), { nil: undefined }),
        (runbookId, proven, reason) => {
          const events = open(runbookId);
          const checks = openChecks(stateOf(...events));
          const proofs = proven
            .flatMap((index) => checks[index] ?? [])
            .map(({ runbookId: id, check }) => ({
              type: "CheckProven" as const,
              runbookId: id,
              checkId: check.id,
              kind: check.proof,
              proof: "seen",
              stated: false,
              by: sam,
            }));
          const result = given(...events, ...proofs).when((state) =>
            resolveIncident(state, {
              actor: alex,
              outcome: "resolved",
              summary: "over",
              duplicateOf: undefined,
              gate: gate(reason),
            }),
          );
          if (result.decision.kind === "happened") expect(openChecks(result.after())).toEqual([]);
        },
      ),
      { runs: 150 },
    );
  });
});

describe("a runbook", () => {
  const entry = LIBRARY.get("bad-deploy");
  test("attached stays as it was attached, whatever becomes of the file", () => {
    if (!entry) throw new Error("no bad-deploy");
    const newer = { ...entry, sha256: "0".repeat(64), runbook: { ...entry.runbook, version: 2 } };
    const rules = { trigger: "x", triggerIndex: null, by: null };
    given(...open("bad-deploy"))
      .when((state) => attachRunbook(state, { entry: newer, ...rules }))
      .thenNothing();
    given(...open("bad-deploy"))
      .when((state) => attachRunbook(state, { entry: newer, ...rules, by: sam }))
      .thenRefused("runbook-attached");
  });

  test("is detached by the commander alone, and the default by nobody", () => {
    const detach = (actor: string, runbookId: string) =>
      given(...open("bad-deploy")).when((state) => detachRunbook(state, { actor, runbookId, reason: "wrong" }));
    detach(sam, "bad-deploy").thenRefused("not-commander");
    detach(alex, "default").thenRefused("default-stays");
    expect(detach(alex, "bad-deploy").decision.kind).toBe("happened");
  });
});

describe("what an escalation waits for", () => {
  const KEY = "bad-deploy/escalation-1";
  const confirmed = { type: "EscalationConfirmed", runbookId: "bad-deploy", itemId: "escalation-1", by: sam } as const;

  test("is confirmed once, and its time runs from then", () => {
    given(...open("bad-deploy"))
      .when((state) => updateChecklist(state, wish({ confirm: [KEY] })))
      .then(confirmed);
    given(...open("bad-deploy"), confirmed)
      .when((state) => updateChecklist(state, wish({ confirm: [KEY] })))
      .thenNothing();
    const late = at(T0 + HOUR, confirmed);
    const due = (...more: Moment[]) => itemsOf(stateOf(...open("bad-deploy"), ...more)).find(({ key }) => key === KEY);
    expect((due(late)?.dueAt ?? 0) - (due()?.dueAt ?? 0)).toBe(HOUR);
  });

  test("is nothing that another item has", () => {
    given(...open("bad-deploy"))
      .when((state) => updateChecklist(state, wish({ confirm: ["bad-deploy/roll-back"] })))
      .thenRefused("not-an-escalation");
  });
});
