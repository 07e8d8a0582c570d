import { SlackAPI } from "deno-slack-sdk/mod.ts";
import { describe, expect, test } from "vitest";
import { nextHourlyStart } from "../../slack-app/clock.ts";
import { slackOf } from "../../slack-app/slack-client.ts";
import { startFakeSlack, TOKEN } from "./support/fake-slack.ts";

async function withSlack(run: (slack: Awaited<ReturnType<typeof startFakeSlack>>) => Promise<void>) {
  const slack = await startFakeSlack();
  try {
    await run(slack);
  } finally {
    await slack.close();
  }
}

describe("the one door to Slack", () => {
  const door = (slack: { apiUrl: string }, deadline?: number) =>
    slackOf(SlackAPI(TOKEN, { slackApiUrl: slack.apiUrl }), deadline === undefined ? {} : { deadline });

  test("a refusal is a value with Slack's name for it", () =>
    withSlack(async (slack) => {
      slack.next("pins.add", slack.refuse("already_pinned"));
      expect(await door(slack).call("pins.add", {})).toMatchObject({
        ok: false,
        error: "already_pinned",
        transient: false,
      });
    }));

  test("a 5xx and a dropped connection may pass, a 4xx will not", () =>
    withSlack(async (slack) => {
      slack.next("pins.add", () => ({ status: 503, json: {} }));
      slack.next("pins.add", () => undefined);
      slack.next("pins.add", () => ({ status: 404, json: {} }));
      expect(await door(slack).call("pins.add", {})).toMatchObject({ error: "http_503", transient: true });
      expect(await door(slack).call("pins.add", {})).toMatchObject({ error: "network", transient: true });
      expect(await door(slack).call("pins.add", {})).toMatchObject({ error: "http_404", transient: false });
    }));

  test("a rate limit carries the wait Slack asks for", () =>
    withSlack(async (slack) => {
      slack.next("pins.add", slack.rateLimit(30));
      expect(await door(slack).call("pins.add", {})).toMatchObject({
        error: "ratelimited",
        transient: true,
        retryAfterMs: 30_000,
      });
      expect(slack.calls).toHaveLength(1);
    }));

  test("no call starts after the deadline", () =>
    withSlack(async (slack) => {
      expect(await door(slack, Date.now() - 1).call("pins.add", {})).toMatchObject({
        error: "timeout",
        transient: true,
      });
      expect(slack.calls).toEqual([]);
    }));
});

describe("the next sweep", () => {
  const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);

  test("is the next such minute that is at least two minutes away", () => {
    expect(nextHourlyStart(15, at("09:02:00"))).toBe("2026-11-21T09:15:00.000Z");
    expect(nextHourlyStart(15, at("09:13:00"))).toBe("2026-11-21T09:15:00.000Z");
    expect(nextHourlyStart(15, at("09:13:01"))).toBe("2026-11-21T10:15:00.000Z");
    expect(nextHourlyStart(0, at("09:00:00"))).toBe("2026-11-21T10:00:00.000Z");
    expect(nextHourlyStart(0, at("23:59:30"))).toBe("2026-11-22T01:00:00.000Z");
  });
});
