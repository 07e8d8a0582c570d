import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startWorld, type World, type WorldSnapshot } from "../sandbox/world/world.ts";
import { hasChromium, startChromium } from "../sandbox-tests/console/start-chromium.ts";

const PICTURE = fileURLToPath(new URL("../../docs/console.png", import.meta.url));
const SIZE = { width: 1440, height: 1000 };

if (!hasChromium()) console.warn("NOT TESTED: the console's screenshot. Install it with: apt-get install chromium");

/** The picture of the README is taken here, from a real incident: `UPDATE_SCREENSHOT=1 npx vitest run test/docs`. */
test.runIf(hasChromium() || process.env.CI === "true")(
  "the console shows a war room with its approval card and the published words",
  async () => {
    const world = await startWorld({ port: 0, console: true });
    const browser = await startChromium();
    try {
      await world.alert({ fixture: "oncall-alert-group-created" });
      const room = await see(world, ({ slack }) =>
        slack.channels.find(({ name, messages }) => name.startsWith("inc-") && messages.some(isKind("command_offer"))),
      );
      await fillIn(world, "alex", "take_command", room.id, {});
      const impact = "Card payments fail for some customers. Shipments that are already paid are not affected.";
      const values = {
        status: "investigating",
        impact,
        components: ["Payments API"],
        component_status: "partial_outage",
        notify_subscribers: true,
      };
      await fillIn(world, "sam", "draft_status_update", room.id, values);
      const card = await see(world, ({ slack }) =>
        slack.channels.find(({ id }) => id === room.id)?.messages.find(isKind("approval_card")),
      );
      await seeClick(world, { user: "jordan", channel: room.id, ts: card.ts, action_id: "approve_publish" });
      const published = await see(world, ({ statuspage }) => statuspage.incidents[0]);
      await fillIn(world, "sam", "draft_status_update", room.id, { ...values, status: "monitoring" });
      await see(
        world,
        ({ slack }) => slack.channels.find(({ id }) => id === room.id)?.messages.filter(isKind("approval_card"))[1],
      );

      const page = await browser.newPage({ viewport: SIZE });
      await page.goto(`${world.url}/?as=alex&channel=${room.name}`);
      await page.getByText("Approve & Publish").last().waitFor();
      await page.getByText(published.name).first().waitFor();
      expect(await page.getByRole("dialog").count()).toBe(0);

      const picture = await page.screenshot();
      if (process.env.UPDATE_SCREENSHOT) writeFileSync(PICTURE, picture);
      expect(existsSync(PICTURE)).toBe(true);
      expect(dimensions(readFileSync(PICTURE))).toEqual(dimensions(picture));
    } finally {
      await browser.close();
      await world.stop();
    }
  },
  120_000,
);

const isKind = (kind: string) => (message: { metadata?: unknown }) =>
  JSON.stringify(message.metadata ?? {}).startsWith(`{"event_type":"${kind}"`);

async function see<T>(world: World, probe: (snapshot: WorldSnapshot) => T | undefined): Promise<T> {
  const found = await world.until(probe, 30_000);
  if (found === undefined) throw new Error(`waited 30 s for ${probe}`);
  return found;
}

async function fillIn(world: World, user: string, trigger: string, channel: string, values: Record<string, unknown>) {
  const { view_id } = await world.slack("run", { user, trigger, channel });
  expect(await world.slack("submit", { user, view_id, values })).toMatchObject({ ok: true });
  await world.slack("close", { user, view_id });
}

/** A click counts only once the card has stood long enough to be read. */
async function seeClick(world: World, click: Record<string, unknown>) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    await world.slack("click", click);
    if (await world.until(({ statuspage }) => statuspage.incidents[0], 1_000)) return;
  }
  throw new Error("waited 30 s for the approved text on the page");
}

/** Width and height of a PNG, from its first chunk. */
const dimensions = (png: Buffer) => {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
};
