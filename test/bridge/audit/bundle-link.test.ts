import { describe, expect, test } from "vitest";
import { createBundleLink } from "../../../bridge/audit/reading/bundle-link.ts";
import { signRequest } from "../../../shared/signing.ts";
import { fixedSecrets } from "../../support/sources.ts";
import { SECRETS, startIngress } from "../ingress/start-ingress.ts";

const INCIDENT = "INC-20261121-0914-7F3K";
const USER = "U07ALEXLIN1";

/** An ingress whose export answers who asks for what, and the address that its commander is given. */
async function linked() {
  const asked: [string, string][] = [];
  const bridge = await startIngress({
    exportIncident: async ({ reader, query }) => {
      asked.push([reader.name, query.toString()]);
      return { status: 200, body: {} };
    },
  });
  const link = await createBundleLink({ secrets: fixedSecrets(SECRETS), clock: bridge.clock, publicUrl: bridge.url })(
    INCIDENT,
    USER,
  );
  return { bridge, link, asked, status: async (url: string) => (await fetch(url)).status };
}

describe("the address of a bundle", () => {
  test("gives that incident alone, and says for whom it was made", async () => {
    const { bridge, link, asked, status } = await linked();
    await using _ = bridge;
    expect(await status(link)).toBe(200);
    expect(asked).toEqual([[`slack:${USER}`, `incident=${INCIDENT}`]]);
  });

  test("ends after five minutes", async () => {
    const { bridge, link, status } = await linked();
    await using _ = bridge;
    bridge.clock.advance(299_000);
    expect(await status(link)).toBe(200);
    bridge.clock.advance(2_000);
    expect(await status(link)).toBe(401);
  });

  test.each<[string, (link: string) => string]>([
    ["of another incident", (link) => link.replace("7F3K", "7F3L")],
    ["for another person", (link) => link.replace(USER, "U07SAMWIER2")],
    ["good for longer", (link) => link.replace(/until=(\d+)/, (_, until) => `until=${Number(until) + 60}`)],
    ["good for ever", (link) => link.replace(/until=\d+/, "until=999999999999")],
    ["without its proof", (link) => link.replace(/&mac=.*/, "")],
    ["with more asked for", (link) => `${link}&details=revealed`],
    ["with its incident named twice", (link) => link.replace("?", `?incident=${INCIDENT}&`)],
  ])("is refused when it was made one %s", async (_how, change) => {
    const { bridge, link, asked, status } = await linked();
    await using _ = bridge;
    expect(await status(change(link))).toBe(401);
    expect(asked).toEqual([]);
  });

  test("is not made by whoever can sign what the functions sign", async () => {
    const { bridge, link, status } = await linked();
    await using _ = bridge;
    const { pathname, searchParams } = new URL(link);
    const until = searchParams.get("until") ?? "";
    const path = `${pathname}?incident=${INCIDENT}&for=${USER}&until=${until}`;
    const signed = await signRequest({ method: "GET", path, timestamp: until, body: "" }, SECRETS["slack-functions"]);
    expect(await status(`${bridge.url}${path}&mac=${signed.slice(3)}`)).toBe(401);
  });
});
