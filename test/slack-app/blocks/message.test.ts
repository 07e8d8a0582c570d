import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Control, DraftView as DraftViewContract, type MessageView } from "../../../shared/contracts/views.ts";
import { CARD_ACTIONS, COMPONENT_STATUSES, PUBLIC_STATUSES, SEVERITIES } from "../../../shared/vocabulary.ts";
import { message } from "../../../slack-app/blocks/message.ts";
import { cardMessage } from "../../../slack-app/functions/card/card-message.ts";
import { blockFaults } from "../support/block-faults.ts";
import { checklistView, contextView, DRAFT, draftView, HASH, INCIDENT } from "../support/samples.ts";

const textOf = (view: MessageView) =>
  message(view).blocks.flatMap((block) => {
    if (block.type === "section" || block.type === "header") return [block.text.text];
    return block.type === "context" ? block.elements.map(({ text }) => text) : [];
  });
const all = (view: MessageView) => textOf(view).join("\n");

describe("the context message", () => {
  test("reads as a responder needs it", () => {
    expect(textOf(contextView())).toEqual([
      "SEV1 · Card payments failing in the EU region",
      [
        "*Severity* SEV1 · *Service* payments",
        "*Firing since* <!date^1795252445^{date_short_pretty} {time}|2026-11-21T09:14:05.000Z> · 3 alerts, firing",
        "*Commander* nobody yet. <@U07ALEXLIN1>, you are asked first",
      ].join("\n"),
      [
        "*People* <@U07ALEXLIN1>, <@U07SAMWIER2> · Named by OnCall for this alert",
        ":warning: *Not here:* kim: has no Slack account under this e-mail",
      ].join("\n"),
      "*Error rate* 4.2/s, two hours ago 0.1/s\n*Deploys* _unavailable_ (GitHub did not answer in 3 s)",
      "<https://grafana.example.com/alerts/1|Alert group>",
      INCIDENT,
    ]);
  });

  test("what could not be read is unavailable, never zero", () => {
    const view = contextView({ readings: [{ label: "Error rate", why: "Mimir answered 503" }] });
    expect(all(view)).toContain("*Error rate* _unavailable_ (Mimir answered 503)");
  });

  test("names the commander once there is one, and asks nobody then", () => {
    const text = all(contextView({ commander: "U07RILEYQ4" }));
    expect(text).toContain("*Commander* <@U07RILEYQ4>");
    expect(text).not.toContain("asked first");
  });

  test("carries its controls as workflow buttons with the incident as a hint", () => {
    const actions = message(contextView()).blocks.find(({ type }) => type === "actions");
    expect(actions).toMatchObject({
      elements: [
        {
          type: "workflow_button",
          action_id: "open_take_command",
          text: { text: "Take command" },
          workflow: {
            trigger: {
              url: "https://slack.com/shortcuts/Ft07TAKE/0123456789abcdef",
              customizable_input_parameters: [{ name: "incident_id", value: INCIDENT }],
            },
          },
        },
        { type: "workflow_button", action_id: "open_customer_update" },
      ],
    });
  });
});

describe("other messages", () => {
  test("the checklist counts what is done and shows why", () => {
    expect(textOf(checklistView())).toEqual([
      "Checklist",
      "*Milestones* 1 of 2 done\n:white_check_mark: War room assembled\n:white_large_square: Commander confirmed (offered to alex)",
    ]);
  });

  test("an offer of command names both people and turns into a statement once accepted", () => {
    const offer = {
      kind: "command_offer" as const,
      incidentId: INCIDENT,
      to: "U07SAMWIER2",
      from: "U07ALEXLIN1",
      note: "Rollback is running",
      controls: [],
    };
    expect(all(offer)).toBe(
      "<@U07SAMWIER2>, <@U07ALEXLIN1> hands command over to you. It is yours once you take it.\n> Rollback is running",
    );
    expect(all({ ...offer, takenBy: "U07SAMWIER2" })).toContain("<@U07SAMWIER2> took command.");
  });

  test("a notice calls the person and the group it is for, and offers the forms it is about", () => {
    const notice: MessageView = {
      kind: "notice",
      incidentId: INCIDENT,
      text: "A customer update waits for approval.",
      mention: "U07RILEYQ4",
      mentionGroup: "S07APPROVER",
      controls: contextView().controls.slice(0, 1),
    };
    expect(all(notice)).toBe("<@U07RILEYQ4> <!subteam^S07APPROVER> A customer update waits for approval.");
    expect(message(notice).text).toBe(all(notice));
    expect(message(notice).blocks.at(-1)).toMatchObject({
      type: "actions",
      elements: [{ type: "workflow_button", action_id: "open_take_command" }],
    });
    expect(all({ ...notice, mentionGroup: "<!channel>" })).toContain("&lt;!channel&gt;");
  });

  test("closing shows every step with its state", () => {
    const text = all({
      kind: "closing",
      incidentId: INCIDENT,
      by: "U07RILEYQ4",
      outcome: "resolved",
      summary: "Rolled back.\nQueues are drained.",
      durationMinutes: 42,
      steps: [
        { text: "Postmortem drafted", state: "done" },
        { text: "Filed in Linear", state: "failed", note: "Linear answered 400" },
        { text: "Room archived", state: "waiting" },
        { text: "Public update", state: "not-needed" },
      ],
      controls: [],
    });
    expect(text).toContain("Closed by <@U07RILEYQ4> after 42 min\nRolled back.\nQueues are drained.");
    expect(text).toContain(":x: Filed in Linear (Linear answered 400)");
    expect(text).toContain(":hourglass_flowing_sand: Room archived");
  });
});

