import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Content } from "../../../bridge/incident/content-schema.ts";
import {
  composeContent,
  contentHash,
  markerOf,
  normaliseText,
  render,
  shownLength,
  textRefusal,
} from "../../../bridge/publish-gate/content.ts";
import { holds } from "../../support/holds.ts";
import { BODY, contentOf, PAGE } from "../../support/incident-events.ts";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), "utf8"));
const onPage = fixture("statuspage-incident");
const clicked = fixture("slack-block-actions").body;

/** The content that the recorded page entry was published from. */
const recorded = composeContent({
  pageId: onPage.page_id,
  incidentId: "INC-20261121-0914-K9ZP",
  draftId: "DRF-01JD7W4M8Q",
  version: 2,
  target: undefined,
  title: onPage.name,
  status: onPage.status,
  body: onPage.incident_updates[0].body,
  components: [{ id: onPage.components[0].id, status: onPage.components[0].status }],
  notify: onPage.incident_updates[0].deliver_notifications,
});

describe("the content of an approval", () => {
  test("has the hash and the marker of the recorded page entry and the recorded click", () => {
    expect(recorded.marker).toBe(onPage.metadata.ic.marker);
    expect(recorded.marker).toBe("ic-246a89d4b2ed2db2");
    expect(contentHash(recorded)).toBe(onPage.metadata.ic.contentHash);
    expect(contentHash(recorded)).toBe(clicked.message.metadata.event_payload.content_hash);
    expect(JSON.parse(clicked.actions[0].value).hash16).toBe(contentHash(recorded).slice(0, 16));
  });

  test("changes its hash with every single field", () => {
    const others: Partial<Content>[] = [
      { pageId: "other" },
      { incidentId: "INC-20261121-0914-AAAA" },
      { op: "update" },
      { targetId: "h4z9w6tq1mxk" },
      { expectedTargetRev: "r1|investigating" },
      { title: `${recorded.title}!` },
      { status: "identified" },
      { body: `${recorded.body}!` },
      { components: {} },
      { impactOverride: "major" },
      { notify: false },
      { marker: "ic-0000000000000000" },
    ];
    expect(others.map((change) => Object.keys(change)[0])).toEqual(Object.keys(recorded).filter((key) => key !== "v"));
    const hashes = others.map((change) => contentHash({ ...recorded, ...change }));
    expect(new Set([contentHash(recorded), ...hashes]).size).toBe(others.length + 1);
  });

  test("does not depend on the order of the components", () => {
    const components = [
      { id: "b", status: "operational" as const },
      { id: "a", status: "major_outage" as const },
    ];
    expect(contentHash(contentOf({ components }))).toBe(
      contentHash(contentOf({ components: [...components].reverse() })),
    );
  });

  test("marks two drafts, two versions and two incidents with the same words differently", () => {
    const markers = [
      markerOf("INC-1", "D1", 1),
      markerOf("INC-1", "D1", 2),
      markerOf("INC-1", "D2", 1),
      markerOf("INC-2", "D1", 1),
      // Nothing runs together: ("a", "bc") is not ("ab", "c").
      markerOf("INC-1D", "1", 1),
    ];
    expect(new Set(markers).size).toBe(markers.length);
    for (const marker of markers) expect(marker).toMatch(/^ic-[0-9a-f]{16}$/);
  });

  test("creates where nothing is public, updates what is, resolves it when the status says so", () => {
    const target = { id: "h4", rev: "r1|investigating" };
    expect(contentOf()).toMatchObject({ op: "create", targetId: null, expectedTargetRev: null });
    expect(contentOf({ target })).toMatchObject({
      op: "update",
      targetId: "h4",
      expectedTargetRev: "r1|investigating",
    });
    expect(contentOf({ target, status: "resolved" })).toMatchObject({ op: "resolve", targetId: "h4" });
  });
});

describe("rendering", () => {
  const words = fc.record({
    title: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).map((text) => text.normalize("NFC")),
    body: fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }).map((text) => text.normalize("NFC")),
    status: fc.constantFrom("investigating", "identified", "monitoring", "resolved" as const),
  });

  test("holds every approved byte, its hash, and nothing else", () => {
    holds(
      fc.property(words, fc.boolean(), (text, isUpdate) => {
        const content = contentOf({ ...text, ...(isUpdate ? { target: { id: "h4/x y", rev: "r" } } : {}) });
        const { method, path, body } = render(content);
        expect([method, path]).toEqual(
          isUpdate ? ["PATCH", `/pages/${PAGE}/incidents/h4%2Fx%20y`] : ["POST", `/pages/${PAGE}/incidents`],
        );
        expect(JSON.parse(body)).toEqual({
          incident: {
            name: content.title,
            status: content.status,
            body: content.body,
            component_ids: Object.keys(content.components),
            components: content.components,
            deliver_notifications: content.notify,
            metadata: { ic: { marker: content.marker, contentHash: contentHash(content) } },
          },
        });
      }),
    );
  });

  test("is a function of the content alone: the same today and tomorrow, here and there", () => {
    holds(
      fc.property(words, (text) => {
        expect(render(contentOf(text))).toEqual(render(contentOf({ ...text })));
      }),
    );
    const before = process.env.TZ;
    process.env.TZ = "Pacific/Kiritimati";
    expect(render(recorded)).toEqual(render(structuredClone(recorded)));
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  test("names an impact only where one was approved", () => {
    expect(JSON.parse(render({ ...recorded, impactOverride: "major" }).body).incident.impact_override).toBe("major");
    expect(JSON.parse(render(recorded).body).incident).not.toHaveProperty("impact_override");
  });
});

