import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContextView } from "../../../shared/contracts/views.ts";
import { LIMITS } from "../../../shared/limits.ts";
import { incidentContext } from "../../../slack-app/blocks/incident-context.ts";
import { blockFaults } from "../support/block-faults.ts";
import { contextView, control } from "../support/samples.ts";

/** As it stands on the screen, a line for each line; buttons in square brackets. */
function read(view: ContextView): string {
  const { blocks } = incidentContext(view);
  expect(blockFaults(blocks)).toEqual([]);
  return blocks
    .map((block) => {
      if (block.type === "section" || block.type === "header") return block.text.text;
      if (block.type === "context") return block.elements.map(({ text }) => text).join("\n");
      return block.type === "actions" ? block.elements.map(({ text }) => `[${text.text}]`).join(" ") : block.type;
    })
    .join("\n\n");
}

const LABELS = [
  "Error rate",
  "Latency",
  "Saturation",
  "Last deploys",
  "In the last deploy",
  "Error logs",
  "Slow or failed traces",
  "Owners of the changed files",
];

const complete = contextView({
  readings: [
    { label: "Error rate", value: "7.3 % now, 0.21 % two hours ago" },
    { label: "Latency", value: "5 s now, 212 ms two hours ago" },
    { label: "Saturation", value: "100 % now, 31 % two hours ago" },
    { label: "Last deploys", value: "2026.47.3 (8c41f0d) at 2026-11-21 08:56 UTC, 18 min before the alert" },
    {
      label: "In the last deploy",
      value: "2 commits and 3 files in 2026.47.3 (8c41f0d)",
      details: ["8c41f0d Lower card-gateway timeout from 20s to 5s (#1184)"],
    },
    { label: "Error logs", value: "3 lines in the last 15 minutes", details: ["2 × upstream timed out"] },
    { label: "Slow or failed traces", value: "1 found in the last 15 minutes", details: ["5 s: POST /v#/payments"] },
    {
      label: "Owners of the changed files",
      value: "sam (2 files), @kestrel-freight/platform (1 file)",
      details: ["/incident-response page sam"],
    },
  ],
  links: [
    { title: "Alert group", url: "https://grafana.example.com/alerts/1" },
    { title: "Dashboard", url: "https://grafana.example.com/d/pay?from=1795250645000&to=now" },
    { title: "Logs", url: "https://grafana.example.com/explore?panes=logs" },
  ],
  controls: [
    control("Take command", "TAKE"),
    control("Page someone", "PAGE"),
    control("Customer update", "UPDATE"),
    control("Checklist", "CHECKLIST"),
    control("Not an incident", "RESOLVE"),
  ],
});

