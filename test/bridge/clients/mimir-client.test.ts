import { expect, test } from "vitest";
import { createMimirClient } from "../../../bridge/clients/mimir-client.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { startLocalServer } from "../../support/local-server.ts";
import { fixedSecrets } from "../../support/sources.ts";

const ask = async (body: unknown) => {
  await using server = await startLocalServer((_, response) => void response.end(JSON.stringify(body)));
  const client = createMimirClient({
    http: createHttp({ clock: systemClock, timeoutMs: 1_000, log: silentLogger }),
    secrets: fixedSecrets({ mimir: JSON.stringify({ user: "12", token: "t" }) }),
    url: server.url,
    log: silentLogger,
  });
  const value = await client.valueAt('up{a="b"}', 1_795_253_640_312, { timeoutMs: 1_000 });
  return { value, request: server.seen[0] };
};
const vector = (...values: string[]) => ({
  status: "success",
  data: { resultType: "vector", result: values.map((value) => ({ metric: {}, value: [1, value] })) },
});

test("the query and the instant are sent with the credentials of this product", async () => {
  const { request } = await ask(vector("1"));
  expect(request?.path).toBe("/api/prom/api/v1/query?query=up%7Ba%3D%22b%22%7D&time=1795253640.312");
  expect(request?.headers.authorization).toBe(`Basic ${Buffer.from("12:t").toString("base64")}`);
});

test.each([
  [vector("0.0731", "0.0688", "NaN"), 0.0731],
  [vector("-3", "-5"), -3],
  [vector("0"), 0],
  [{ status: "success", data: { resultType: "scalar", result: [1, "4.5"] } }, 4.5],
  [vector(), "no-data"],
  [vector("NaN", "+Inf", "-Inf", ""), "no-data"],
  [{ status: "error", errorType: "bad_data", error: "parse error" }, { unavailable: "answered something unexpected" }],
  [{ status: "success", data: { resultType: "matrix", result: [] } }, { unavailable: "answered something unexpected" }],
])("%j is %j", async (body, expected) => {
  expect((await ask(body)).value).toEqual(expected);
});
