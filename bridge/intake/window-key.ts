import { createHash } from "node:crypto";
import type { AlertFact } from "../ingress/alert-fact.ts";
import { type Services, UNKNOWN_SERVICE } from "../services/services.ts";

/** In `correlation.labels`: the service that the alert is about, whichever label or title named it. */
const SERVICE = "service";

/**
 * What an alert has in common with others that are the same incident, by the correlation labels of services.yaml. Undefined where
 * nothing says so: correlation is off, the service is unknown, or none of the labels is there. A label that is missing differs
 * from every value it could have. Pure: the same alert and services.yaml give the same key.
 */
export function windowKeyOf(fact: Pick<AlertFact, "labels" | "title">, services: Services): string | undefined {
  return keyOf((label) => labelValue(label, fact, services), services);
}

/** The same for an alert that names this service and carries no other label. */
export function windowKeyOfService(service: string, services: Services): string | undefined {
  const name = service === UNKNOWN_SERVICE ? null : service;
  return keyOf((label) => (label === SERVICE ? name : null), services);
}

function keyOf(valueFor: (label: string) => string | null, services: Services): string | undefined {
  if (services.correlation === undefined) return undefined;
  const values = services.correlation.labels.map((label) => [label, valueFor(label)] as const);
  if (values.some(([label, value]) => label === SERVICE && value === null)) return undefined;
  if (values.every(([, value]) => value === null)) return undefined;
  return `window|${createHash("sha256").update(JSON.stringify(values)).digest("hex")}`;
}

function labelValue(
  label: string,
  { labels, title }: Pick<AlertFact, "labels" | "title">,
  services: Services,
): string | null {
  if (label !== SERVICE) return (Object.hasOwn(labels, label) ? labels[label]?.trim() : undefined) || null;
  const { name } = services.serviceOf(labels, title);
  return name === UNKNOWN_SERVICE ? null : name;
}
