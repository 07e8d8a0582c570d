import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { SECRET_CATALOGUE, secretProblems } from "../../../bridge/deploy/secrets/catalogue.ts";
import { readGivenValues, valuesTemplate } from "../../../bridge/deploy/secrets/given-values.ts";
import { createSecretStore, type SecretStore } from "../../../bridge/deploy/secrets/store.ts";
import { allWell, checkSecrets, rotateSecret, seedSecrets } from "../../../bridge/deploy/secrets/tend.ts";
import { createSecretsClient } from "../../../bridge/platform/secrets.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type SecretsState, startSecrets } from "../../sandbox/vendors/secrets.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";

const PREFIX = "incident-response/staging/";
const GIVEN = {
  "slack-companion": { signing_secret: "0123456789abcdef0123456789abcdef", bot_token: "xoxb-not-a-real-token" },
  "slack-triggers": {
    doorbell: "https://hooks.slack.example.com/doorbell",
    links: Object.fromEntries(linkTriggers().map((name) => [name, `https://slack.example.com/shortcuts/${name}`])),
  },
  statuspage: { api_key: "statuspage-key-of-the-test" },
  linear: { api_key: "lin_api_0123456789abcdefghij" },
};

function linkTriggers(): string[] {
  const folder = fileURLToPath(new URL("../../../slack-app/triggers/", import.meta.url));
  return readdirSync(folder)
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((name) => !/^(sweep|doorbell)/.test(name));
}

let vendor: Vendor<SecretsState> | undefined;
let store: SecretStore;
const versions = (name: string) => vendor?.state.secrets[`${PREFIX}${name}`] ?? [];

beforeEach(async () => {
  await vendor?.close();
  // As the stack leaves them: entries without a value.
  const state: SecretsState = {
    secrets: Object.fromEntries(SECRET_CATALOGUE.map(({ name }) => [`${PREFIX}${name}`, []])),
  };
  vendor = await startSecrets({ faults: new FaultBoard(), state });
  store = createSecretStore(
    createSecretsClient({ region: "eu-north-1", endpoint: vendor.url, credentials: "local-dummy" }),
    PREFIX,
  );
});
afterAll(() => vendor?.close());

const given = (values: object = GIVEN) => readGivenValues(JSON.stringify(values), SECRET_CATALOGUE);

