import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { onlyValue } from "../../../bridge/ingress/only-value.ts";
import type { AuthRequest, RefusalReason, Scheme } from "../../../bridge/ingress/scheme.ts";
import { alertingHmac } from "../../../bridge/ingress/schemes/alerting-hmac.ts";
import { bearerToken } from "../../../bridge/ingress/schemes/bearer-token.ts";
import { oncallHmac } from "../../../bridge/ingress/schemes/oncall-hmac.ts";
import { oncallTimedHmac } from "../../../bridge/ingress/schemes/oncall-timed-hmac.ts";
import { requestSignature } from "../../../bridge/ingress/schemes/request-signature.ts";
import { slackHmac } from "../../../bridge/ingress/schemes/slack-hmac.ts";
import { signRequest } from "../../../shared/signing.ts";

interface Vector {
  scheme: string;
  secret: string;
  headers: Record<string, string>;
  body_base64: string;
  expected: { accept: boolean; reason?: string; value: string; now: number };
  note: string;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../fixtures/signature-vectors.json", import.meta.url), "utf8"),
);

const schemes: Record<string, Scheme> = {
  S0: bearerToken,
  S1: oncallHmac,
  S1T: oncallTimedHmac,
  S2: alertingHmac("X-Grafana-Alerting-Timestamp"),
  S6: slackHmac,
};

/** The vectors' words for ours. */
const reasons: Record<string, RefusalReason> = {
  bad_token: "token-mismatch",
  mismatch: "signature-mismatch",
  malformed: "signature-malformed",
  missing: "signature-missing",
  missing_timestamp: "timestamp-missing",
  malformed_timestamp: "timestamp-malformed",
  stale: "timestamp-outside-window",
  future: "timestamp-outside-window",
};

const CURRENT = "fixture-webhook-secret-7f3a91c05be24d68";
const previous = vectors.find(({ secret }) => secret.endsWith("previous-11d7"))?.secret ?? "";
/** S1 to S5 verifiers hold both secrets of a rotation. */
const secretsOf = ({ scheme, secret }: Vector) =>
  scheme.startsWith("S1") || scheme === "S2" ? [CURRENT, previous] : [secret];

const ours = vectors.filter(({ scheme }) => scheme in schemes);

const requestOf = (vector: Vector): AuthRequest => ({
  method: "POST",
  path: "/",
  headers: vector.headers,
  rawBody: Buffer.from(vector.body_base64, "base64"),
});

const verify = (vector: Vector, change: Partial<AuthRequest> = {}, nowSeconds = vector.expected.now) =>
  schemes[vector.scheme]?.({ ...requestOf(vector), ...change }, secretsOf(vector), nowSeconds * 1_000);

test("there are vectors for each scheme that is built", () => {
  expect(new Set(ours.map(({ scheme }) => scheme))).toEqual(new Set(Object.keys(schemes)));
  expect(ours.length).toBeGreaterThanOrEqual(29);
});

describe("every vector is judged as its expectation says", () => {
  test.each(ours.map((vector, index) => [`${vector.scheme} #${index}: ${vector.note}`, vector] as const))(
    "%s",
    async (_, vector) => {
      const { accept, reason } = vector.expected;
      const verdict = await verify(vector);
      if (accept) expect(verdict).toMatchObject({ ok: true });
      else expect(verdict).toEqual({ ok: false, reason: reasons[reason ?? ""] });
    },
  );
});

test("a signature made with the previous secret says that it was the second one", async () => {
  const vector = ours.find(({ secret }) => secret === previous);
  expect(vector && (await verify(vector))).toEqual({ ok: true, secret: 1 });
});

const accepted = (scheme: string) => {
  const vector = ours.find((one) => one.scheme === scheme && one.expected.accept);
  if (!vector) throw new Error(`no accepted vector for ${scheme}`);
  return vector;
};
const signatureHeader: Record<string, string> = {
  S0: "authorization",
  S1: "x-grafana-oncall-signature",
  S1T: "x-grafana-oncall-signature",
  S2: "x-grafana-alerting-signature",
  S6: "x-slack-signature",
};
const timestampHeader: Record<string, string> = {
  S1T: "x-grafana-oncall-timestamp",
  S2: "x-grafana-alerting-timestamp",
  S6: "x-slack-request-timestamp",
};

