import type { Judge } from "./verdict.ts";

/** By the error's metadata: an answer below 500 is the service's word, no answer or a 5xx an outage. */
export const judgeAws: Judge = (error) => {
  if (!(error instanceof Error)) return { outcome: "failed", outage: false };
  if (/Throttling|TooManyRequests|LimitExceeded|QuotaExceeded/.test(error.name))
    return { outcome: "limited", outage: false };
  const metadata: unknown = Reflect.get(error, "$metadata");
  const status: unknown =
    typeof metadata === "object" && metadata ? Reflect.get(metadata, "httpStatusCode") : undefined;
  if (typeof status !== "number") return { outcome: "unreachable", outage: true };
  return { outcome: `${Math.floor(status / 100)}xx`, outage: status >= 500 };
};
