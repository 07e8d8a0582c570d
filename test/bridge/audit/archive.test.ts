import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { createArchive } from "../../../bridge/audit/archive.ts";

const packed = (archive: ReturnType<typeof createArchive>) => new Uint8Array(Buffer.concat([...archive.pieces()]));

test("holds each file as it was written, and names its digest and its length", () => {
  const archive = createArchive();
  const file = archive.begin("a.ndjson");
  file.write("one\n");
  file.write("zwei: ä\n");
  file.end();
  archive.ndjson("b.ndjson", [{ b: 1, a: 2 }, []]);
  archive.end();
  const files = unzipSync(packed(archive));
  const text = (name: string) => Buffer.from(files[name] ?? []).toString("utf8");
  expect([text("a.ndjson"), text("b.ndjson")]).toEqual(["one\nzwei: ä\n", '{"a":2,"b":1}\n[]\n']);
  expect(archive.files["a.ndjson"]).toEqual({
    sha256: createHash("sha256").update("one\nzwei: ä\n").digest("hex"),
    bytes: 13,
  });
});

test("gives away each piece once, as it is ready", () => {
  const archive = createArchive();
  archive.whole("a", "text");
  expect(packed(archive).length).toBeGreaterThan(0);
  expect(packed(archive)).toHaveLength(0);
});

test("is not sent as if it were whole when something could not be packed", () => {
  const archive = createArchive();
  archive.whole("n".repeat(70_000), "a name that no archive can hold");
  expect(() => [...archive.pieces()]).toThrow(/filename too long/);
});
