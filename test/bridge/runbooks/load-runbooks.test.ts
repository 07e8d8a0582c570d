import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadRunbooks } from "../../../bridge/runbooks/load-runbooks.ts";

const LIBRARY_FILES = fileURLToPath(new URL("../../../bridge/runbooks/library/", import.meta.url));
const source = (id: string) => readFileSync(`${LIBRARY_FILES}${id}.yaml`, "utf8");

function overlay(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), "runbooks-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

const problems = (files: Record<string, string>): string => {
  try {
    loadRunbooks({ overlay: overlay(files) });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("this overlay was taken");
};

test("an organisation's runbook replaces the product's of the same id", () => {
  const text = source("traffic-flood")
    .replace("version: 1", "version: 2")
    .replace("More requests", "Many more requests");
  const library = loadRunbooks({ overlay: overlay({ "traffic-flood.yaml": text }) });
  expect(library.get("traffic-flood")?.runbook).toMatchObject({
    version: 2,
    title: "Many more requests than we can serve",
  });
  expect(library.size).toBe(21);
});

test("a retired one is gone, and what led to it is named", () => {
  const text = source("traffic-flood").replace("status: exercised", "status: retired");
  expect(problems({ "traffic-flood.yaml": text })).toMatch(
    /default\.yaml:\d+:\d+ .*traffic-flood, which does not exist/,
  );
});

test("the default cannot be retired", () => {
  const text = source("default").replace("status: exercised", "status: retired");
  expect(problems({ "default.yaml": text })).toContain("default");
});

test("what is wrong is named with file, line and reason, all of it at once", () => {
  const said = problems({
    "traffic-flood.yaml": source("traffic-flood")
      .replace("class: availability", "class: avail")
      .replace("owner:", "ownr:"),
    "bad-deploy.yaml": source("bad-deploy").replace("by: PT5M", "by: PT50M"),
  });
  expect(said).toMatch(/traffic-flood\.yaml:\d+:\d+ class /);
  expect(said).toMatch(/traffic-flood\.yaml:\d+:\d+ ownr is not a key that is known here/);
  expect(said).toMatch(/traffic-flood\.yaml:\d+:\d+ owner is missing/);
  expect(said).toMatch(/bad-deploy\.yaml:\d+:\d+ immediate\.0 is due later than 15 min after the room opened \(L03\)/);
});

test.each([
  ["an anchor", "title: &t Any incident", "anchor"],
  ["a key written twice", "title: Any incident\ntitle: Any incident", "is not acceptable YAML"],
])("%s is refused", (_what, line, words) => {
  expect(problems({ "default.yaml": source("default").replace("title: Any incident", line) })).toContain(words);
});

test("a directory that is not there is named", () => {
  expect(() => loadRunbooks({ overlay: "/no/such/directory" })).toThrow(/\/no\/such\/directory:1:1 cannot be read/);
});