describe("normalising", () => {
  test("done twice is done once", () => {
    const pieces = fc.array(
      fc.constantFrom("a", " ", "\t", "\n", "\r", "\r\n", "e\u0301", "\u0301", "\u2028", "é", "x "),
    );
    holds(
      fc.property(
        fc.oneof(
          pieces.map((all) => all.join("")),
          fc.string({ unit: "binary" }),
        ),
        (text) => {
          expect(normaliseText(normaliseText(text))).toBe(normaliseText(text));
        },
      ),
      { runs: 500 },
    );
  });

  test("changes spelling and blanks at the ends of lines, never a word", () => {
    expect(normaliseText("\n\nCafe\u0301  \r\n  two\t\r\rthree \n\n")).toBe("Café\n  two\n\nthree");
  });

  test("leaves alone what is in normal form", () => {
    expect(normaliseText(BODY)).toBe(BODY);
  });
});

describe("text that customers cannot be shown", () => {
  const title = "Payments fail";
  test.each<[string, string, string, RegExp | undefined]>([
    ["is fine", title, BODY, undefined],
    ["may have several lines", title, "One.\n\nTwo.", undefined],
    ["may be in any script", "支払いの障害", "עברית. العربية. हिन्दी.", undefined],
    ["may hold an emoji", title, "Fixed \u{1F680}", undefined],
    ["has no title", "", BODY, /1 to 255/],
    ["has a title of 256 characters", "a".repeat(256), BODY, /1 to 255/],
    ["has a title of two lines", "a\nb", BODY, /line break/],
    ["has a title that ends in a blank", "a ", BODY, /blank ends/],
    ["is empty", title, "", /is empty/],
    ["ends in a blank line", title, "a\n", /blank lines/],
    ["is in normal form D", title, "Cafe\u0301", /spelling/],
    ["is one character too long", title, "a".repeat(2_901), /2900/],
    ["is too long as Slack counts", title, "&".repeat(581), /2900/],
    ["holds a bell", title, "a\u0007b", /invisible/],
    ["holds a tab", title, "a\tb", /invisible/],
    ["holds a zero width space", title, "a\u200bb", /invisible/],
    ["holds a zero width joiner in its title", "a\u200db", BODY, /invisible/],
    ["turns its direction", title, "a\u202eb", /invisible/],
    ["isolates a direction", title, "a\u2066b", /invisible/],
    ["holds a soft hyphen", title, "a\u00adb", /invisible/],
    ["holds a byte order mark", title, "a\ufeffb", /invisible/],
    ["holds a private character", title, "a\ue000b", /invisible/],
    ["holds half a character", title, "a\ud800b", /invisible/],
    ["hides text in tags", title, "a\u{E0061}b", /invisible/],
  ])("%s", (_what, theTitle, body, refusal) => {
    const refused = textRefusal(theTitle, body);
    if (refusal) expect(refused).toMatch(refusal);
    else expect(refused).toBeUndefined();
  });

  test("of exactly the longest length is fine", () => {
    expect(textRefusal("a".repeat(255), "a".repeat(2_900))).toBeUndefined();
    expect(textRefusal("a", "&".repeat(580))).toBeUndefined();
  });

  test("is what Slack counts: entities for &, < and >", () => {
    holds(
      fc.property(fc.string(), (text) => {
        const onTheWire = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        expect(shownLength(text)).toBe(onTheWire.length);
      }),
    );
  });

  test("is never what passed before: text that is fine hashes, whatever it is", () => {
    holds(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.string({ unit: "binary", maxLength: 200 }),
        (aTitle, aBody) => {
          const [theTitle, body] = [normaliseText(aTitle), normaliseText(aBody)];
          if (textRefusal(theTitle, body) === undefined)
            expect(() => contentHash(contentOf({ title: theTitle, body }))).not.toThrow();
        },
      ),
      { runs: 500 },
    );
  });
});
