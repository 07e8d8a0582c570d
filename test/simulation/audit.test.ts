import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AuditReport } from "../../bridge/audit/proof/report.ts";
import { buildVerifier } from "../../bridge/audit/verifier/build-verifier.ts";
import { createSecretStore } from "../../bridge/deploy/secrets/store.ts";
import { createDynamoClient } from "../../bridge/platform/dynamo.ts";
import { createSecretsClient } from "../../bridge/platform/secrets.ts";
import { CAST } from "../sandbox/cast.ts";
import { openEpoch, verifyAudit } from "../sandbox/verify-audit.ts";
import { PEOPLE } from "../support/incident-events.ts";
import { kindOf, type Message, payloadOf, readSecret, type Scene, startScene, textOf } from "../support/scene.ts";

let scene: Scene;
let room: { id: string };
let incident: string;

beforeAll(async () => {
  scene = await startScene({ bridgeEnv: { AUDIT_VERIFY_EVERY_MS: "1000" } });
  incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  room = await scene.room(incident);
});
afterAll(() => scene.stop());

/** Waits for the witness line below this message. */
const witnessBelow = (ts: string) =>
  scene.seen(`the witness line below ${ts}`, ({ slack }) =>
    slack.channels
      .find(({ id }) => id === room.id)
      ?.messages.find((message) => kindOf(message) === "audit_witness" && threadOf(message) === ts),
  );
const threadOf = (message: Message) => (message as { thread_ts?: string }).thread_ts;

const verify = async (...args: string[]) => {
  const { code, text } = await verifyAudit(["--live", "--json", ...args], { SANDBOX_URL: scene.world.url });
  return { code, report: JSON.parse(text) as AuditReport };
};

/** As somebody who may read the audit. */
async function asReader(path: string): Promise<Response> {
  const { readers } = JSON.parse(await readSecret(scene.world, "audit-readers")) as { readers: { token: string }[] };
  return fetch(`${scene.snapshot().bridge.internal_url}${path}`, {
    headers: { authorization: `Bearer ${readers[0]?.token}` },
  });
}
const run = promisify(execFile);

