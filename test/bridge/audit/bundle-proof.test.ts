import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundlesUnprovable, createProveBundle } from "../../../bridge/audit/bundle-proof.ts";
import { exportBundle } from "../../../bridge/audit/export-bundle.ts";
import { checkpointKey } from "../../../bridge/audit/proof/log-store.ts";
import { openZip } from "../../../bridge/audit/proof/read-zip.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { testKey } from "../../support/audit.ts";
import { A, B, edit, type HonestWorld, honestWorld, keyOf, lengthOf, relink } from "./scene.ts";

const provingIn = ({ streams, signer }: HonestWorld) => createProveBundle({ streams, signer, log: silentLogger });

/** What the manifest of an exported bundle says of its entries. */
async function digestIn(world: HonestWorld, incident: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportBundle(incident, { ...world, key: testKey().verifier })) pieces.push(piece);
  const directory = await mkdtemp(join(tmpdir(), "bundle-proof-"));
  try {
    await writeFile(join(directory, "bundle.zip"), Buffer.concat(pieces));
    await using zip = Object.assign(await openZip(join(directory, "bundle.zip")), {
      async [Symbol.asyncDispose](this: { close(): Promise<void> }) {
        await this.close();
      },
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of zip.read("manifest.json")) chunks.push(chunk);
    const manifest = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      files: Record<string, { sha256: string }>;
    };
    return manifest.files["entries.ndjson"]?.sha256 ?? "";
  } finally {
    await rm(directory, { recursive: true });
  }
}

test("the digest that a real bundle's manifest names is found, also after the incident has gone on, under a signed checkpoint", async () => {
  const world = await honestWorld();
  const digest = await digestIn(world, B);
  const before = { ...world.checkpoint };
  const entries = lengthOf[B];
  const found = await provingIn(world)(B, digest);
  expect(found).toMatchObject({ kind: "covered", entries });
  // Entries behind the last checkpoint were covered for this.
  expect(found.kind === "covered" && found.size).toBeGreaterThan(before.size);
  expect((await world.verify()).findings).toEqual([]);

  const last = world.items.get(keyOf(B, 3));
  expect(await provingIn(world)(B, last?.hash ?? "")).toMatchObject({ kind: "covered", entries: 3 });
});

test.each([
  ["a digest that somebody made up", () => createHash("sha256").update("evidence").digest("hex")],
  ["the digest of another incident's bundle", (world: HonestWorld) => digestIn(world, A)],
])("%s is not believed", async (_, digestOf) => {
  const world = await honestWorld();
  expect(await provingIn(world)(B, await digestOf(world))).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("no digest of this"),
  });
});

test("of a record that does not verify nothing is proven: neither an edit that shows nor one that was linked anew", async () => {
  const shows = await honestWorld();
  const digest = await digestIn(shows, A);
  edit(shows.items, A, 5, (body) => body.replace("command-5", "command-50"));
  expect(await provingIn(shows)(A, shows.items.get(keyOf(A, 3))?.hash ?? "")).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("does not verify"),
  });
  expect(await provingIn(shows)(A, digest)).toMatchObject({ kind: "refused" });

  const relinked = await honestWorld();
  edit(relinked.items, A, 5, (body) => body.replace("command-5", "command-50"), true);
  relink(relinked.items, A, 6);
  expect(await provingIn(relinked)(A, relinked.items.get(keyOf(A, 6))?.hash ?? "")).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("refuses this incident's record"),
  });
});

test("where no log is configured a bundle proves nothing", async () => {
  expect(await bundlesUnprovable(B, "a".repeat(64))).toMatchObject({ kind: "refused" });
});

test("an entry without a body is part of no digest, and its record proves nothing", async () => {
  const world = await honestWorld();
  const { body: _, ...rest } = world.items.get(keyOf(B, 4)) ?? {};
  world.items.set(keyOf(B, 4), rest as never);
  expect(await provingIn(world)(B, world.items.get(keyOf(B, 3))?.hash ?? "")).toEqual({
    kind: "refused",
    why: expect.stringContaining("does not verify (not-an-entry)"),
  });
});

test("a log that does not hold signs nothing, so nothing is proven; one that is away is no answer at all", async () => {
  const world = await honestWorld();
  const digest = world.items.get(keyOf(B, 3))?.hash ?? "";
  const { list } = world.log;
  world.log.list = () => Promise.reject(new Error("the log is away"));
  await expect(provingIn(world)(B, digest)).rejects.toThrow("the log is away");
  world.log.list = list;
  world.log.objects.delete(checkpointKey(6));
  expect(await provingIn(world)(B, digest)).toMatchObject({
    kind: "refused",
    why: expect.stringContaining("did not sign a checkpoint"),
  });
});
