import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SECRET_CATALOGUE } from "../../bridge/deploy/secrets/catalogue.ts";
import { FaultBoard } from "../sandbox/faults.ts";
import { type SecretsState, startSecrets } from "../sandbox/vendors/secrets.ts";
import type { Vendor } from "../sandbox/vendors/vendor-server.ts";
import { readSecret, type Scene, startScene } from "../support/scene.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PREFIX = "incident-response/staging/";
/** Each call of the CLI is a process, and there are some thirty. */
const MANY_PROCESSES_MS = 90_000;
const HOST = "incidents.kestrel.example.com";

let scene: Scene;
let vault: Vendor<SecretsState>;
let checkout: string;

beforeAll(async () => {
  scene = await startScene({});
  // As the stack leaves them: entries without a value.
  const state = { secrets: Object.fromEntries(SECRET_CATALOGUE.map(({ name }) => [`${PREFIX}${name}`, []])) };
  vault = await startSecrets({ faults: new FaultBoard(), state });
  checkout = await mkdtemp(join(tmpdir(), "incident-response-install-"));
  await cp(`${ROOT}slack-app`, join(checkout, "slack-app"), { recursive: true });
  const { signing_secret, bot_token } = JSON.parse(await readSecret(scene.world, "slack-companion"));
  await writeFile(join(checkout, "values.yaml"), JSON.stringify({ "slack-companion": { signing_secret, bot_token } }));
});
afterAll(async () => {
  await scene.stop();
  await vault.close();
  await rm(checkout, { recursive: true });
});

/** The tool as a person runs it: a process of its own, towards the sandbox's Slack and bridge. */
function slack(verb: string, ...flags: string[]): Promise<{ code: number; said: string }> {
  const { url: bridge } = scene.snapshot().bridge;
  const slackApi = `${scene.world.parts.find(({ name }) => name === "slack")?.url}/api/`;
  const local = ["--endpoint", vault.url, "--slack-api", slackApi, "--bridge", String(bridge), "--root", checkout];
  const common = ["--env", "staging", "--region", "eu-north-1", ...local];
  const cli = verb === "install" ? ["--team", "T07KESTREL1", "--cli", `${ROOT}test/tools/fake-slack-cli.mjs`] : [];
  const args = ["--import", "tsx", "bridge/deploy/slack/main.ts", verb, ...common, ...cli, ...flags];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, said: stdout + stderr }),
    );
  });
}

interface FakeCli {
  calls: string[][];
  triggers: unknown[];
  env: Record<string, string>;
}
const told = async (): Promise<FakeCli> => JSON.parse(await readFile(join(checkout, ".fake-cli.json"), "utf8"));
const secret = (name: string): string =>
  vault.state.secrets[`${PREFIX}${name}`]?.find(({ stages }) => stages.includes("AWSCURRENT"))?.value ?? "";

