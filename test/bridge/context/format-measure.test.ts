import { expect, test } from "vitest";
import { formatMeasure } from "../../../bridge/context/format-measure.ts";

test.each([
  [0.0731, "ratio", "7.3 %"],
  [0.004, "ratio", "0.4 %"],
  [0, "ratio", "0 %"],
  [1, "ratio", "100 %"],
  [7.31, "percent", "7.3 %"],
  [12.345, "per_second", "12.3 /s"],
  [0.0731, "number", "0.073"],
  [123456.78, "number", "123456.8"],
  [0.00000012, "number", "1.2e-7"],
  [3e12, "number", "3.0e+12"],
  [-4.56, "number", "-4.6"],
] as const)("%d as %s reads %s", (value, unit, text) => {
  expect(formatMeasure(value, unit)).toBe(text);
});
