import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCorrelationRows, roomNameOf } from "../../../bridge/index-table/correlation.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { type Random, systemRandom } from "../../../bridge/platform/random.ts";
import { INCIDENT_ID } from "../../../shared/contracts/ids.ts";
import { INDEX_TABLE, type LocalStore, startDynalite } from "../../support/dynalite.ts";
import { T0 } from "../../support/given.ts";

let local: LocalStore;
beforeAll(async () => {
  local = await startDynalite();
});
afterAll(() => local[Symbol.asyncDispose]());

const rowsOf = (random: Random = systemRandom) =>
  createCorrelationRows({ index: createIndexTable({ dynamo: local.client, table: INDEX_TABLE }), random });
let made = 0;
const freshKey = () => {
  made += 1;
  return `oncall|GROUP${made}`;
};

describe("an identity", () => {
  test("claimed by fifty at once over two replicas belongs to one incident", async () => {
    const key = freshKey();
    const replicas = [rowsOf(), rowsOf()];
    const claims = await Promise.all(Array.from({ length: 50 }, (_, n) => replicas[n % 2]?.claim(key, T0)));
    const incidents = new Set(claims.map((claim) => claim?.incident));
    expect(incidents.size).toBe(1);
    expect([...incidents][0]).toMatch(INCIDENT_ID);
    expect(await rowsOf().find(key)).toEqual({ incident: [...incidents][0], version: 1 });
  });

  test("whose incident is over gets one successor, however many ask", async () => {
    const key = freshKey();
    const rows = rowsOf();
    const { incident } = await rows.claim(key, T0);
    const next = await Promise.all(Array.from({ length: 20 }, () => rows.claim(key, T0, 1)));
    const successors = new Set(next.map((claim) => claim.incident));
    expect(successors.size).toBe(1);
    expect(successors).not.toContain(incident);
    // Whoever still holds the old version does not make a third.
    expect((await rows.claim(key, T0, 1)).incident).toBe([...successors][0]);
    expect(await rows.find(key)).toMatchObject({ version: 2 });
  });

  test("that nobody claimed has none", async () => {
    expect(await rowsOf().find(freshKey())).toBeUndefined();
  });

  test("is pointed at an incident that exists, unless it belongs to one already", async () => {
    const rows = rowsOf();
    const [own, taken] = [freshKey(), freshKey()];
    expect(await rows.point(own, "INC-20261121-0914-K9ZP")).toBe("INC-20261121-0914-K9ZP");
    const { incident } = await rows.claim(taken, T0);
    expect(await rows.point(taken, "INC-20261121-0914-K9ZP")).toBe(incident);
  });
});

describe("an incident's four characters", () => {
  const dealing = (...codes: string[]): Random => ({ ...systemRandom, code: () => codes.shift() ?? "ZZZZ" });

  test("are its own for the day: what is taken is dealt again", async () => {
    const one = await rowsOf(dealing("AAAA")).claim(freshKey(), T0);
    const two = await rowsOf(dealing("AAAA", "AAAA", "BBBB")).claim(freshKey(), T0);
    expect([one.incident, two.incident]).toEqual(["INC-20261121-0914-AAAA", "INC-20261121-0914-BBBB"]);
  });

  test("are free again the next day", async () => {
    const next = await rowsOf(dealing("AAAA")).claim(freshKey(), T0 + 86_400_000);
    expect(next.incident).toBe("INC-20261122-0914-AAAA");
  });
});

describe("the room's name", () => {
  test.each([
    ["payments", "inc-1121-payments-k9zp"],
    ["Payments EU/West", "inc-1121-payments-eu-west-k9zp"],
    ["--__--", "inc-1121-unknown-k9zp"],
    ["支払い", "inc-1121-unknown-k9zp"],
    ["a".repeat(80), `inc-1121-${"a".repeat(40)}-k9zp`],
  ])("of %s is %s", (service, name) => {
    expect(roomNameOf("INC-20261121-0914-K9ZP", service)).toBe(name);
    expect(name).toMatch(/^[a-z0-9-]{1,80}$/);
  });
});
