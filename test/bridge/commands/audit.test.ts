import { describe, expect, test } from "vitest";
import type { AuditFacts } from "../../../bridge/audit/reading/audit-facts.ts";
import { auditText } from "../../../bridge/commands/audit.ts";
import { MINUTE, stateOf, T0 } from "../../support/given.ts";
import { commandTaken, roomOpened } from "../../support/incident-events.ts";

const incident = stateOf(...roomOpened(), commandTaken());
const NOW = T0 + 10 * MINUTE;
const facts: AuditFacts = {
  status: "ok",
  findings: 0,
  walkedAt: NOW - MINUTE,
  uncovered: 2,
  checkpoint: { size: 6, root16: "0123456789abcdef", at: NOW - 2 * MINUTE },
};
const said = (change: Partial<AuditFacts> = {}, commander = false) =>
  auditText(incident, { ...facts, ...change }, NOW, commander);

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
    expect(auditText(incident, undefined, NOW, true)).toContain("nothing is proved");
  });

  test("tells the commander alone how the bundle is fetched", () => {
    expect(said({}, true)).toContain(`/audit/bundle?incident=${incident.id}`);
    expect(said()).not.toContain("/audit/bundle");
  });
});
