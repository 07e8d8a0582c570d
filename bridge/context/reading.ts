import type { Unavailable } from "../clients/unavailable.ts";
import type { EventOf } from "../incident/events.ts";
import type { Service } from "../services/services.ts";

/** One answer to one question about what is going on. Without a value, `why` says why there is none: it is never a zero. */
export type Reading = EventOf<"ContextRead">["readings"][number];
export type Part = Reading["part"];

const MAX_DETAILS = 5;

/** How people read the name of each part. */
const LABELS: Readonly<Record<Part, string>> = {
  error_rate: "Error rate",
  latency: "Latency",
  saturation: "Saturation",
  logs: "Error logs",
  traces: "Slow or failed traces",
  deploys: "Last deploys",
  commits: "In the last deploy",
  owners: "Owners of the changed files",
};

const cut = (text: string, max: number) => (text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`);

export const given = (part: Part, value: string, details: readonly string[] = []): Reading => ({
  part,
  label: LABELS[part],
  value: cut(value, 500),
  why: null,
  details: details.slice(0, MAX_DETAILS).map((detail) => cut(detail, 200)),
});

export const missing = (part: Part, why: string): Reading => ({
  part,
  label: LABELS[part],
  value: null,
  why: cut(why, 200),
  details: [],
});

export const whyNone = (answer: "no-data" | Unavailable): string =>
  answer === "no-data" ? "no data" : answer.unavailable;

export const notConfigured = (service: string, entry: Service | undefined, what: string): string =>
  entry === undefined ? `the service ${service} is not in the catalogue` : `no ${what} is configured for ${service}`;
