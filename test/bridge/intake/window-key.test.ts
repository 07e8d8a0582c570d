import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { windowKeyOf } from "../../../bridge/intake/window-key.ts";
import { parseServices } from "../../../bridge/services/load-services.ts";
import { holds } from "../../support/holds.ts";
import { SERVICES_YAML } from "../services/services-file.ts";

const servicesWith = (correlation: string) => parseServices(`${SERVICES_YAML}${correlation}`, "services.yaml");
const byDefault = servicesWith("");
const byCluster = servicesWith("correlation: { labels: [service, cluster], window: PT2M }\n");
const key = (labels: Record<string, string>, services = byDefault, title = "") =>
  windowKeyOf({ labels, title }, services);

describe("what alerts have in common", () => {
  test("is their service unless services.yaml says otherwise, for ten minutes", () => {
    expect(byDefault.correlation).toEqual({ labels: ["service"], windowMs: 600_000 });
    expect(key({ service: "payments", cluster: "eu" })).toBe(key({ service: "payments", cluster: "us" }));
    expect(key({ service: "payments" })).not.toBe(key({ service: "search" }));
  });

  test("follows the service however the alert names it", () => {
    expect(key({ app: "Payments" })).toBe(key({ service: "payments" }));
    expect(key({}, byDefault, "payments is slow")).toBe(key({ service: "payments" }));
  });

  test("takes further labels, and a missing one differs from every value", () => {
    expect(byCluster.correlation?.windowMs).toBe(120_000);
    const more: Record<string, string>[] = [{ cluster: "eu" }, { cluster: "us" }, {}, { cluster: "null" }];
    const keys = more.map((labels) => key({ service: "payments", ...labels }, byCluster));
    expect(new Set(keys).size).toBe(4);
  });

  test("is nothing when nobody can tell the service, or when it is switched off", () => {
    expect(key({})).toBeUndefined();
    expect(key({ cluster: "eu" }, byCluster)).toBeUndefined();
    expect(key({ service: "payments" }, servicesWith("correlation: off\n"))).toBeUndefined();
    expect(key({ region: "x" }, servicesWith("correlation: { labels: [cluster] }\n"))).toBeUndefined();
  });

  test("is equal exactly where the labels that count are, whatever else the alert says", () => {
    const value = fc.constantFrom("payments", "search", "a|b", "a", "b", "constructor", "");
    holds(
      fc.property(
        value,
        value,
        value,
        value,
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
        (s1, c1, s2, c2, noise) => {
          const one = key({ ...noise, service: s1, cluster: c1 }, byCluster);
          const two = key({ service: s2, cluster: c2 }, byCluster);
          if (one === undefined || two === undefined) expect(s1 === "" || s2 === "").toBe(true);
          else expect(one === two).toBe(s1 === s2 && c1 === c2);
        },
      ),
      { runs: 500 },
    );
  });

  test.each([
    "correlation: on\n",
    "correlation: { labels: [] }\n",
    "correlation: { window: 10m }\n",
    "correlation: { label: [service] }\n",
  ])("is refused when written as %s", (source) => expect(() => servicesWith(source)).toThrow(/correlation/));
});