describe("installing, one step after the other, run again after each", () => {
  test("doctor says of an empty installation what is missing, and the next command for each", async () => {
    const { code, said } = await slack("doctor");
    expect(code).toBe(1);
    expect(said).toMatch(/^missing bridge host: .*example\n {8}next: npm run slack -- install --env staging/);
    for (const name of ["slack-functions", "slack-companion", "slack-triggers"])
      expect(said).toContain(`missing secret ${name}`);
  });

  test("without the bridge's host nothing is begun; one that Slack takes not is refused", async () => {
    expect((await slack("install")).said).toContain("Name the public host of your bridge");
    expect((await slack("install", "--bridge-host", "https://Bridge:8080")).said).toContain("Slack takes no host");
    expect(await readFile(join(checkout, "slack-app/bridge-host.ts"), "utf8")).toContain("bridge.example.com");
  });

  test("the host is written once, and then the companion app's manifest is offered filled in", async () => {
    const { code, said } = await slack("install", "--bridge-host", HOST);
    expect(code).toBe(1);
    const [, manifest = ""] = /manifest_json=(\S+)/.exec(said) ?? [];
    expect(JSON.parse(decodeURIComponent(manifest)).features.slash_commands[0].url).toBe(
      `https://${HOST}/slack/commands`,
    );
    expect(await readFile(join(checkout, "slack-app/bridge-host.ts"), "utf8")).toContain(`BRIDGE_HOST = "${HOST}"`);
    await expect(told()).rejects.toThrow("ENOENT");
  });

  test("a CLI that fails stops the run with its own words, and no secret among ours", async () => {
    await writeFile(join(checkout, ".fake-cli-fails"), "env add BRIDGE_SHARED_SECRET");
    const { code, said } = await slack("install", "--from", join(checkout, "values.yaml"));
    await rm(join(checkout, ".fake-cli-fails"));
    expect(code).toBe(1);
    expect(secret("slack-functions")).not.toBe("");
    expect(said).toContain("`slack env add` failed: token_revoked: run slack login");
    expect(said).not.toContain(secret("slack-functions"));
  });

  test(
    "the next run does the rest in order and ends with a doctor who finds nothing",
    async () => {
      const { code, said } = await slack("install", "--services", `${ROOT}test/sandbox/world/services.yaml`);
      expect(said).not.toMatch(/^(missing|wrong)/m);
      expect(said).toMatch(/^ok {6}user group @status-approvers: 2 people$/m);
      expect(said).toMatch(/^ok {6}sweep$/m);
      expect(code).toBe(0);
      const { calls, triggers, env } = await told();
      expect(env).toEqual({ BRIDGE_BASE_URL: `https://${HOST}`, BRIDGE_SHARED_SECRET: secret("slack-functions") });
      for (const call of calls) expect(call.slice(-4)).toEqual(["--team", "T07KESTREL1", "--app", "deployed"]);
      const verbs = calls.map(([noun, verb]) => (noun === "deploy" ? "deploy" : `${noun} ${verb}`));
      // A grant counts from the next deploy on.
      expect(verbs.at(-1)).toBe("deploy");
      expect(verbs.lastIndexOf("function access")).toBeGreaterThan(verbs.lastIndexOf("trigger create"));
      expect(verbs.filter((verb) => verb === "function access")).toHaveLength(6);
      const stored = JSON.parse(secret("slack-triggers"));
      expect(Object.keys(stored.links).length + 5).toBe(triggers.length);
      expect(stored.doorbell).toMatch(/^https:\/\/hooks\.slack\.example\.com\/triggers\//);
    },
    MANY_PROCESSES_MS,
  );

  test(
    "run once more it makes no trigger again and changes no address",
    async () => {
      const before = secret("slack-triggers");
      const made = (await told()).triggers.length;
      expect((await slack("install")).code).toBe(0);
      expect((await told()).triggers).toHaveLength(made);
      expect(secret("slack-triggers")).toBe(before);
    },
    MANY_PROCESSES_MS,
  );

  test("doctor says so when the bridge does not answer", async () => {
    await scene.world.bridge("stop");
    const { code, said } = await slack("doctor");
    expect(code).toBe(1);
    expect(said).toMatch(/^wrong {3}bridge: .*\n {8}next: see docs\/deploy\.md$/m);
  });

  test("a sweep that stays away is said once in the operations channel, by the bridge's health and by doctor", async () => {
    await scene.world.bridge("start", { SWEEP_SILENCE_MS: "1000", SWEEP_EVERY_MS: "200" });
    const lines = () =>
      scene
        .snapshot()
        .slack.channels.find(({ name }) => name === "ops")
        ?.messages.filter(({ text }) => text?.includes("scheduled sweep has not been heard of")) ?? [];
    await scene.seen("word of the sweep's silence in #ops", () => lines()[0]);
    expect((await slack("doctor")).said).toMatch(/^wrong {3}sweep: .*\n {8}next: npm run slack -- install/m);
    expect(lines()).toHaveLength(1);
  });
});