describe.each(Object.keys(schemes))("%s", (scheme) => {
  const vector = accepted(scheme);
  const name = signatureHeader[scheme] ?? "";
  const value = vector.headers[name] ?? "";
  const duplicated = { ok: false, reason: scheme === "S0" ? "token-duplicated" : "signature-duplicated" };

  test("refuses a signature given twice, right one first, last, twice the same, or joined by a comma", async () => {
    for (const twice of [[value, "x"], ["x", value], [value, value], `${value}, ${value}`]) {
      expect(await verify(vector, { headers: { ...vector.headers, [name]: twice } })).toEqual(duplicated);
    }
  });

  test("does not care for the order of headers or for headers of other schemes", async () => {
    const foreign = Object.fromEntries(
      Object.values(signatureHeader)
        .filter((one) => one !== name)
        .map((one) => [one, "x"]),
    );
    const reversed = Object.fromEntries(Object.entries({ ...vector.headers, ...foreign }).reverse());
    expect(await verify(vector, { headers: reversed })).toMatchObject({ ok: true });
  });

  test("refuses when there are no secrets at all", async () => {
    const verdict = await schemes[scheme]?.(requestOf(vector), [], vector.expected.now * 1_000);
    expect(verdict).toMatchObject({ ok: false });
  });

  // A bearer token does not cover the body: that is what is wrong with it.
  test(`${scheme === "S0" ? "does not notice" : "refuses"} a body that differs in one byte at its end`, async () => {
    const rawBody = Buffer.concat([requestOf(vector).rawBody, Buffer.from(" ")]);
    const expected = scheme === "S0" ? { ok: true, secret: 0 } : { ok: false, reason: "signature-mismatch" };
    expect(await verify(vector, { rawBody })).toEqual(expected);
  });
});

describe.each(Object.keys(timestampHeader))("the timestamp of %s", (scheme) => {
  const vector = accepted(scheme);
  const name = timestampHeader[scheme] ?? "";
  const stamp = Number(vector.headers[name]);

  test("holds for 300 s in both directions, and not a second longer", async () => {
    for (const offset of [-300, 0, 300]) expect(await verify(vector, {}, stamp + offset)).toMatchObject({ ok: true });
    for (const offset of [-301, 301]) {
      expect(await verify(vector, {}, stamp + offset)).toEqual({ ok: false, reason: "timestamp-outside-window" });
    }
  });

  test.each([`${stamp}.0`, `+${stamp}`, `0x6b00`, "1e9", "-1", "1".repeat(13), `${stamp}000`])(
    "is refused as %s",
    async (text) => {
      const verdict = await verify(vector, { headers: { ...vector.headers, [name]: text } });
      expect(verdict).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/^timestamp-(malformed|outside-window)$/),
      });
    },
  );

  test("is refused when given twice", async () => {
    const headers = { ...vector.headers, [name]: [String(stamp), String(stamp)] };
    expect(await verify(vector, { headers })).toEqual({ ok: false, reason: "timestamp-duplicated" });
  });
});

describe("requests of the hosted functions", () => {
  const now = 1_795_252_445_000;
  const parts = { method: "POST", path: "/v1/commands?x=1", timestamp: "1795252445", body: '{"a":"é"}' };
  const request = async (secret = "current"): Promise<AuthRequest> => ({
    method: parts.method,
    path: parts.path,
    headers: { "x-ic-timestamp": parts.timestamp, "x-ic-signature": await signRequest(parts, secret) },
    rawBody: Buffer.from(parts.body),
  });

  test("are accepted with the current and with the previous secret", async () => {
    expect(await requestSignature(await request("current"), ["current", "previous"], now)).toEqual({
      ok: true,
      secret: 0,
    });
    expect(await requestSignature(await request("previous"), ["current", "previous"], now)).toEqual({
      ok: true,
      secret: 1,
    });
  });

  test("are bound to method, path, query, time and body", async () => {
    const good = await request();
    const changes: Partial<AuthRequest>[] = [
      { method: "PUT" },
      { path: "/v1/queries?x=1" },
      { path: "/v1/commands" },
      { headers: { ...good.headers, "x-ic-timestamp": "1795252446" } },
      { rawBody: Buffer.from('{"a":"e"}') },
    ];
    for (const change of changes) {
      expect(await requestSignature({ ...good, ...change }, ["current"], now)).toEqual({
        ok: false,
        reason: "signature-mismatch",
      });
    }
  });

  test("are refused when stale, from the future, unsigned, signed twice or not text", async () => {
    const good = await request();
    const cases: [Partial<AuthRequest>, number, RefusalReason][] = [
      [{}, now + 301_000, "timestamp-outside-window"],
      [{}, now - 301_000, "timestamp-outside-window"],
      [{ headers: {} }, now, "signature-missing"],
      [{ headers: { ...good.headers, "x-ic-signature": ["v1=a", "v1=b"] } }, now, "signature-duplicated"],
      [{ headers: { ...good.headers, "x-ic-signature": "v1=zz" } }, now, "signature-malformed"],
      [{ rawBody: Buffer.from([0xff, 0xfe]) }, now, "body-not-text"],
    ];
    for (const [change, at, reason] of cases) {
      expect(await requestSignature({ ...good, ...change }, ["current"], at)).toEqual({ ok: false, reason });
    }
  });
});

test("a header counts whatever the case of its name, and an empty one is missing", () => {
  expect(onlyValue({ "x-a": "1" }, "X-A")).toEqual({ only: "1" });
  expect(onlyValue({ "x-a": " " }, "x-a")).toBe("missing");
  expect(onlyValue({}, "x-a")).toBe("missing");
});
