import { describe, expect, test } from "vitest";
import { secretExpiry } from "../../../bridge/compliance/secret-expiry.ts";

const STORED = Date.parse("2026-11-21T09:00:00Z");
const of = (value: object | string, storedAt: number | undefined = STORED) =>
  secretExpiry(typeof value === "string" ? value : JSON.stringify(value), storedAt);

describe("the end of what a secret holds", () => {
  test.each([
    ["2027-03-01", "2027-03-01T00:00:00Z"],
    ["2027-03-01T12:00:00Z", "2027-03-01T12:00:00Z"],
    ["2027-03-01T12:00:00+02:00", "2027-03-01T10:00:00Z"],
  ])("is what an operator wrote beside it: %s", (written, at) => {
    expect(of({ api_key: "k", expires_at: written })).toEqual({ kind: "ends", at: Date.parse(at) });
  });

  test.each(["next spring", 20_270_301, null, "2027-02-30"])(
    "is unknown, not never, when that is no date: %s",
    (written) => {
      expect(of({ api_key: "k", expires_at: written })).toMatchObject({ kind: "unknown" });
    },
  );

  test.each<[string, object | string]>([
    ["a key beside which nothing is written", { api_key: "k" }],
    ["one text", "0123456789abcdef"],
    ["a list", [1]],
    ["a bot token that does not rotate", { signing_secret: "s", bot_token: "xoxb-1-2" }],
  ])("of %s is none", (_, value) => {
    expect(of(value)).toEqual({ kind: "none" });
  });

  test("of a rotating Slack token comes twelve hours after it was stored, or is unknown", () => {
    const rotating = { signing_secret: "s", bot_token: "xoxe.xoxb-1-abc" };
    expect(of(rotating)).toEqual({ kind: "ends", at: STORED + 12 * 3_600_000 });
    expect(secretExpiry(JSON.stringify(rotating), undefined)).toMatchObject({ kind: "unknown" });
  });

  test("gives out nothing of the value", () => {
    const said = JSON.stringify(of({ api_key: "lin_api_0123456789", expires_at: "soon: lin_api_0123456789" }));
    expect(said).not.toContain("lin_api");
  });
});
