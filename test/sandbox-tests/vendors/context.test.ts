import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "vitest";
import { FaultBoard } from "../../sandbox/faults.ts";
import { type GitHubState, startGitHub } from "../../sandbox/vendors/github.ts";
import { type LokiState, startLoki } from "../../sandbox/vendors/loki.ts";
import { startTempo, type TempoState } from "../../sandbox/vendors/tempo.ts";
import type { Vendor } from "../../sandbox/vendors/vendor-server.ts";

const faults = new FaultBoard();
let loki: Vendor<LokiState>;
let tempo: Vendor<TempoState>;
let github: Vendor<GitHubState>;
beforeEach(async () => {
  loki = await startLoki({ faults, user: "1", token: "l" });
  tempo = await startTempo({ faults, user: "2", token: "t" });
  github = await startGitHub({ faults, token: "gh" });
});
afterEach(async () => {
  faults.clear();
  await Promise.all([loki, tempo, github].map((vendor) => vendor.close()));
});

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });
const ask = async (url: string, headers: Record<string, string>, method = "GET") => {
  const reply = await fetch(url, { method, headers });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
};
const json = <T>({ text }: { text: string }) => JSON.parse(text) as T;

const askLoki = (change: Record<string, string> = {}, headers = basic("1:l")) => {
  const now = BigInt(Date.now()) * 1_000_000n;
  const wanted = {
    query: '{service_name="payments"}',
    start: String(now - 900_000_000_000n),
    end: String(now),
    limit: "100",
    direction: "backward",
    ...change,
  };
  return ask(`${loki.url}/loki/api/v1/query_range?${new URLSearchParams(wanted)}`, headers);
};
interface LokiAnswer {
  data: { resultType: string; result: { stream: Record<string, string>; values: [string, string][] }[] };
}
const linesOf = (answer: { text: string }) => json<LokiAnswer>(answer).data.result.flatMap(({ values }) => values);

describe("Loki", () => {
  test("answers streams of lines, newest first, each with nanoseconds as text", async () => {
    const { data } = json<LokiAnswer>(await askLoki());
    assert.equal(data.resultType, "streams");
    assert.ok(data.result.length > 0);
    for (const { stream, values } of data.result) {
      assert.equal(stream.service_name, "payments");
      const stamps = values.map(([at]) => at);
      for (const at of stamps) assert.match(at, /^\d{19}$/);
      assert.deepEqual(stamps, stamps.toSorted().reverse());
    }
  });

  test("keeps to its filters, its limit and its window", async () => {
    const all = linesOf(await askLoki()).length;
    const matching = linesOf(await askLoki({ query: '{service_name="payments"} |~ "(?i)TIMED out"' }));
    assert.ok(matching.length > 0 && matching.length < all);
    assert.ok(matching.every(([, line]) => line.includes("timed out")));
    assert.equal(linesOf(await askLoki({ limit: "1" })).length, 1);
    const start = String(BigInt(Date.now() - 7_200_000) * 1_000_000n);
    const end = String(BigInt(Date.now() - 3_600_000) * 1_000_000n);
    assert.deepEqual(linesOf(await askLoki({ start, end })), []);
    assert.deepEqual(linesOf(await askLoki({ query: '{service_name="nobody"}' })), []);
  });

  test("refuses a broken query, a window that ends before it begins and a wrong user in its own words", async () => {
    assert.deepEqual(await askLoki({ query: "payments" }).then(({ status, text }) => [status, text]), [
      400,
      "parse error at line 1, col 1: syntax error",
    ]);
    assert.equal((await askLoki({ end: "1000000000000000000" })).status, 400);
    assert.equal((await askLoki({}, basic("1:wrong"))).status, 401);
    faults.add({ target: "grafana", kind: "rate_limit" });
    assert.deepEqual(await askLoki().then(({ status, text }) => [status, text]), [
      429,
      "too many outstanding requests",
    ]);
  });

  test("says what it does not simulate", async () => {
    assert.equal((await askLoki({ direction: "forward" })).status, 501);
    assert.equal((await askLoki({ query: '{service_name=~"pay.*"}' })).status, 501);
    assert.equal((await askLoki({ query: '{service_name="payments"} | json' })).status, 501);
    assert.equal((await askLoki({ step: "5" })).status, 501);
    assert.equal((await ask(`${loki.url}/loki/api/v1/labels`, basic("1:l"))).status, 501);
  });
});

