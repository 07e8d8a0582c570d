import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checklistView } from "../../../bridge/incident/views/checklist-view.ts";
import { responseFacts } from "../../../bridge/incident/views/response-facts.ts";
import { canonicalText, lintRunbook, runbookHash } from "../../../bridge/runbooks/lint.ts";
import { Runbook } from "../../../bridge/runbooks/schema.ts";
import { PHASES, type Phase } from "../../../shared/vocabulary.ts";
import { message } from "../../../slack-app/blocks/message.ts";
import { severityBlocks } from "../../../slack-app/functions/change_severity/view.ts";
import { resolveBlocks } from "../../../slack-app/functions/resolve_incident/view.ts";
import { checklistBlocks } from "../../../slack-app/functions/update_checklist/view.ts";
import { blockFaults } from "../../slack-app/support/block-faults.ts";
import { formFacts } from "../../slack-app/support/samples.ts";
import { stateOf } from "../../support/given.ts";
import { commandTaken, roomOpened } from "../../support/incident-events.ts";
import { attachedCopy, LIBRARY } from "../../support/library.ts";
import { viewWorld } from "../../support/view-world.ts";

type Attached = ReturnType<typeof attachedCopy>;

/** The room after these were attached and the phase was reached. */
const inPhase = (phase: Phase, attached: readonly Attached[], service = "payments") =>
  stateOf(...roomOpened({ service }), commandTaken(), ...attached, {
    type: "PhaseMoved",
    from: "detect",
    to: phase,
    by: null,
    reason: null,
    skipped: [],
  });

/** Every message of an incident that follows these, as Slack gets them. */
function rendered(attached: readonly Attached[], service?: string) {
  return PHASES.filter((phase) => phase !== "review").map((phase) => {
    const state = inPhase(phase, attached, service);
    return { phase, blocks: message(checklistView(state, phase, viewWorld())).blocks };
  });
}

/** Every form that shows something of a runbook. */
function forms(attached: readonly Attached[], title?: string) {
  const facts = formFacts({
    response: responseFacts(inPhase("validate", attached), LIBRARY),
    ...(title === undefined ? {} : { title, service: title }),
  });
  return { checklist: checklistBlocks(facts), severity: severityBlocks(facts), resolve: resolveBlocks(facts, {}) };
}

/** All texts in which Slack looks for mentions and links. */
function alive(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const own = "type" in value && value.type === "mrkdwn" && "text" in value ? String(value.text) : "";
  return [own, ...Object.values(value).map(alive)].join("\n");
}
const DECEIVES = /<!(channel|here|subteam)|[\u202E\u2066]/;

const sha256 = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

describe("the library as Slack shows it", () => {
  test.each(["bad-deploy", "secret-exposure"])("the messages of %s are the ones last looked at", async (id) => {
    const lines = rendered([attachedCopy(id)]).flatMap(({ phase, blocks }) =>
      blocks.map((block) => JSON.stringify({ phase, ...block })),
    );
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`rendered/${id}.jsonl`);
  });

  test("no message of any other has changed unnoticed", async () => {
    const lines = [...LIBRARY.keys()].map((id) => `${sha256(rendered([attachedCopy(id)]))}  ${id}`);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("rendered/SHA256SUMS");
  });

  test.each([...LIBRARY.keys()])("%s is within Slack's limits, in messages and forms", (id) => {
    const attached = [attachedCopy(id, { trigger: "t".repeat(200) })];
    for (const { blocks } of rendered(attached, "s".repeat(80))) {
      expect(blockFaults(blocks)).toEqual([]);
      expect(JSON.stringify(blocks)).not.toMatch(/more lines|more parts|too long to show/);
    }
    for (const blocks of Object.values(forms(attached))) expect(blockFaults(blocks)).toEqual([]);
  });

  test("several at once are counted where they do not fit, and never hidden", () => {
    const attached = [...LIBRARY.keys()].map((id) => attachedCopy(id));
    for (const { phase, blocks } of rendered(attached)) {
      expect(blockFaults(blocks), phase).toEqual([]);
    }
    const [detect] = rendered(attached);
    expect(JSON.stringify(detect)).toMatch(/and \d+ more (lines|parts)/);
    for (const blocks of Object.values(forms(attached))) expect(blockFaults(blocks)).toEqual([]);
    expect(JSON.stringify(forms(attached).resolve)).toMatch(/more checks wait for a proof/);
  });
});