describe("hostile text", () => {
  const notice = (text: string): MessageView => ({ kind: "notice", incidentId: INCIDENT, text, controls: [] });

  test("mentions, links and code spans in data come out as the characters they are", () => {
    const hostile = "<!channel> <@U07ALEXLIN1> <https://evil.example|bank> `rm` & more";
    const inert = "&lt;!channel&gt; &lt;@U07ALEXLIN1&gt; &lt;https://evil.example|bank&gt; 'rm' &amp; more";
    expect(all(contextView({ title: hostile, service: hostile }))).toContain(inert);
    // A notice is the bridge's own sentence: it may name a person, and nothing else.
    expect(all(notice(hostile))).toBe(inert.replace("&lt;@U07ALEXLIN1&gt;", "<@U07ALEXLIN1>"));
  });

  test("right-to-left overrides, zero-width and control characters are taken out", () => {
    expect(all(notice("pay\u202Eeno\u202C\u200B now\u0007"))).toBe("payeno now");
  });

  test("what is cut is visibly cut", () => {
    expect(all(notice("x".repeat(5_000)))).toMatch(/^x+ … \(cut\)$/);
    const title = textOf(contextView({ title: "y".repeat(400) }))[0] ?? "";
    expect(title).toHaveLength(150);
    expect(title).toMatch(/… \(cut\)$/);
  });

  test("lines that do not fit are counted", () => {
    const missing = Array.from({ length: 200 }, (_, index) => ({ name: `person ${index}`, why: "w".repeat(100) }));
    expect(all(contextView({ missing }))).toMatch(/… and \d+ more lines/);
  });

  test("a link that does not lead to the web is shown without its target", () => {
    const text = all(contextView({ links: [{ title: "Run|book", url: "javascript:alert(1)" }] }));
    expect(text).toContain("Run/book (no usable link)");
    expect(text).not.toContain("javascript");
  });

  test("a link cannot smuggle another one in", () => {
    const text = all(contextView({ links: [{ title: "a", url: "https://ok.example.com/?q=<x>|y&z" }] }));
    expect(text).toContain("<https://ok.example.com/?q=%3Cx%3E%7Cy&amp;z|a>");
  });
});

/** Any text, with the characters that escaping and Slack's limits are about over-represented. */
const wild = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc.string({ unit: fc.constantFrom("&", "<", ">", "`", "\n", "\u202E", "|", "🙂", "a", "\uD800"), maxLength: 4_000 }),
);
const id = fc.constantFrom("U07ALEXLIN1", "U07SAMWIER2", "W07GRIDUSR1");
const control: fc.Arbitrary<Control> = fc.record({
  label: wild,
  url: fc.oneof(fc.webUrl(), wild),
  inputs: fc.dictionary(fc.string({ maxLength: 10 }), wild, { maxKeys: 20 }),
});
const controls = fc.array(control, { maxLength: 40 });
const link = fc.record({ title: wild, url: fc.oneof(fc.webUrl(), wild) });
const links = fc.array(link, { maxLength: 30 });
const base = { incidentId: fc.constant(INCIDENT) };
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const alertState = fc.constantFrom("firing", "acknowledged", "silenced", "resolved", "none" as const);

