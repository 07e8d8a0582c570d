import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, startChromium } from "../sandbox-tests/console/start-chromium.ts";
import { type PlayedRoom, playFirstThirtyMinutes, SOONER } from "../support/first-thirty-minutes.ts";
import { type Scene, startScene, textOf } from "../support/scene.ts";

const SIZE = { width: 1440, height: 1000 };
/** The channel alone, unrolled: what people would scroll through, side by side. */
const TWO_COLUMNS = `
  html, body, #console, .console, .panes, .channel-pane, .messages, .message-scroller {
    display: block;
    height: auto;
    overflow: visible;
  }
  .drill-bar, .side-pane, .world-pane, .composer, .message-tools, .pane-tabs { display: none; }
  .message-column { max-width: none; }
  .message-log { column-count: 2; column-gap: 24px; }
  .message { break-inside: avoid; }
`;

if (!hasChromium()) console.warn("NOT TESTED: the README's pictures. Install it with: apt-get install chromium");

/** The pictures of the README are taken here, of a real incident: `UPDATE_SCREENSHOT=1 npx vitest run test/docs`. */
describe.runIf(hasChromium() || process.env.CI === "true")("after the first thirty minutes of a SEV1", () => {
  let scene: Scene;
  let played: PlayedRoom;
  let browser: Awaited<ReturnType<typeof startChromium>>;
  beforeAll(async () => {
    scene = await startScene({ port: 0, console: true, bridgeEnv: SOONER });
    browser = await startChromium();
    played = await playFirstThirtyMinutes(scene);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await scene?.stop();
  });

  const open = async (as: string): Promise<Page> => {
    // The page's policy takes no style of anybody else's, which is what the second picture adds.
    const page = await browser.newPage({ viewport: SIZE, bypassCSP: true });
    await page.goto(`${scene.world.url}/?as=${as}&channel=${played.room.name}`);
    await page.getByText("Approve & Publish").last().waitFor();
    await page.getByText("Partial outage").first().waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    return page;
  };

  test("the room holds what the script's people did", () => {
    const said = scene
      .channel(played.room.id)
      .messages.map(({ text, blocks }) => `${text}\n${textOf(blocks)}`)
      .join("\n");
    for (const words of [
      "acknowledged.",
      "just before the first error",
      "Published; approved by",
      "let <@",
      "took command",
      "Customers have heard nothing new",
      "Waits for approval",
    ]) {
      expect(said).toContain(words);
    }
  });

  test("the console shows a war room with its approval card and the published words", async () => {
    const page = await open("sam");
    isKept("console.png", await page.screenshot());
  });

  test("the whole room can be read at once", async () => {
    const page = await open("kim");
    await page.addStyleTag({ content: TWO_COLUMNS });
    isKept("first-thirty-minutes.png", await page.screenshot({ fullPage: true }));
  });
});

/** The picture is there, and as wide as this one; with `UPDATE_SCREENSHOT` this one takes its place. */
function isKept(name: string, picture: Buffer): void {
  const file = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  if (process.env.UPDATE_SCREENSHOT) writeFileSync(file, picture);
  expect(existsSync(file)).toBe(true);
  expect(widthOf(readFileSync(file))).toBe(widthOf(picture));
}

/** Width of a PNG, from its first chunk. */
const widthOf = (png: Buffer): number => {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  return png.readUInt32BE(16);
};
