import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeControl, startFakeControl } from "./fake-control.ts";
import { CARD_TS, EDIT_VIEW, editView, HOSTILE, ROOM, ROOM_NAME, updateView } from "./fake-world.ts";
import { hasChromium, startChromium } from "./start-chromium.ts";

const present = hasChromium();
if (!present && process.env.CI === "true") {
  throw new Error("The console is tested in Chromium and /usr/bin/chromium is missing: apt-get install -y chromium.");
}
if (!present) {
  console.warn(
    "\n*** CONSOLE NOT TESTED: /usr/bin/chromium is missing. apt-get install -y chromium, then run again. ***\n",
  );
}

describe.skipIf(!present)("the console", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  interface Look {
    as?: string;
    channel?: string;
    dark?: boolean;
    width?: number;
  }

  /** Opens the page and closes it with the test. Anything the page complains about fails the test. */
  async function open(
    control: FakeControl,
    { as = "jordan", channel = ROOM_NAME, dark = false, width = 1440 }: Look = {},
  ) {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
      timezoneId: "UTC",
    });
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(control.url) && !request.url().startsWith("data:")) complaints.push(request.url());
    });
    await page.goto(`${control.url}/?as=${as}&channel=${channel}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return Object.assign(page, {
      complaints,
      [Symbol.asyncDispose]: async () => {
        await page.close();
        expect(complaints).toEqual([]);
      },
    });
  }

  const lastCall = async (control: FakeControl, count = 1) => {
    await expect.poll(() => control.calls.length).toBeGreaterThanOrEqual(count);
    return control.calls.at(-1);
  };
  const background = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  test("a person sees the channel as Slack shows it, and the world beside it", async () => {
    await using control = await startFakeControl();
    await using page = await open(control);
    const room = page.getByRole("region", { name: `Channel ${ROOM_NAME}` });
    await room.getByText("phase Stabilise", { exact: false }).first().waitFor();
    await room.getByRole("link", { name: "Runbook" }).waitFor();
    await room.getByText("Alex 09:16", { exact: false }).waitFor();
    await room.getByText("Shipments that are already paid", { exact: false }).waitFor();
    await room.getByText("You may approve this update", { exact: false }).waitFor();
    await page.getByRole("heading", { name: "Card payments failing in the EU region" }).waitFor();
    expect(await page.getByText("Started, pipeline 8841.").count()).toBe(0);
    await room.getByRole("button", { name: "2 replies" }).click();
    await page.getByText("Started, pipeline 8841.").waitFor();
    const ids = await page.evaluate(() => Array.from(document.querySelectorAll("[id]"), ({ id }) => id));
    expect(ids.length).toBe(new Set(ids).size);
  });

  test("an ephemeral message is seen by its person only", async () => {
    await using control = await startFakeControl();
    await using page = await open(control, { as: "sam" });
    await page.getByText("Shipments that are already paid", { exact: false }).first().waitFor();
    expect(await page.getByText("You may approve this update", { exact: false }).count()).toBe(0);
  });

  test("a person who is not in a private room does not find it among the channels", async () => {
    await using control = await startFakeControl();
    await using page = await open(control, { as: "casey", channel: "general" });
    const channels = page.getByRole("navigation", { name: "Channels" });
    expect(await channels.getByRole("button", { name: ROOM_NAME }).count()).toBe(0);
    await channels.getByRole("checkbox").check();
    await channels.getByRole("button", { name: ROOM_NAME }).waitFor();
  });

  test("a button asks its confirm dialog first and then clicks", async () => {
    await using control = await startFakeControl();
    await using page = await open(control);
    await page.getByRole("button", { name: "Approve & Publish" }).click();
    const dialog = page.getByRole("dialog", { name: "Publish to customers?" });
    await dialog.getByRole("button", { name: "Back" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(control.calls).toEqual([]);
    await page.getByRole("button", { name: "Approve & Publish" }).click();
    await dialog.getByRole("button", { name: "Publish" }).click();
    const call = await lastCall(control);
    expect(call).toMatchObject({
      path: "/world/slack/click",
      body: { user: "jordan", channel: ROOM, ts: CARD_TS, action_id: "approve_publish" },
    });
    expect(JSON.parse(String(call?.body.value))).toMatchObject({ version: 2 });
  });

  test("a workflow button clicks without a dialog, and a refusal is told", async () => {
    await using control = await startFakeControl(() => ({ ok: false, error: "execution_closed" }));
    await using page = await open(control, { as: "alex" });
    await page.getByRole("button", { name: "Take command" }).click();
    expect((await lastCall(control))?.body).toMatchObject({ user: "alex", action_id: "take_command" });
    await page.getByRole("status").getByText("no longer works", { exact: false }).waitFor();
  });

  test("a modal shows field errors where they belong and keeps what was typed", async () => {
    let refused = false;
    await using control = await startFakeControl(({ path }) => {
      if (path !== "/world/slack/submit") return undefined;
      refused = !refused;
      if (refused) return { ok: false, error: "validation", errors: { body: "Say when the next update comes." } };
      control.world.slack.views = [];
      return { ok: true, response_action: "close" };
    });
    control.world.slack.views.push(editView());
    await using page = await open(control, { as: "riley" });
    const dialog = page.getByRole("dialog", { name: "Edit update" });
    const body = dialog.getByRole("textbox", { name: "Text customers will read" });
    await body.fill("We know.");
    await dialog.getByRole("textbox", { name: "Title" }).fill("");
    await dialog.getByRole("button", { name: "Save version" }).click();
    await dialog.getByRole("alert").getByText("Say when the next update comes.").waitFor();
    expect(await body.getAttribute("aria-invalid")).toBe("true");
    expect(await body.inputValue()).toBe("We know.");
    expect(await lastCall(control)).toEqual({
      path: "/world/slack/submit",
      body: { user: "riley", view_id: EDIT_VIEW, values: { title: "", body: "We know." } },
    });
    await dialog.getByRole("button", { name: "Save version" }).click();
    await dialog.waitFor({ state: "detached" });
  });

  test("every kind of input is submitted in the form the control interface takes", async () => {
    await using control = await startFakeControl();
    control.world.slack.views.push(updateView());
    await using page = await open(control, { as: "alex" });
    const dialog = page.getByRole("dialog", { name: "Customer update" });
    await dialog.getByLabel("Status").selectOption("identified");
    // Ticked against the order of the options.
    await dialog.getByLabel("Checkout").check();
    await dialog.getByLabel("Payments API").check();
    await dialog.getByLabel("Who writes it").selectOption("U07RILEYQ4");
    await dialog.getByLabel("some requests fail").check();
    await dialog.getByLabel("Next update in minutes").fill("45");
    await dialog.getByRole("button", { name: "Draft it" }).click();
    expect((await lastCall(control))?.body.values).toEqual({
      status: "identified",
      components: ["k7m2x9q4wtzn", "c4h9r2t7xwqk"],
      assignee: "U07RILEYQ4",
      notify_subscribers: ["yes"],
      impact: "some requests fail",
      minutes: "45",
    });
  });

  test("Escape closes a modal for the world too", async () => {
    await using control = await startFakeControl(({ path }) => {
      if (path === "/world/slack/close") control.world.slack.views = [];
      return undefined;
    });
    control.world.slack.views.push(editView());
    await using page = await open(control, { as: "riley" });
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(control.calls).toEqual([{ path: "/world/slack/close", body: { user: "riley", view_id: EDIT_VIEW } }]);
  });

  test("Enter sends a message, a slash runs a command and shows its answer", async () => {
    await using control = await startFakeControl(({ path }) =>
      path === "/world/slack/command"
        ? { ok: true, response: { text: "*Nobody* has command." }, messages: [] }
        : undefined,
    );
    await using page = await open(control, { as: "sam" });
    const composer = page.getByRole("textbox", { name: `Message #${ROOM_NAME}` });
    await composer.fill("on it");
    await composer.press("Enter");
    expect(await lastCall(control)).toEqual({
      path: "/world/slack/message",
      body: { user: "sam", channel: ROOM, text: "on it" },
    });
    await expect.poll(() => composer.inputValue()).toBe("");
    await composer.fill("/incident-response status  now");
    await composer.press("Enter");
    expect(await lastCall(control, 2)).toEqual({
      path: "/world/slack/command",
      body: { user: "sam", channel: ROOM, command: "/incident-response", text: "status  now" },
    });
    await page.getByText("Only visible to you", { exact: false }).getByText("/incident-response").waitFor();
    await page.getByText("Nobody", { exact: true }).waitFor();
  });

  test("the shortcut menu runs link triggers and fires scheduled ones", async () => {
    await using control = await startFakeControl();
    await using page = await open(control, { as: "alex" });
    await page.getByRole("button", { name: "Shortcuts" }).click();
    await page.getByRole("button", { name: "Catch me up" }).click();
    expect(await lastCall(control)).toEqual({
      path: "/world/slack/run",
      body: { user: "alex", trigger: "catch_me_up", channel: ROOM },
    });
    await page.getByRole("button", { name: "Shortcuts" }).click();
    await page.getByRole("button", { name: "Sweep 00" }).click();
    expect(await lastCall(control, 2)).toEqual({ path: "/world/slack/fire", body: { trigger: "sweep_00" } });
  });

  test("the drill bar fires an alert, breaks and repairs a vendor, and kills the bridge", async () => {
    await using control = await startFakeControl(({ path, body }) => {
      if (path === "/world/alerts") return { status: 202, body: {}, ms: 14 };
      if (path === "/world/bridge") control.world.bridge.running = body.action === "start";
      return undefined;
    });
    await using page = await open(control);
    await page.getByRole("button", { name: "Fire alert" }).click();
    await page.getByRole("combobox", { name: "Service" }).selectOption("checkout");
    await page.getByRole("combobox", { name: "Severity" }).selectOption("high");
    await page.getByRole("button", { name: "Fire", exact: true }).click();
    expect(await lastCall(control)).toMatchObject({
      path: "/world/alerts",
      body: {
        fixture: "grafana-alerting-firing",
        overrides: { commonLabels: { service: "checkout", severity: "high" }, alerts: [{ status: "firing" }, {}] },
      },
    });
    await page.getByText("answered the alert with 202 after 14 ms", { exact: false }).waitFor();

    await page.getByRole("button", { name: "Break a vendor" }).click();
    await page.getByRole("combobox", { name: "Fault", exact: true }).selectOption("slow");
    await page.getByRole("button", { name: "Break", exact: true }).click();
    expect(await lastCall(control, 2)).toEqual({
      path: "/world/faults",
      body: { target: "statuspage", kind: "slow", times: 1, ms: 5000 },
    });
    await page.getByRole("tab", { name: "Faults" }).click();
    await page.getByRole("button", { name: "Repair everything" }).click();
    await page.getByText("Nothing is broken on purpose.").waitFor();

    await page.getByRole("button", { name: "Kill bridge" }).click();
    await page.getByText("Bridge down").waitFor();
    await page.getByRole("button", { name: "Start bridge" }).click();
    await page.getByText("Bridge running").waitFor();
  });

  test("the ledger is checked in the browser, and a changed entry is pointed out", async () => {
    await using control = await startFakeControl();
    await using page = await open(control);
    await page.getByRole("tab", { name: "Ledger" }).click();
    await page.getByText("8 entries, every hash and link checked").waitFor();
    const entry = control.ledger[3];
    if (entry) entry.body = entry.body.replace("U07ALEXLIN1", "U07SAMWIER2");
    control.world.faults = [];
    control.changed();
    await page.getByText("1 of 8 entries do not prove themselves").waitFor();
    expect(await page.getByRole("img", { name: "not proved" }).count()).toBe(1);
  });

  test("the exact text that left for the model is shown", async () => {
    await using control = await startFakeControl();
    await using page = await open(control);
    await page.getByRole("tab", { name: "Model" }).click();
    await page.getByText("noticed by: [PERSON-1]", { exact: false }).first().waitFor();
  });

  test("hostile text is shown, not obeyed", async () => {
    await using control = await startFakeControl();
    control.world.statuspage.incidents[0] = { ...control.world.statuspage.incidents[0], name: HOSTILE } as never;
    await using page = await open(control, { as: "casey", channel: "alerts" });
    const text = page.getByRole("log").getByText("<!channel> <b>bold</b> <img src=x", { exact: false });
    await text.first().waitFor();
    expect(await page.locator(".slack_broadcast, .message img, .message b").count()).toBe(0);
    await page.getByRole("heading", { name: "<img src=x", exact: false }).first().waitFor();
  });

  test("a change arrives by itself, pushed or polled", async () => {
    await using control = await startFakeControl();
    await using page = await open(control, { channel: "general" });
    await page.getByText("Live", { exact: true }).waitFor();
    const say = (text: string) => {
      const general = control.world.slack.channels.find(({ name }) => name === "general");
      general?.messages.push({ ts: `17952540${general.messages.length}0.000100`, user: "U07SAMWIER2", text });
    };
    say("pushed");
    control.changed();
    await page.getByText("pushed").waitFor();
    control.stopPushing();
    say("polled");
    await page.getByText("polled").waitFor();
    await page.getByText("Polling", { exact: true }).waitFor();
    // The browser reports the refused stream; nothing else went wrong.
    expect(
      page.complaints.splice(0).every((complaint) => complaint.includes("503") || complaint.includes("ERR_")),
    ).toBe(true);
  });

  test("it is dark when the system is, and light when it is not", async () => {
    await using control = await startFakeControl();
    await using light = await open(control);
    await using dark = await open(control, { dark: true });
    expect(await background(light)).toBe("rgb(255, 255, 255)");
    expect(await background(dark)).toBe("rgb(20, 25, 29)");
    expect(await dark.locator(".slack_blocks_to_jsx").first().getAttribute("data-theme")).toBe("dark");
  });

  test("at 390 pixels the panes are tabs and nothing runs out of the screen", async () => {
    await using control = await startFakeControl();
    await using page = await open(control, { width: 390 });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await page.getByRole("button", { name: "Approve & Publish" }).waitFor();
    expect(await overflow()).toBe(0);
    const edges = await page
      .locator(".message .slack-button")
      .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().right));
    expect(Math.max(...edges)).toBeLessThanOrEqual(390);
    const panes = page.getByRole("navigation", { name: "Panes" });
    await panes.getByRole("button", { name: "World" }).click();
    await page.getByRole("heading", { name: "Card payments failing in the EU region" }).waitFor();
    expect(await overflow()).toBe(0);
    await panes.getByRole("button", { name: "People" }).click();
    await page.getByRole("button", { name: "Alex" }).click();
    await page.getByRole("button", { name: "incidents" }).click();
    await page.getByRole("heading", { level: 1, name: "incidents" }).waitFor();
    expect(new URL(page.url()).search).toBe("?as=alex&channel=C07INCIDENT");
  });

  test("arrow keys move through people and tabs", async () => {
    await using control = await startFakeControl();
    await using page = await open(control);
    await page.getByRole("button", { name: "Alex" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("as")).toBe("sam");
    await page.getByRole("tab", { name: "Status page" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Linear" }).getAttribute("aria-selected")).toBe("true");
  });

  test("every control has a name", async () => {
    await using control = await startFakeControl();
    await using page = await open(control);
    const nameless = await page.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLElement>("button, input, select, textarea, a"))
        .filter((element) => {
          const labels = "labels" in element ? (element as HTMLInputElement).labels : null;
          return !element.textContent?.trim() && !element.getAttribute("aria-label") && !labels?.length;
        })
        .map((element) => element.outerHTML),
    );
    expect(nameless).toEqual([]);
  });
});

test("the page comes with a policy that allows no inline script and no other origin", async () => {
  await using control = await startFakeControl();
  const response = await fetch(control.url);
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain("unsafe");
  const html = await response.text();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  for (const asset of ["/assets/app.js", "/assets/app.css"]) {
    expect((await fetch(control.url + asset)).status).toBe(200);
  }
});
