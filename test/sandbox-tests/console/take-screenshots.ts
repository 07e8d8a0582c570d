import { startFakeControl } from "./fake-control.ts";
import { editView, updateView } from "./fake-world.ts";
import { startChromium } from "./start-chromium.ts";

/* `npx tsx test/sandbox-tests/console/take-screenshots.ts [directory]`: pictures of the console to look at. */

const directory = process.argv[2] ?? "/tmp";
await using control = await startFakeControl();
const browser = await startChromium();
const shoot = async (
  name: string,
  query: string,
  { dark = false, width = 1440, height = 900, before = async () => {} }: Options = {},
) => {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
  await page.goto(`${control.url}/${query}`);
  await page.getByText("Live").first().waitFor();
  await before(page);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(150);
  await page.screenshot({ path: `${directory}/console-${name}.png` });
  await page.close();
};
type Page = Awaited<ReturnType<typeof browser.newPage>>;
interface Options {
  dark?: boolean;
  width?: number;
  height?: number;
  before?: (page: Page) => Promise<void>;
}
const room = "?as=jordan&channel=inc-1121-payments-k9zp";
const tab = (name: string) => (page: Page) => page.getByRole("tab", { name }).click();

await shoot("room-light", room);
await shoot("room-dark", room, { dark: true });
await shoot("ledger", room, {
  before: async (page) => {
    await tab("Ledger")(page);
    await page.locator(".ledger-entry summary").nth(3).click();
  },
});
await shoot("linear", room, { dark: true, before: tab("Linear") });
await shoot("model", room, { before: tab("Model") });
await shoot("requests", room, { dark: true, before: tab("Requests") });
await shoot("faults", room, { before: tab("Faults") });
await shoot("hostile", "?as=casey&channel=alerts", {
  before: async (page) => page.getByRole("button", { name: "Fire alert" }).click(),
});
await shoot("confirm", room, {
  before: async (page) => page.getByRole("button", { name: "Approve & Publish" }).click(),
});
await shoot("thread", "?as=alex&channel=inc-1121-payments-k9zp", {
  dark: true,
  before: async (page) => {
    await page.getByRole("button", { name: "2 replies" }).click();
    await page.getByRole("button", { name: "Shortcuts" }).click();
  },
});
await shoot("phone", room, { width: 390, height: 844 });
await shoot("phone-dark", room, {
  width: 390,
  height: 844,
  dark: true,
  before: async (page) => page.getByRole("button", { name: "People" }).click(),
});
await shoot("phone-world", room, {
  width: 390,
  height: 844,
  before: async (page) => page.getByRole("button", { name: "World" }).click(),
});
await shoot("tablet", room, { width: 900, height: 800 });
control.world.slack.views.push(editView(), updateView());
await shoot("modal-edit", "?as=riley&channel=inc-1121-payments-k9zp");
await shoot("modal-form", "?as=alex&channel=inc-1121-payments-k9zp", { dark: true });
await shoot("modal-phone", "?as=alex&channel=inc-1121-payments-k9zp", { width: 390, height: 844 });
await browser.close();