const askTempo = (change: Record<string, string> = {}, headers = basic("2:t")) => {
  const now = Math.floor(Date.now() / 1_000);
  const wanted = {
    q: '{ resource.service.name = "payments" && duration > 1s }',
    start: String(now - 900),
    end: String(now),
    limit: "5",
    ...change,
  };
  return ask(`${tempo.url}/tempo/api/search?${new URLSearchParams(wanted)}`, headers);
};
interface TempoAnswer {
  traces?: { traceID: string; startTimeUnixNano: string }[];
  metrics: object;
}

describe("Tempo", () => {
  test("finds the traces of a service, some seconds old", async () => {
    const { traces = [] } = json<TempoAnswer>(await askTempo());
    assert.equal(traces.length, 2);
    for (const { traceID, startTimeUnixNano } of traces) {
      assert.match(traceID, /^[0-9a-f]{32}$/);
      const agoMs = Date.now() - Number(BigInt(startTimeUnixNano) / 1_000_000n);
      assert.ok(agoMs >= 5_000 && agoMs < 10_000, `${agoMs} ms ago`);
    }
    assert.equal(json<TempoAnswer>(await askTempo({ limit: "1" })).traces?.length, 1);
  });

  test("leaves the list out where it finds nothing", async () => {
    assert.deepEqual(Object.keys(json<TempoAnswer>(await askTempo({ q: '{ resource.service.name = "nobody" }' }))), [
      "metrics",
    ]);
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    const past = await askTempo({ start: String(hourAgo - 900), end: String(hourAgo) });
    assert.equal(json<TempoAnswer>(past).traces, undefined);
  });

  test("refuses a broken query and a wrong user, and says what it does not simulate", async () => {
    assert.deepEqual(await askTempo({ q: "payments" }).then(({ status, text }) => [status, text]), [
      400,
      "invalid TraceQL query: parse error at line 1, col 1",
    ]);
    assert.equal((await askTempo({}, basic("2:wrong"))).status, 401);
    assert.equal((await askTempo({ start: "yesterday" })).status, 501);
    assert.equal((await askTempo({ tags: "service.name=payments" })).status, 501);
    assert.equal((await ask(`${tempo.url}/tempo/api/traces/abc`, basic("2:t"))).status, 501);
  });
});

const gh = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  ask(
    `${github.url}/repos/kestrel-freight/${path}`,
    { authorization: "Bearer gh", "user-agent": "t", ...headers },
    method,
  );

describe("GitHub", () => {
  test("compares the two newest deploys: commits oldest first, and files", async () => {
    const [newest, older] = json<{ sha: string }[]>(await gh("payments/deployments"));
    const range = `${older?.sha}...${newest?.sha}`;
    const compared = json<{ total_commits: number; commits: { sha: string }[]; files: { filename: string }[] }>(
      await gh(`payments/compare/${range}`),
    );
    assert.equal(compared.total_commits, 2);
    assert.equal(compared.commits.at(-1)?.sha, newest?.sha);
    assert.equal(compared.files.length, 3);
    assert.equal((await gh(`payments/compare/${newest?.sha}...${older?.sha}`)).status, 404);
  });

  test("gives a file's contents in base64, broken into lines, and 404 where there is none", async () => {
    const found = json<{ type: string; encoding: string; content: string }>(
      await gh("payments/contents/.github/CODEOWNERS?ref=8c41f0d"),
    );
    assert.deepEqual([found.type, found.encoding], ["file", "base64"]);
    assert.ok(found.content.includes("\n"));
    assert.match(Buffer.from(found.content, "base64").toString(), /^\/src\/gateway\//m);
    assert.equal((await gh("payments/contents/CODEOWNERS")).status, 404);
    assert.equal((await gh("payments/contents/constructor")).status, 404);
  });

  test("answers 304 to a known ETag of a file, and 409 for a repository without a commit", async () => {
    const path = "payments/contents/.github/CODEOWNERS";
    const etag = (await gh(path)).headers.get("etag") ?? "";
    assert.equal((await gh(path, { "if-none-match": etag })).status, 304);
    github.state.repositories["kestrel-freight/payments"]?.commits.splice(0);
    assert.equal((await gh("payments/commits")).status, 409);
  });

  test("limits with its own status and header, and refuses whoever names no agent", async () => {
    faults.add({ target: "github", kind: "rate_limit" });
    const limited = await gh("payments/deployments");
    assert.equal(limited.status, 403);
    assert.equal(limited.headers.get("retry-after"), "1");
    faults.clear();
    assert.equal((await gh("payments/deployments", { "user-agent": "" })).status, 403);
  });

  test("says what it does not simulate", async () => {
    assert.equal((await gh("payments/pulls")).status, 501);
    assert.equal((await gh("payments/commits", {}, "POST")).status, 501);
    assert.equal((await gh("payments/commits?author=somebody")).status, 501);
  });
});
