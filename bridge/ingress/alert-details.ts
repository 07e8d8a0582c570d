import { type Instant, iso } from "../platform/clock.ts";
import type { AlertBody, AlertItem } from "./alert-body.ts";
import type { AlertFact } from "./alert-fact.ts";
import { boundedLine, boundedText, boundedUrl, TEXT_LIMIT } from "./bounded-text.ts";

/** What is shown of an alert body: the newest firing alert speaks for the group, else the first. */
export function alertDetails(body: AlertBody | undefined): {
  labels: Record<string, unknown>;
  annotations: AlertFact["annotations"];
  links: Omit<AlertFact["links"], "alertGroup">;
  alertname: string | undefined;
  firingSince: Instant | undefined;
} {
  const spokesman = body?.alerts.find(({ status }) => status === "firing") ?? body?.alerts[0];
  const labels = { ...spokesmanLabels(body, spokesman), ...body?.commonLabels };
  const annotation = (name: string) => body?.commonAnnotations?.[name] ?? spokesman?.annotations?.[name];
  return {
    labels,
    annotations: present({
      summary: boundedText(annotation("summary"), TEXT_LIMIT),
      description: boundedText(annotation("description"), TEXT_LIMIT),
    }),
    links: present({
      dashboard: boundedUrl(spokesman?.dashboardURL),
      panel: boundedUrl(spokesman?.panelURL),
      silence: boundedUrl(spokesman?.silenceURL),
      runbook: boundedUrl(annotation("runbook_url")),
      generator: boundedUrl(spokesman?.generatorURL),
    }),
    alertname: boundedLine(labels.alertname, TEXT_LIMIT),
    firingSince: earliest(body?.alerts.filter(({ status }) => status !== "resolved").map(({ startsAt }) => startsAt)),
  };
}

/** Labels of one alert describe the group only when it is the whole group, or when the sender gave no common ones. */
function spokesmanLabels(body: AlertBody | undefined, spokesman: AlertItem | undefined) {
  return body?.alerts.length === 1 || !body?.commonLabels ? spokesman?.labels : undefined;
}

/** The instant a vendor wrote, or undefined for anything unreadable and for Go's zero time ("not yet"). */
export function readTime(value: string | null | undefined): Instant | undefined {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) || at <= 0 ? undefined : at;
}

function earliest(values: readonly (string | null | undefined)[] | undefined): Instant | undefined {
  const times = (values ?? []).flatMap((value) => readTime(value) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A vendor's clock may run ahead of ours: nothing has happened after we heard of it. */
export const happenedAt = (at: Instant | undefined, receivedAt: Instant): string =>
  iso(Math.min(at ?? receivedAt, receivedAt));

/** The same object without the keys that hold nothing. */
export function present<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
