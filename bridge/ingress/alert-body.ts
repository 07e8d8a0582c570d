import * as z from "zod";

/** Optional means optional: absent, null or of another type are the same to us, because senders differ. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

/** A list of which only the readable items count, the first `limit` of them; absent is empty. */
export const readableOnes = <T extends z.ZodType>(schema: T, limit: number) =>
  optional(z.array(z.unknown())).transform((all): z.output<T>[] => {
    const read: z.output<T>[] = [];
    for (const one of (all ?? []).slice(0, limit)) {
      const parsed = schema.safeParse(one);
      if (parsed.success) read.push(parsed.data);
    }
    return read;
  });

const textMap = optional(z.record(z.string(), z.unknown()));

const alert = z.looseObject({
  status: optional(z.string()),
  labels: textMap,
  annotations: textMap,
  startsAt: optional(z.string()),
  endsAt: optional(z.string()),
  fingerprint: optional(z.string()),
  generatorURL: optional(z.string()),
  silenceURL: optional(z.string()),
  dashboardURL: optional(z.string()),
  panelURL: optional(z.string()),
});
export type AlertItem = z.infer<typeof alert>;

/** More alerts than this in one call are counted but not looked at. */
export const ALERTS_READ = 500;

/**
 * The body Grafana Alerting and Alertmanager send, read for display: nothing in it is required. OnCall passes it on as the
 * payload of an alert, and other integrations put other things there.
 */
export const AlertBody = z.looseObject({
  status: optional(z.string()),
  title: optional(z.string()),
  message: optional(z.string()),
  alerts: readableOnes(alert, ALERTS_READ),
  commonLabels: textMap,
  commonAnnotations: textMap,
  truncatedAlerts: optional(z.number()),
  /** Set by OnCall's own "direct paging" integration. */
  oncall: optional(z.looseObject({ permalink: optional(z.string()) })),
});
export type AlertBody = z.infer<typeof AlertBody>;

/** A payload read as an alert body; undefined when it is text, a list or `""`. */
export const readAlertBody = (payload: unknown): AlertBody | undefined => AlertBody.safeParse(payload).data;
