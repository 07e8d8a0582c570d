import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ROOT, textOf } from "./tracked-files.ts";

/** One violation each, the rule it must meet, and the places where it is no violation. */
const CASES = [
  { code: "export const a = () => Date.now();", rule: "wall clock", allowed: ["bridge/platform/clock.ts"] },
  { code: "export const a = () => new Date();", rule: "wall clock", allowed: ["slack-app/clock.ts"] },
  { code: "export const a = () => performance.now();", rule: "wall clock", allowed: ["bridge/platform/clock.ts"] },
  { code: "export const a = () => process.hrtime.bigint();", rule: "wall clock", allowed: [] },
  { code: "export const a = () => Math.random();", rule: "Randomness", allowed: ["bridge/platform/random.ts"] },
  { code: "export const a = () => crypto.randomUUID();", rule: "Randomness", allowed: ["bridge/platform/random.ts"] },
  {
    code: 'import { randomBytes } from "node:crypto";\nexport const a = () => randomBytes(4);',
    rule: "Randomness",
    allowed: ["bridge/platform/random.ts"],
  },
  {
    code: "export const a = () => crypto.getRandomValues(new Uint8Array(4));",
    rule: "Randomness",
    allowed: ["bridge/platform/random.ts"],
  },
  {
    code: "export const a = process.env.PORT;",
    rule: "reads the environment",
    allowed: ["bridge/main.ts", "bridge/deploy/oncall-relay/lambda.ts"],
  },
  {
    code: "export const a = () => fetch(`https://example.com`);",
    rule: "Outbound HTTP",
    allowed: ["bridge/platform/http.ts", "slack-app/bridge-client.ts"],
  },
  { code: "export const a = () => globalThis.fetch(`https://example.com`);", rule: "Outbound HTTP", allowed: [] },
  {
    code: 'import { WebClient } from "@slack/web-api";\nexport const a = () => new WebClient();',
    rule: "Slack client",
    allowed: ["bridge/slack-api/web-client.ts"],
  },
  { code: "export const a = (b?: string) => b!.length;", rule: "noNonNullAssertion", allowed: [] },
  { code: "export const a = (b: any) => b;", rule: "noExplicitAny", allowed: [] },
  { code: "const a = async () => 1;\na();", rule: "noFloatingPromises", allowed: [] },
] as const;

const FORBIDDEN = ["bridge/incident", "shared", "slack-app/drain"];

/** Rule names and messages by file. */
const found = new Map<string, string>();

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "incident-response-lint-"));
  try {
    await cp(`${ROOT}.biome.json`, join(root, ".biome.json"));
    await cp(`${ROOT}test/lint/one-place.grit`, join(root, "test/lint/one-place.grit"));
    const put = async (path: string, code: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), code);
    };
    for (const [index, { code, allowed }] of CASES.entries()) {
      for (const folder of [...FORBIDDEN, "test/bridge"]) await put(`${folder}/case-${index}.ts`, code);
      for (const path of allowed) await put(`allowed-${index}/${path}`, code);
    }
    const output = await new Promise<string>((resolve) => {
      // Its exit code says that there are violations, which is the point.
      const options = { cwd: root, maxBuffer: 64 * 1_048_576 };
      const args = ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "."];
      execFile(`${ROOT}node_modules/.bin/biome`, args, options, (_error, stdout) => resolve(stdout));
    });
    const { diagnostics } = JSON.parse(output) as {
      diagnostics: { category: string; message: string; location: { path: string } }[];
    };
    for (const { category, message, location } of diagnostics) {
      found.set(location.path, `${found.get(location.path) ?? ""}${category}: ${message}\n`);
    }
  } finally {
    await rm(root, { recursive: true });
  }
});

for (const [index, { code, rule, allowed }] of CASES.entries()) {
  test(`the linter refuses ${code.split("\n").at(-1)}`, () => {
    for (const folder of FORBIDDEN) expect(found.get(`${folder}/case-${index}.ts`), folder).toContain(rule);
    for (const path of allowed) expect(found.get(`allowed-${index}/${path}`) ?? "", path).not.toContain(rule);
  });
}

test("tests may use what the product takes from its caller", () => {
  const inTests = [...found].filter(([path]) => path.startsWith("test/")).map(([, rules]) => rules);
  expect(inTests.join("")).not.toMatch(/wall clock|Randomness|environment|Outbound|Slack client/);
});

test("every rule of one-place.grit has a case above", () => {
  const messages = [...textOf("test/lint/one-place.grit").matchAll(/message="([^"]+)"/g)].map(([, text]) => text ?? "");
  expect(messages.length).toBeGreaterThan(0);
  for (const message of messages)
    expect(
      CASES.some(({ rule }) => message.includes(rule)),
      message,
    ).toBe(true);
});
