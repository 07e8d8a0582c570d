import type { MetricQuery } from "../services/services.ts";

/**
 * A measured number as people read it, two significant digits or, from 10 on, one decimal at most: ratio 0.0731 as `7.3 %`.
 * A value that is not zero never reads as 0.
 */
export function formatMeasure(value: number, unit: MetricQuery["unit"]): string {
  switch (unit) {
    case "ratio":
      return `${rounded(value * 100)} %`;
    case "percent":
      return `${rounded(value)} %`;
    case "per_second":
      return `${rounded(value)} /s`;
    case "seconds":
      return Math.abs(value) < 1 && value !== 0 ? `${rounded(value * 1_000)} ms` : `${rounded(value)} s`;
    case "number":
      return rounded(value);
  }
}

function rounded(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  return size >= 10 ? String(Number(value.toFixed(1))) : String(Number(value.toPrecision(2)));
}