const views: fc.Arbitrary<MessageView> = fc.oneof(
  fc.record({
    kind: fc.constant("incident_context" as const),
    ...base,
    title: wild,
    service: wild,
    severity: fc.constantFrom(...SEVERITIES),
    severityNote: maybe(wild),
    resolved: fc.boolean(),
    firingSince: maybe(fc.oneof(wild, fc.constant("2026-11-21T09:14:05Z"))),
    alertCount: fc.nat(),
    alertState,
    commander: maybe(id),
    firstResponder: maybe(id),
    peopleNote: wild,
    people: fc.array(id, { maxLength: 100 }),
    missing: fc.array(fc.record({ name: wild, why: wild }), { maxLength: 60 }),
    readings: fc.array(fc.record({ label: wild, value: maybe(wild), why: maybe(wild) }), { maxLength: 60 }),
    links,
    controls,
  }),
  fc.record({
    kind: fc.constant("incident_checklist" as const),
    ...base,
    title: wild,
    items: fc.array(fc.record({ text: wild, done: fc.boolean(), note: maybe(wild) }), { maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant("command_offer" as const),
    ...base,
    to: id,
    from: maybe(id),
    note: maybe(wild),
    takenBy: fc.option(fc.constant("U07SAMWIER2"), { nil: undefined }),
    controls,
  }),
  fc.record({ kind: fc.constant("nudge" as const), ...base, text: wild, mention: maybe(id), controls }),
  fc.record({
    kind: fc.constant("closing" as const),
    ...base,
    by: id,
    outcome: wild,
    summary: wild,
    durationMinutes: fc.nat(),
    steps: fc.array(
      fc.record({
        text: wild,
        state: fc.constantFrom("done", "waiting", "failed", "not-needed" as const),
        note: maybe(wild),
      }),
      { maxLength: 100 },
    ),
    controls,
  }),
  fc.record({
    kind: fc.constant("postmortem" as const),
    ...base,
    title: wild,
    url: wild,
    identifier: wild,
    note: wild,
  }),
  fc.record({
    kind: fc.constant("alert_line" as const),
    ...base,
    title: wild,
    service: wild,
    severity: fc.constantFrom(...SEVERITIES),
    alertState,
    links,
    restricted: maybe(fc.constant(true as const)),
    controls,
  }),
  fc.record({
    kind: fc.constant("notice" as const),
    ...base,
    text: wild,
    mention: maybe(id),
    mentionGroup: maybe(fc.oneof(wild, fc.constant("S07APPROVER"))),
    controls,
  }),
);

/** What is left of a mrkdwn text once our own markup is taken out: no angle bracket of the data's may remain. */
const OURS =
  /<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[0-9TZ:.+-]+>|<https?:\/\/[^<>|]+\|[^<>]*>/g;

describe("whatever the data", () => {
  test("a message keeps Slack's limits and interprets nothing of it", () => {
    fc.assert(
      fc.property(views, (view) => {
        const { blocks, text } = message(view);
        expect(blockFaults(blocks)).toEqual([]);
        const interpreted = [
          text,
          ...blocks.flatMap((block) => {
            if (block.type === "section" && block.text.type === "mrkdwn") return [block.text.text];
            return block.type === "context" ? block.elements.map((element) => element.text) : [];
          }),
        ];
        for (const mrkdwn of interpreted) expect(mrkdwn.replace(OURS, "")).not.toMatch(/[<`\u202E]/);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  test("a card shows title and body to the letter and keeps Slack's limits", () => {
    const drafts = fc.record({
      page: wild,
      title: fc.string({ minLength: 1, maxLength: 255 }),
      body: fc.string({ minLength: 1, maxLength: 600 }),
      previousBody: maybe(wild),
      status: fc.constantFrom(...PUBLIC_STATUSES),
      previousStatus: maybe(fc.constantFrom(...PUBLIC_STATUSES)),
      previousByHand: maybe(wild),
      components: fc.array(
        fc.record({
          id: wild,
          name: wild,
          from: maybe(fc.constantFrom(...COMPONENT_STATUSES)),
          to: fc.constantFrom(...COMPONENT_STATUSES),
        }),
        { maxLength: 40 },
      ),
      standing: wild,
      state: fc.constantFrom(...DraftViewContract.shape.state.options),
      blockers: fc.array(wild, { maxLength: 40 }),
      findings: fc.array(
        fc.record({ id: fc.string({ minLength: 1, maxLength: 32 }), text: wild, acknowledgedBy: maybe(id) }),
        {
          maxLength: 40,
        },
      ),
      approvals: fc.array(fc.record({ by: id }), { maxLength: 30 }),
      approvalsNeeded: fc.nat({ max: 3 }),
      policyNote: maybe(wild),
      actions: fc.uniqueArray(fc.constantFrom(...CARD_ACTIONS)),
      controls,
    });
    fc.assert(
      fc.property(drafts, (parts) => {
        const draft = draftView(parts);
        const { blocks, metadata } = cardMessage(draft, "with-buttons", "effect");
        expect(blockFaults(blocks)).toEqual([]);
        for (const block of blocks) {
          if (block.type !== "section" || block.text.type !== "mrkdwn") continue;
          expect(block.text.text.replace(OURS, "")).not.toMatch(/[<`\u202E]/);
        }
        const exact = (blockId: string) => blocks.find((block) => "block_id" in block && block.block_id === blockId);
        expect(exact("draft_text")).toMatchObject({ text: { type: "plain_text", text: draft.body, emoji: false } });
        expect(exact("draft_title")).toMatchObject({ text: { type: "plain_text", text: draft.title, emoji: false } });
        expect(metadata.event_payload).toMatchObject({ draft_id: DRAFT, version: 2, content_hash: HASH });
      }),
      { numRuns: 200, seed: 20261121 },
    );
  });
});
