import { describe, expect, test } from "vitest";
import type { AuditFacts } from "../../../bridge/audit/reading/audit-facts.ts";
import { audit, auditText } from "../../../bridge/commands/audit.ts";
import { MINUTE, stateOf, T0 } from "../../support/given.ts";
import { commandTaken, PEOPLE, roomOpened } from "../../support/incident-events.ts";
import { NOTHING_TO_REACH } from "./nothing-to-reach.ts";

const incident = stateOf(...roomOpened(), commandTaken());
const NOW = T0 + 10 * MINUTE;
const facts: AuditFacts = {
  status: "ok",
  findings: 0,
  walkedAt: NOW - MINUTE,
  uncovered: 2,
  checkpoint: { size: 6, root16: "0123456789abcdef", at: NOW - 2 * MINUTE },
};
const said = (change: Partial<AuditFacts> = {}, bundle?: string) =>
  auditText(incident, { ...facts, ...change }, NOW, bundle);

describe("what audit says", () => {
  test("is where the record stands, the newest checkpoint as it is witnessed, and what is not proved", () => {
    expect(said()).toContain("Nothing was found.");
    expect(said()).toContain(`stands at entry ${incident.seq}.`);
    expect(said()).toContain("`audit 6 0123456789abcdef`");
    expect(said()).toContain("2 entries were behind the newest checkpoint");
    expect(said()).toContain("what was recorded since that walk");
  });

  test.each(["stale", "unknown"] as const)("never claims that a %s record is well", (status) => {
    expect(said({ status })).toContain("nothing is known");
    expect(said({ status })).not.toContain("Nothing was found");
  });

  test("names how many findings there are", () => {
    expect(said({ status: "broken", findings: 3 })).toContain("Findings: 3");
  });

  test("says where there is no log that nothing is proved", () => {
    expect(auditText(incident, undefined, NOW, undefined)).toContain("nothing is proved");
  });

  test("gives an address of the bundle to the commander alone", async () => {
    const asked: string[] = [];
    const answer = (userId: string) =>
      audit.run({
        ...NOTHING_TO_REACH,
        incident,
        actor: { userId, teamId: "T07KESTREL1" },
        args: "",
        links: {},
        now: NOW,
        registry: [],
        auditFacts: async () => facts,
        bundleLink: async (...of) => {
          asked.push(...of);
          return "https://bridge.example.com/audit/bundle-link?incident=x&for=y";
        },
      });
    expect(await answer(PEOPLE.sam)).not.toContain("bundle-link");
    expect(asked).toEqual([]);
    expect(await answer(PEOPLE.alex)).toContain("bundle-link?incident=x&amp;for=y|Download the record>");
    expect(asked).toEqual([incident.id, PEOPLE.alex]);
  });
});