describe("seeding", () => {
  it("fills every empty entry, and the check then finds nothing amiss", async () => {
    expect(allWell(await checkSecrets(SECRET_CATALOGUE, store))).toBe(false);
    expect(allWell(await seedSecrets(SECRET_CATALOGUE, store, given(), "staging"))).toBe(true);
    expect((await checkSecrets(SECRET_CATALOGUE, store)).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it("replaces nothing, however often it is run", async () => {
    await seedSecrets(SECRET_CATALOGUE, store, given(), "staging");
    const before = structuredClone(vendor?.state);
    const lines = await seedSecrets(SECRET_CATALOGUE, store, given(), "staging");
    expect(lines.every(({ state }) => state === "kept")).toBe(true);
    expect(vendor?.state).toEqual(before);
  });

  it("says what is still to be given and where it comes from", async () => {
    const lines = await seedSecrets(SECRET_CATALOGUE, store, given({}), "staging");
    expect(lines.find(({ name }) => name === "statuspage")).toEqual({
      name: "statuspage",
      state: "missing",
      note: "Statuspage > your avatar > API info",
    });
    expect(allWell(lines)).toBe(false);
  });

  it("refuses a wrong value without repeating it", async () => {
    const wrong = { ...GIVEN, linear: { api_key: "sk-pasted-from-elsewhere-0001" } };
    const lines = await seedSecrets(SECRET_CATALOGUE, store, given(wrong), "staging");
    expect(lines.find(({ name }) => name === "linear")).toMatchObject({ state: "wrong" });
    expect(JSON.stringify(lines)).not.toContain("pasted-from-elsewhere");
    expect(versions("linear")).toEqual([]);
  });

  it("says that the stack comes first where there is no entry", async () => {
    if (vendor) vendor.state.secrets = {};
    const lines = await seedSecrets(SECRET_CATALOGUE, store, given(), "staging");
    expect(lines.find(({ name }) => name === "statuspage")).toMatchObject({ state: "no-entry" });
  });
});

describe("rotating", () => {
  const spec = (name: string) => SECRET_CATALOGUE.find((one) => one.name === name) as (typeof SECRET_CATALOGUE)[number];

  it("makes a new key current and leaves the old one valid", async () => {
    await seedSecrets(SECRET_CATALOGUE, store, given(), "staging");
    const [first] = versions("alerting-webhook");
    const line = await rotateSecret(spec("alerting-webhook"), store, given({}), "staging");
    expect(line).toMatchObject({ state: "written", note: expect.stringContaining("contact point") });
    expect(versions("alerting-webhook").map(({ stages }) => stages)).toEqual([["AWSPREVIOUS"], ["AWSCURRENT"]]);
    expect(versions("alerting-webhook")[0]?.value).toBe(first?.value);
  });

  it.each(["redaction-master", "audit-signer"])("never replaces %s: what is stored hangs on it", async (name) => {
    await seedSecrets(SECRET_CATALOGUE, store, given(), "staging");
    expect(await rotateSecret(spec(name), store, given({}), "staging")).toMatchObject({ state: "not-rotated" });
    expect(versions(name)).toHaveLength(1);
  });

  it("asks for the value of what a vendor makes", async () => {
    expect(await rotateSecret(spec("github"), store, given({}), "staging")).toMatchObject({ state: "missing" });
  });
});

describe("the end of a vendor's key", () => {
  const spec = (name: string) => SECRET_CATALOGUE.find((one) => one.name === name) as (typeof SECRET_CATALOGUE)[number];
  const noteOf = async (name: string) =>
    (await checkSecrets(SECRET_CATALOGUE, store)).find((line) => line.name === name)?.note;

  it("is written beside it, checked, and shown; without it only the age is watched", async () => {
    const values = { ...GIVEN, statuspage: { ...GIVEN.statuspage, expires_at: "2027-03-01" } };
    await seedSecrets(SECRET_CATALOGUE, store, given(values), "staging");
    expect([await noteOf("statuspage"), await noteOf("linear")]).toEqual([
      "ends 2027-03-01",
      "no expires_at beside it, so only its age is watched",
    ]);
    const next = readGivenValues(
      "linear: { api_key: lin_api_9876543210abcdefghij, expires_at: 2027-03-01 }",
      SECRET_CATALOGUE,
    );
    expect(await rotateSecret(spec("linear"), store, next, "staging")).toMatchObject({
      state: "written",
      note: expect.stringMatching(/^now change the other end: .*; ends 2027-03-01$/),
    });
  });

  it("is refused when it is no date, and asked for in the template", async () => {
    const wrong = { ...GIVEN, statuspage: { ...GIVEN.statuspage, expires_at: "next spring" } };
    const lines = await seedSecrets(SECRET_CATALOGUE, store, given(wrong), "staging");
    expect(lines.find(({ name }) => name === "statuspage")).toMatchObject({
      state: "wrong",
      note: expect.stringContaining("neither a date"),
    });
    expect(valuesTemplate(SECRET_CATALOGUE)).toMatch(/an object, with expires_at: .*\nstatuspage:/);
  });
});

describe("the file of values", () => {
  it("is refused when it names a secret that does not exist", () => {
    expect(() => readGivenValues("stauspage: x", SECRET_CATALOGUE)).toThrow(/no secret named stauspage/);
    expect(() => readGivenValues("[1, 2", SECRET_CATALOGUE)).toThrow(/not YAML/);
  });

  it("starts from a template that names everything we do not make ourselves, and is empty", () => {
    const template = valuesTemplate(SECRET_CATALOGUE);
    expect(readGivenValues(template, SECRET_CATALOGUE).size).toBe(0);
    expect(template).toContain("linear:");
    expect(template).not.toContain("redaction-master:");
  });
});

it("the catalogue holds every secret that the code reads, and no other", () => {
  const bridge = fileURLToPath(new URL("../../../bridge/", import.meta.url));
  const sources = readdirSync(bridge, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith(join("deploy", "secrets")))
    .map((file) => readFileSync(join(bridge, file), "utf8"));
  const names = SECRET_CATALOGUE.map(({ name }) => name);
  const unread = names.filter((name) => !sources.some((source) => source.includes(`"${name}"`)));
  const read = sources.flatMap((source) =>
    [
      ...source.matchAll(
        /secrets\.(?:current|optional|verifiers)\("([^"]+)"\)|readCredential\(\s*\w+(?:\.\w+)*,\s*"([^"]+)"/g,
      ),
    ].map(([, plain, credential]) => plain ?? credential ?? ""),
  );
  expect({ unread, unknown: read.filter((name) => !names.includes(name)) }).toEqual({ unread: [], unknown: [] });
});

it("a value of the wrong form is named by its field", () => {
  const triggers = SECRET_CATALOGUE.find(({ name }) => name === "slack-triggers") as (typeof SECRET_CATALOGUE)[number];
  expect(secretProblems(triggers, "not json")).toEqual(["is not JSON"]);
  expect(secretProblems(triggers, JSON.stringify({ doorbell: "http://x", links: {} })).join("; ")).toContain(
    "doorbell",
  );
});