const HOSTILE = {
  long: "W".repeat(3_000),
  mentions: "<!channel> <!here> <@U07ALEXLIN1> <!subteam^S07APPROVER> ".repeat(60),
  backticks: "```rm -rf``` `x` ".repeat(180),
  "right to left": "\u202Eמחיקה\u2066\u200F ".repeat(300),
  entities: "&<>".repeat(1_000),
};

describe("hostile words", () => {
  test.each(Object.entries(HOSTILE))("%s: a runbook at the schema's maxima stays within every limit", (_, words) => {
    const attached = [copyOf(largest(words)), attachedCopy("default")];
    for (const { phase, blocks } of rendered(attached, words)) {
      expect(blockFaults(blocks), phase).toEqual([]);
      expect(alive(blocks), phase).not.toMatch(DECEIVES);
    }
    for (const [name, blocks] of Object.entries(forms(attached, words))) {
      expect(blockFaults(blocks), name).toEqual([]);
      expect(blocks.length, name).toBeLessThanOrEqual(100);
      expect(alive(blocks), name).not.toMatch(DECEIVES);
    }
  });

  test("a runbook that large is refused before it can be attached", () => {
    const runbook = largest(HOSTILE.long);
    const lints = lintRunbook(runbook, { fileName: runbook.id, ids: new Set([runbook.id]) }).map(({ lint }) => lint);
    expect(lints).toContain("L29");
  });
});

function copyOf(runbook: Runbook): Attached {
  const text = canonicalText(runbook);
  return { ...attachedCopy("default"), runbookId: runbook.id, text, sha256: runbookHash(text) };
}

/** As much of everything as the schema lets through, made of these words. */
function largest(words: string): Runbook {
  const say = (max: number) => words.slice(0, max).trim().padEnd(Math.min(max, 3), "x");
  const many = <T>(count: number, make: (id: string, index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(`i${"x".repeat(44)}${index + 10}`, index));
  const ids = many(8, (id) => id);
  return Runbook.parse({
    schema: "ic.runbook/v1",
    id: "x".repeat(48),
    title: say(60),
    version: 9_999,
    owner: `usergroup:${"x".repeat(80)}`,
    status: "gap",
    reviewed_at: "2020-01-01",
    class: "security",
    applies_to: many(40, () => say(80)),
    primary: "catalog:<service>.oncall",
    severity: { initial: "SEV1", raise_if: many(6, () => say(160)), hold_until: many(10, (id) => id) },
    privacy: { room: "restricted", llm: "off", auto_draft: false },
    signals: many(8, () => say(160)),
    prohibited: many(6, () => ({ dont: say(100), why: say(90) })),
    immediate: many(7, (id) => ({
      id: `a${id.slice(1)}`,
      do: say(200),
      role: "security",
      by: "PT15M",
      kind: "contain",
      path: "runtime",
      why: say(90),
      link: `https://example.com/${"x".repeat(980)}`,
      command: say(300),
      expect: say(120),
      undo: null,
      approval: "two-person",
      destroys: ids,
      manual: true,
    })),
    evidence: many(12, (id) => ({
      id,
      what: say(160),
      where: say(400),
      volatility: "minutes",
      collect: "human",
      role: "security",
      phase: "contain",
      sensitive: true,
      budget: "PT2M",
    })),
    diagnose: many(8, (id) => ({
      id: `q${id.slice(1)}`,
      ask: say(160),
      role: "security",
      phase: "diagnose",
      // biome-ignore lint/suspicious/noThenProperty: the word of the runbook format; nobody awaits a runbook
      answers: many(6, () => ({ when: say(120), then: { note: say(200) } })),
    })),
    lookup: many(12, () => ({ sign: say(120), means: say(120), go: say(160) })),
    recovery: (["rebuild", "rollback", "pause", "failover"] as const).map((id) => ({
      id,
      name: say(80),
      when: say(160),
      impact: say(160),
      steps: many(8, () => ({ do: say(200), manual: true })),
      service_verify: many(6, () => say(160)),
      invariant_verify: many(6, () => say(160)),
      reversible: false,
      approval: "two-person",
    })),
    gate: many(10, (id) => ({ id, check: say(160), role: "security", proof: "statement", who_may_override: "exec" })),
    escalation: many(6, () => ({ if: say(120), to: "role:security", within: "PT5M", via: "page" })),
    clocks: many(6, () => ({ at: "PT24H", what: say(120), role: "legal" })),
    handoff: many(8, () => say(160)),
    references: many(8, () => say(300)),
  });
}