describe("the audit trail of one incident, from outside", () => {
  test("what was published is witnessed below its card, by a line that the log keeps", async () => {
    const card = await scene.draft(room.id, {
      status: "investigating",
      impact: "Card payments fail",
      components: ["Payments API"],
      component_status: "partial_outage",
    });
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    await scene.approve("alex", await scene.readCard(incident, card.draftId, card.version));
    const line = await witnessBelow(card.ts);
    expect(line.text).toMatch(/^audit \d+ [0-9a-f]{16}$/);
    expect(payloadOf(line)).toMatchObject({ incident_id: incident });
    const { code, report } = await verify("--witness", line.text);
    expect(report.findings).toEqual([]);
    expect(report.witnesses).toMatchObject([{ result: "matches" }]);
    expect(report.publish).toMatchObject({ writes: 1, approved: 1 });
    expect(code).toBe(0);
  });

  test("how far the log reached is told once in the operators' channel, by a line that the log keeps", async () => {
    const lines = await scene.seen("the line of the day", ({ slack }) => {
      const ops = slack.channels.find(({ id }) => id === CAST.channels.ops);
      const found = ops?.messages.filter(({ text }) => /^audit \d/.test(text)) ?? [];
      return found.length > 0 ? found : undefined;
    });
    expect(lines).toHaveLength(1);
    const { report } = await verify("--witness", lines[0]?.text ?? "");
    expect(report.witnesses).toMatchObject([{ result: "matches" }]);
  });

  test("a line that was never posted does not match", async () => {
    expect(await verify("--witness", "audit 1 0123456789abcdef")).toMatchObject({ code: 1 });
  });

  test("a commander takes the incident away, and one file proves it where there is nothing else", async () => {
    const directory = await mkdtemp(join(tmpdir(), "auditor-"));
    const bundle = join(directory, "incident.icaudit.zip");
    await buildVerifier(join(directory, "verify-audit.mjs"));
    const told = await scene.slash("alex", room.id, "audit");
    const [, address = ""] = /<([^|>]+)\|Download the record>/.exec(told) ?? [];
    const reply = await fetch(address.replaceAll("&amp;", "&"));
    expect(reply.status).toBe(200);
    await writeFile(bundle, Buffer.from(await reply.arrayBuffer()));
    const vkey = scene.snapshot().store.verifierKey ?? "";
    const { stdout } = await run(process.execPath, ["verify-audit.mjs", bundle, "--vkey", vkey, "--json"], {
      cwd: directory,
      env: {},
    });
    const report = JSON.parse(stdout) as AuditReport;
    expect(report).toMatchObject({ status: "proved", findings: [], publish: { writes: 1, approved: 1 } });
    expect(report.unproved.join()).not.toMatch(/later than the last checkpoint/);
    expect(await scene.recorded("_system", "IncidentExported")).toMatchObject({
      reader: `slack:${PEOPLE.alex}`,
      incident,
      logSize: report.log?.size,
    });
    await rm(directory, { recursive: true });
  });

  test("the evidence of the day is gathered by one command", async () => {
    const directory = await mkdtemp(join(tmpdir(), "evidence-"));
    const out = join(directory, "day");
    const today = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const script = fileURLToPath(new URL("../../bridge/audit/evidence/main.ts", import.meta.url));
    const { stdout } = await run(
      process.execPath,
      ["--import", "tsx", script, "--from", yesterday, "--to", today, "--out", out],
      { env: { SANDBOX_URL: scene.world.url, PATH: process.env.PATH } },
    );
    expect(stdout).toMatch(/incidents\s+1\n[\s\S]*approvals\s+1\n[\s\S]*findings\s+0\n/);
    expect(await readFile(join(out, "publications.ndjson"), "utf8")).toContain("Card payments fail");
    await rm(directory, { recursive: true });
  });

  test("a reader with a token is told how the record stands, and that they read it is in the record", async () => {
    const live = await asReader(`/audit/verify?mode=live&incident=${incident}`);
    expect(live.status).toBe(200);
    expect(await live.json()).toMatchObject({ status: "ok", checked: { incidents: 1 }, findings: [] });
    const controls = (await (await asReader("/compliance/controls")).json()) as { id: string; status: string }[];
    expect(controls.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["record-verifies", "publishes-approved", "model-prompts-not-logged"]),
    );
    expect(await scene.recorded("_system", "AuditRead", ({ what }) => what === "controls")).toMatchObject({
      reader: "sandbox",
    });
    expect((await verify()).code).toBe(0);
  });

  test("a key with a day left opens an incident that says which, when, whose and what to do, and fails its control", async () => {
    const known = new Set(await scene.incidents());
    const end = new Date(Date.now() + 12 * 3_600_000).toISOString();
    const { api_key } = JSON.parse(await readSecret(scene.world, "statuspage")) as { api_key: string };
    const endpoint = scene.snapshot().parts.find(({ name }) => name === "secrets")?.url;
    const store = createSecretStore(
      createSecretsClient({ region: CAST.region, endpoint, credentials: "local-dummy" }),
      "incident-response/sandbox/",
    );
    await store.write("statuspage", JSON.stringify({ api_key, expires_at: end }));
    // Ends are looked at once an hour, and at the start.
    await scene.world.bridge("stop");
    await scene.world.bridge("start");

    const about = await scene.newIncident(known);
    expect(await scene.recorded(about, "IncidentOpened")).toMatchObject({ severity: "SEV2" });
    await scene.act("fire", { trigger: "sweep_00" });
    const { id } = await scene.room(about);
    const told = await scene.seen("what ends", ({ slack }) =>
      slack.channels
        .find((channel) => channel.id === id)
        ?.messages.map(({ blocks }) => textOf(blocks))
        .find((text) => text.includes("expires_at")),
    );
    expect(told).toContain(`What the secret statuspage holds ends on ${end.slice(0, 16).replace("T", " ")} UTC.`);
    expect(told).toContain("npm run secrets -- rotate --env sandbox");
    const numbers = await (await fetch(`${scene.snapshot().bridge.internal_url}/metrics`)).text();
    expect(numbers).toMatch(/ic_credential_expiry_seconds\{credential="statuspage"\} 4\d{4}/);
    expect(numbers).toMatch(/ic_credential_expiry_seconds\{credential="github"\} 3\d{7}/);
    await vi.waitFor(
      async () =>
        expect(await (await asReader("/compliance/controls")).json()).toContainEqual(
          expect.objectContaining({ id: "credentials-not-ending", status: "failing" }),
        ),
      { timeout: 5_000 },
    );
    await store.write("statuspage", JSON.stringify({ api_key }));
  }, 40_000);

  test("an entry changed in the table stops its incident, and opens one about it that is kept from others", async () => {
    const waiting = await scene.draft(room.id, { status: "identified", impact: "Card payments fail for some" });
    const card = await scene.readCard(incident, waiting.draftId, waiting.version);
    const known = new Set(await scene.incidents());
    await change(incident, 3);

    const about = await scene.newIncident(known);
    const { channel } = await scene.recorded(about, "RoomOpened");
    expect(await scene.recorded(about, "IncidentOpened")).toMatchObject({ severity: "SEV1", class: "security" });
    expect(await scene.recorded(about, "RunbookAttached", ({ runbookId }) => runbookId !== "default")).toMatchObject({
      runbookId: "audit-chain-integrity",
    });
    const notice = await scene.seen("the notice of the break", () =>
      scene.channel(channel).messages.find(({ text }) => text.includes("does not verify: ")),
    );
    expect(notice.text).toContain(incident);
    expect(await scene.recorded("_system", "RecordBreakFound")).toMatchObject({ incident });

    // Its own room is told before anybody has acted there.
    const told = await scene.seen("the word in the broken incident's own room", () =>
      scene.channel(room.id).messages.find(({ text }) => text.includes("does not verify at entry 3")),
    );
    expect(told.text).toContain("Nothing that is done here is recorded");
    expect(told.text).not.toContain(about);

    // Whoever works in the broken incident is told, and nothing goes out.
    const writes = () => scene.snapshot().statuspage.requests.filter(({ method }) => method !== "GET").length;
    const before = writes();
    await scene.approve("alex", card);
    await scene.seen("the reason of the refusal", () =>
      scene.whispered("alex", room.id)?.includes("does not verify at entry 3") ? true : undefined,
    );
    expect(await scene.slash("alex", room.id, "status")).toContain("does not verify at entry 3");
    expect(writes()).toBe(before);
    expect((await verify()).code).toBe(1);
  });

  test("an operator begins the record anew by one command: the room goes on, with two people for customers", async () => {
    const args = ["--incident", incident, "--by", "Riley", "--reason", "an entry was edited in the table"];
    expect((await openEpoch(scene.world, args)).text).toContain("epoch 2");
    expect((await openEpoch(scene.world, [...args, "--confirm"])).text).toContain("Done.");

    await scene.recorded(incident, "EpochOpened");
    await vi.waitFor(async () => expect(await scene.slash("alex", room.id, "status")).toContain("Commander: <@"), {
      timeout: 20_000,
      interval: 500,
    });
    const card = await scene.draft(room.id, { status: "identified", impact: "Card payments fail for some" });
    await scene.approve("riley", await scene.readCard(incident, card.draftId, card.version));
    expect(await scene.recorded(incident, "ApprovalGranted")).toMatchObject({ policy: "two-person", n: 1, of: 2 });

    const { code, report } = await verify();
    expect(code).toBe(1);
    expect(report.findings.every(({ epoch, incident: of }) => of === incident && epoch === 1)).toBe(true);
    expect(report.entries.epochs.filter(({ incident: of }) => of === incident).map(({ epoch }) => epoch)).toEqual([
      1, 2,
    ]);
  });
});

/** Another text in one stored entry, by somebody who may write to the table. */
async function change(of: string, seq: number): Promise<void> {
  const [item] = (await scene.world.ledger(of)).filter(({ sk }) => Number(sk.slice(2)) === seq);
  if (!item) throw new Error(`there is no entry ${seq}`);
  const client = createDynamoClient({
    region: CAST.region,
    endpoint: scene.world.parts.find(({ name }) => name === "store")?.url,
    credentials: "local-dummy",
  });
  const { pk, sk, body, hash, type } = item;
  const changed = body.replace('"at":"20', '"at":"19');
  await client.send(
    new PutItemCommand({
      TableName: "ic-ledger",
      Item: { pk: { S: pk }, sk: { S: sk }, body: { S: changed }, hash: { S: hash }, type: { S: type } },
    }),
  );
  client.destroy();
}
