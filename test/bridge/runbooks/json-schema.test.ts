import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { runbookJsonSchema } from "../../../bridge/runbooks/json-schema.ts";

const at = (path: string) => fileURLToPath(new URL(`../../../bridge/runbooks/${path}`, import.meta.url));
const FILES = readdirSync(at("library")).map((name) => readFileSync(at(`library/${name}`), "utf8"));

/** What cannot be expressed in it, editors leave to the bridge. Formats are checked by pattern, so no format is needed here. */
const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(runbookJsonSchema()));

test("the file beside the schema is what the schema says: write it anew with `npx vitest run test/bridge/runbooks -u`", async () => {
  await expect(runbookJsonSchema()).toMatchFileSnapshot(at("runbook.schema.json"));
});

test("each runbook of the library is accepted, and names the file for editors", () => {
  expect(FILES).toHaveLength(21);
  for (const text of FILES) {
    expect(text.split("\n", 1)[0]).toBe("# yaml-language-server: $schema=../runbook.schema.json");
    expect(accepts(parse(text)), JSON.stringify(accepts.errors)).toBe(true);
  }
});

test.each([
  ["a key with a typo", { prohibitted: [] }],
  ["a role that does not exist", { clocks: [{ at: "PT1H", what: "Tell them", role: "boss" }] }],
  ["a time that is no duration", { clocks: [{ at: "1 hour", what: "Tell them", role: "ic" }] }],
])("an editor marks %s", (_, wrong) => {
  expect(accepts({ ...(parse(FILES[0] ?? "") as object), ...wrong })).toBe(false);
});
