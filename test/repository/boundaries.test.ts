import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./tracked-files.ts";

/** A file, what it imports, and the rule that it breaks; without a rule it breaks none. */
const CASES: readonly { from: string; to: string; rule?: string }[] = [
  { from: "slack-app/a.ts", to: "../bridge/target.ts", rule: "hosted-app-stands-alone" },
  { from: "slack-app/b.ts", to: "../test/target.ts", rule: "hosted-app-stands-alone" },
  { from: "bridge/a.ts", to: "../slack-app/target.ts", rule: "bridge-stands-alone" },
  { from: "bridge/b.ts", to: "../test/target.ts", rule: "bridge-stands-alone" },
  { from: "shared/a.ts", to: "../bridge/target.ts", rule: "shared-knows-nobody" },
  { from: "shared/b.ts", to: "../slack-app/target.ts", rule: "shared-knows-nobody" },
  { from: "slack-app/c.ts", to: "express", rule: "hosted-packages" },
  { from: "shared/c.ts", to: "zod", rule: "hosted-packages" },
  { from: "shared/d.ts", to: "node:crypto", rule: "hosted-runtime" },
  { from: "bridge/incident/decide/a.ts", to: "../../details/target.ts", rule: "rules-read-no-words" },
  { from: "bridge/ledger/a.ts", to: "../details/target.ts", rule: "rules-read-no-words" },
  { from: "bridge/d2.ts", to: "./details/target.ts" },
  { from: "bridge/c.ts", to: "./publish-gate/approved-publish.ts", rule: "only-the-gate-publishes" },
  { from: "bridge/publish-gate/a.ts", to: "./approved-publish.ts", rule: "only-publish-mints" },
  { from: "bridge/d.ts", to: "./publish-gate/statuspage-write.ts", rule: "one-page-writer" },
  { from: "bridge/audit/proof/a.ts", to: "zod", rule: "proof-stands-alone" },
  { from: "bridge/audit/proof/b.ts", to: "../../target.ts", rule: "proof-stands-alone" },
  { from: "bridge/audit/proof/c.ts", to: "node:crypto" },
  { from: "bridge/e.ts", to: "./not-there.ts", rule: "resolvable" },
  { from: "bridge/f.ts", to: "vitest", rule: "development-only" },
  { from: "bridge/g.ts", to: "./h.ts", rule: "no-cycles" },
  { from: "test/a.ts", to: "./b.ts", rule: "no-cycles-at-run-time" },
  { from: "bridge/i.ts", to: "../shared/target.ts" },
  { from: "slack-app/d.ts", to: "../shared/target.ts" },
  { from: "slack-app/e.ts", to: "zod/mini" },
  { from: "bridge/publish-gate/publish.ts", to: "./approved-publish.ts" },
  { from: "bridge/wiring/gate.ts", to: "../publish-gate/statuspage-write.ts" },
];
/** The other half of the two circles. */
const CLOSING = [
  { from: "bridge/h.ts", to: "./g.ts" },
  { from: "test/b.ts", to: "./a.ts" },
];

interface Violation {
  from: string;
  rule: { name: string };
}

test("every forbidden import is refused by its rule, and the allowed ones by none", async () => {
  const root = await mkdtemp(join(tmpdir(), "incident-response-boundaries-"));
  try {
    const put = async (path: string, text: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    };
    for (const path of ["bridge/target", "bridge/details/target", "slack-app/target", "shared/target", "test/target"]) {
      await put(`${path}.ts`, "export {};");
    }
    for (const name of ["approved-publish", "statuspage-write"]) {
      await put(`bridge/publish-gate/${name}.ts`, "export const right = 1;");
    }
    for (const { from, to } of [...CASES, ...CLOSING])
      await put(from, `import * as it from ${JSON.stringify(to)};\nexport const a = it;`);
    await put("tsconfig.json", '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "bundler" } }');
    await put(
      "package.json",
      '{ "dependencies": { "express": "*", "zod": "*" }, "devDependencies": { "vitest": "*" } }',
    );
    await symlink(`${ROOT}node_modules`, join(root, "node_modules"));

    const output = await new Promise<string>((resolve) => {
      const folders = ["bridge", "slack-app", "shared", "test"];
      const args = ["--config", `${ROOT}test/tools/boundaries.mjs`, "--output-type", "json", "--preserve-symlinks"];
      const options = { cwd: root, maxBuffer: 64 * 1_048_576 };
      execFile(`${ROOT}node_modules/.bin/depcruise`, [...args, ...folders], options, (_error, stdout) =>
        resolve(stdout),
      );
    });
    const { violations } = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary;
    for (const { from, to, rule } of CASES) {
      const broken = violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name);
      if (rule === undefined) expect(broken, `${from} > ${to}`).toEqual([]);
      else expect(broken, `${from} > ${to}`).toContain(rule);
    }
  } finally {
    await rm(root, { recursive: true });
  }
});