describe("the first message", () => {
  test("with all its parts", () => {
    expect(read(complete)).toMatchInlineSnapshot(`
      "SEV1 · Card payments failing in the EU region

      *Severity* SEV1 · *Service* payments
      *Firing since* <!date^1795252445^{date_short_pretty} {time}|2026-11-21T09:14:05.000Z> · 3 alerts, firing
      *Commander* nobody yet. <@U07ALEXLIN1>, you are asked first

      *People* <@U07ALEXLIN1>, <@U07SAMWIER2> · Named by OnCall for this alert
      :warning: *Not here:* kim: has no Slack account under this e-mail

      [Take command] [Page someone] [Customer update] [Checklist] [Not an incident]

      *Error rate* 7.3 % now, 0.21 % two hours ago
      *Latency* 5 s now, 212 ms two hours ago
      *Saturation* 100 % now, 31 % two hours ago
      *Last deploys* 2026.47.3 (8c41f0d) at 2026-11-21 08:56 UTC, 18 min before the alert
      *In the last deploy* 2 commits and 3 files in 2026.47.3 (8c41f0d)
      >8c41f0d Lower card-gateway timeout from 20s to 5s (#1184)
      *Error logs* 3 lines in the last 15 minutes
      >2 × upstream timed out
      *Slow or failed traces* 1 found in the last 15 minutes
      >5 s: POST /v#/payments
      *Owners of the changed files* sam (2 files), @kestrel-freight/platform (1 file)
      >/incident-response page sam

      <https://grafana.example.com/alerts/1|Alert group> · <https://grafana.example.com/d/pay?from=1795250645000&amp;to=now|Dashboard> · <https://grafana.example.com/explore?panes=logs|Logs>

      INC-20261121-0914-K9ZP"
    `);
  });

  test("before the first answer", () => {
    expect(read({ ...complete, readings: [], awaiting: true, links: [] })).toMatchInlineSnapshot(`
      "SEV1 · Card payments failing in the EU region

      *Severity* SEV1 · *Service* payments
      *Firing since* <!date^1795252445^{date_short_pretty} {time}|2026-11-21T09:14:05.000Z> · 3 alerts, firing
      *Commander* nobody yet. <@U07ALEXLIN1>, you are asked first

      *People* <@U07ALEXLIN1>, <@U07SAMWIER2> · Named by OnCall for this alert
      :warning: *Not here:* kim: has no Slack account under this e-mail

      [Take command] [Page someone] [Customer update] [Checklist] [Not an incident]

      :hourglass_flowing_sand: _More answers are on their way; this message is edited as they come._

      INC-20261121-0914-K9ZP"
    `);
  });

  test("with nothing answered and nobody found", () => {
    const unavailable = contextView({
      severityNote: "no severity label, assumed",
      peopleNote: "OnCall: could not be reached; the directory: could not be reached; the fallback group is invited",
      people: [],
      missing: [],
      readings: LABELS.map((label) => ({ label, why: "could not be reached" })),
      links: [],
      controls: [],
    });
    const { firstResponder: _, firingSince: __, ...view } = unavailable;
    expect(read(view)).toMatchInlineSnapshot(`
      "SEV1 · Card payments failing in the EU region

      *Severity* SEV1 (no severity label, assumed) · *Service* payments
      *Alert* 3 alerts, firing
      *Commander* nobody yet, and nobody is known to be on call

      *People* nobody called in · OnCall: could not be reached; the directory: could not be reached; the fallback group is invited

      *Error rate, Latency, Saturation, Last deploys, In the last deploy, Error logs, Slow or failed traces, Owners of the changed files* _unavailable_ (could not be reached)

      INC-20261121-0914-K9ZP"
    `);
  });

  test("when it is over", () => {
    expect(
      read({ ...complete, resolved: true, alertState: "resolved", commander: "U07SAMWIER2", controls: [] }).split(
        "\n\n",
        2,
      ),
    ).toMatchInlineSnapshot(`
      [
        "Resolved · Card payments failing in the EU region",
        "*Severity* SEV1 · *Service* payments
      *Firing since* <!date^1795252445^{date_short_pretty} {time}|2026-11-21T09:14:05.000Z> · 3 alerts, resolved
      *Commander* <@U07SAMWIER2>",
      ]
    `);
  });

  test("with hostile text: nobody is called, nothing is linked, no line is forged", () => {
    const hostile = "<!channel> <@U07RILEYQ4> <https://evil.example|bank> `*x*` & \u202egnp.exe\n\n*Commander* me";
    const read1 = read(
      contextView({
        title: hostile,
        service: hostile,
        severityNote: hostile,
        peopleNote: hostile,
        missing: [{ name: "kim", why: hostile }],
        readings: [
          { label: hostile, value: hostile, details: [hostile] },
          { label: hostile, why: hostile },
        ],
        links: [
          { title: hostile, url: "https://grafana.example.com/?q=<!here>|x" },
          { title: "x", url: "javascript:alert(1)" },
        ],
        controls: [],
      }),
    );
    expect(read1).toMatchInlineSnapshot(`
      "SEV1 · <!channel> <@U07RILEYQ4> <https://evil.example|bank> \`*x*\` & gnp.exe *Commander* me

      *Severity* SEV1 (&lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me) · *Service* &lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me
      *Firing since* <!date^1795252445^{date_short_pretty} {time}|2026-11-21T09:14:05.000Z> · 3 alerts, firing
      *Commander* nobody yet. <@U07ALEXLIN1>, you are asked first

      *People* <@U07ALEXLIN1>, <@U07SAMWIER2> · &lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me
      :warning: *Not here:* kim: &lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me

      *&lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me* &lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me
      >&lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me
      *&lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me* _unavailable_ (&lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example|bank&gt; '*x*' &amp; gnp.exe *Commander* me)

      <https://grafana.example.com/?q=%3C!here%3E%7Cx|&lt;!channel&gt; &lt;@U07RILEYQ4&gt; &lt;https://evil.example/bank&gt; ' … (cut)> · x (no usable link)

      INC-20261121-0914-K9ZP"
    `);
  });
});

test("whatever it holds, and however much of it, Slack takes it", () => {
  const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 600 }), fc.constant("<&>".repeat(900)));
  const url = fc.oneof(fc.webUrl(), text);
  const reading = fc.record(
    { label: text, value: text, why: text, details: fc.array(text, { maxLength: 5 }) },
    { requiredKeys: ["label"] },
  );
  const person = fc.constantFrom("U07ALEXLIN1", "U07SAMWIER2");
  fc.assert(
    fc.property(
      fc.record({
        title: text,
        service: text,
        peopleNote: text,
        people: fc.array(person, { maxLength: LIMITS.invites }),
        missing: fc.array(fc.record({ name: text, why: text }), { maxLength: LIMITS.invites }),
        readings: fc.array(reading, { maxLength: 20 }),
        links: fc.array(fc.record({ title: text, url }), { maxLength: 20 }),
      }),
      (change) => {
        const { blocks, text: notification } = incidentContext(contextView(change));
        expect(blockFaults(blocks)).toEqual([]);
        expect(notification.length).toBeLessThan(4_000);
      },
    ),
    { seed: 4, numRuns: 60 },
  );
});
