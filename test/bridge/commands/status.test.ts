import { expect, test } from "vitest";
import { statusText } from "../../../bridge/commands/status.ts";
import { fired, incidentOf, MINUTE, OPENED_AT, opened, respondersFound, updateRequested } from "./incidents.ts";

const HASH = "a".repeat(64);
const at = (minutes: number) => OPENED_AT + minutes * MINUTE;

test("a young incident says what is known and what is not yet", () => {
  const incident = incidentOf([0, "intake", opened()], [0, "intake", fired()]);
  expect(statusText(incident, at(3)).split("\n")).toEqual([
    "*SEV1 · payments · Card payments &lt;failing&gt; in EU &amp; UK*",
    "INC-20261121-0914-7F3K · open for 3 min (since 2026-11-21 09:14 UTC)",
    "Commander: nobody yet",
    "Alert: firing, 1 alert",
    "Responders: still being looked up",
    "Customer updates: none drafted",
    "Public incident: none; customers have been told nothing",
    "Postmortem: follows when the incident is resolved",
  ]);
});

test("an incident under way names its people, drafts and public incident", () => {
  const incident = incidentOf(
    [0, "intake", opened({ severityAssumed: true, severityBasis: "no severity label, assumed" })],
    [0, "intake", fired("a")],
    [0, "intake", fired("b", 2)],
    [1, "bridge", respondersFound],
    [2, "U07ALEXLIN1", { type: "CommandTaken", by: "U07ALEXLIN1", from: null }],
    [3, "U07ALEXLIN1", { type: "HandoverOffered", to: "U07SAMWIER2", by: "U07ALEXLIN1", note: null }],
    [4, "U07ALEXLIN1", updateRequested("DRF-AAAAAAAAA1")],
    [5, "U07ALEXLIN1", updateRequested("DRF-AAAAAAAAA2")],
    [
      6,
      "U07JORDANO5",
      { type: "DraftRejected", draftId: "DRF-AAAAAAAAA1", version: 1, by: "U07JORDANO5", reason: "says <too> little" },
    ],
  );
  const withPublic = {
    ...incident,
    public: {
      targetId: "h4z9w6tq1mxk",
      url: "https://status.kestrel.example.com/i/h4z9w6tq1mxk?a=1&b=2",
      rev: HASH,
      title: "Card payments | EU",
      status: "identified" as const,
      body: "text",
      publishedAt: at(10),
      components: {},
    },
    lastPublicAt: at(10),
  };
  const lines = statusText(withPublic, at(82)).split("\n");
  expect(lines).toEqual([
    "*SEV1 · payments · Card payments &lt;failing&gt; in EU &amp; UK*",
    "INC-20261121-0914-7F3K · open for 1 h 22 min (since 2026-11-21 09:14 UTC)",
    "Severity: no severity label, assumed",
    "Commander: <@U07ALEXLIN1> since 09:16 UTC; offered to <@U07SAMWIER2>, not yet accepted",
    "Alert: firing, 2 alerts",
    "Responders: <@U07ALEXLIN1>, <@U07SAMWIER2>. OnCall named nobody; inviting who is on call now",
    "Not reached: casey (is a guest in Slack)",
    "Customer updates:",
    "• Update 1 (investigating): Rejected: says &lt;too&gt; little.",
    "• Update 2 (investigating): The text is being drafted.",
    "Public incident: <https://status.kestrel.example.com/i/h4z9w6tq1mxk?a=1&amp;b=2|Card payments / EU>, identified, last update 1 h 12 min ago",
    "Postmortem: follows when the incident is resolved",
  ]);
});

test("a resolved incident says by whom, how long it took and where the postmortem is", () => {
  const resolved = [
    [0, "U07ALEXLIN1", opened({ origin: "person" })],
    [90, "U07SAMWIER2", { type: "IncidentResolved", outcome: "resolved", summary: "rolled back", duplicateOf: null }],
  ] as const;
  const waiting = statusText(incidentOf([...resolved[0]], [...resolved[1]]), at(200));
  expect(waiting).toContain("closed as resolved by <@U07SAMWIER2> after 1 h 30 min");
  expect(waiting).toContain("Alert: none, declared by hand");
  expect(waiting).toContain("Postmortem: being written");

  const delayed = incidentOf(
    [...resolved[0]],
    [...resolved[1]],
    [91, "bridge", { type: "PostmortemDelayed", reason: "Linear timed out" }],
  );
  expect(statusText(delayed, at(200))).toContain("Postmortem: not filed yet: Linear timed out");

  const filed = incidentOf(
    [...resolved[0]],
    [...resolved[1]],
    [
      92,
      "bridge",
      {
        type: "PostmortemFiled",
        issueId: "3f0c1f2e-6f0b-4a52-9d3e-6c2a7b1e5d10",
        identifier: "OPS-12",
        url: "https://linear.example.com/OPS-12",
        author: "template",
        note: null,
      },
    ],
  );
  expect(statusText(filed, at(200))).toContain("Postmortem: <https://linear.example.com/OPS-12|OPS-12>");
});

test("an outcome without postmortem says so", () => {
  const incident = incidentOf(
    [0, "intake", opened()],
    [1, "U07ALEXLIN1", { type: "IncidentResolved", outcome: "not_an_incident", summary: "noise", duplicateOf: null }],
  );
  expect(statusText(incident, at(2))).toMatch(/closed as not an incident .*[\s\S]*Postmortem: none for this outcome/);
});

test("a long history stays within one answer", () => {
  const drafts = Array.from(
    { length: 30 },
    (_, n) => [n, "U07ALEXLIN1", updateRequested(`DRF-${String(n).padStart(10, "A")}`)] as const,
  );
  const people = Array.from({ length: 100 }, (_, n) => ({ userId: `U07PERSON${n}`, name: `p${n}` }));
  const incident = incidentOf(
    [0, "intake", opened()],
    [
      0,
      "bridge",
      { ...respondersFound, people, missing: people.map(({ name }) => ({ name, why: "x".repeat(200) })) } as never,
    ],
    ...drafts.map((draft): [number, string, never] => [draft[0], draft[1], draft[2] as never]),
  );
  const text = statusText(incident, at(60));
  expect(text).toContain("Customer updates: (25 earlier not shown)");
  expect(text).toContain("• Update 30 ");
  expect(text).toContain("and 80 more");
  expect(text.length).toBeLessThan(12_000);
});
