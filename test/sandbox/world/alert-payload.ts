import { randomInt } from "node:crypto";
import { instantsOf, type Json, readFixture, STORY_ALERT_GROUP, STORY_OPENING, shiftTimes } from "../story.ts";

export const ONCALL_FIXTURES = [
  "oncall-alert-group-created",
  "oncall-escalation",
  "oncall-acknowledge",
  "oncall-resolve",
  "oncall-silence",
  "oncall-unresolve",
  "oncall-status-change",
] as const;
export const ALERTING_FIXTURES = ["grafana-alerting-firing", "grafana-alerting-resolved"] as const;
export const ALERT_FIXTURES = [...ONCALL_FIXTURES, ...ALERTING_FIXTURES] as const;
export type AlertFixture = (typeof ALERT_FIXTURES)[number];

export type Overrides = Record<string, Json>;

const MAX_REMEMBERED = 5_000;

/** The story of one alert group: how far its opening was moved. Later payloads of the group then agree with earlier ones. */
export type Openings = Map<string, number>;

export interface PayloadRequest {
  fixture: AlertFixture;
  overrides: Overrides;
  /** Top-level members that stand instead of the recording's, whole. */
  replace?: Overrides | undefined;
  asIs: boolean;
  now: number;
  openings: Openings;
}

export const isOnCall = (fixture: AlertFixture): boolean => ONCALL_FIXTURES.some((name) => name === fixture);

/**
 * The body to send. Dates move so that the fixture's newest one is now; those up to the opening of the story move with the
 * group's own opening when an earlier payload of it was sent. OnCall's group gets a fresh id everywhere unless the overrides
 * name one; Alerting keeps its groupKey and fingerprints. `asIs` sends the recording, overrides merged, nothing moved.
 */
export function alertPayload({ fixture, overrides, replace = {}, asIs, now, openings }: PayloadRequest): Json {
  const recorded = readFixture(fixture);
  if (asIs) return merge(recorded, overrides);
  const oncall = isOnCall(fixture);
  const named = oncall ? renameGroup(recorded, groupIdIn(overrides) ?? freshGroupId()) : recorded;
  const key = groupKeyOf(merge(named, overrides));
  const delta = now - Math.max(STORY_OPENING, ...instantsOf(recorded));
  const opened = openings.get(key) ?? delta;
  remember(openings, key, opened, endsGroup(fixture));
  const shifted = shiftTimes(
    named,
    (instant) => instant + (instant <= STORY_OPENING ? opened : delta),
    // A link's window belongs to the start of the alert, wherever it ends.
    (instant) => instant + opened,
  );
  const payload = merge(shifted, overrides);
  return isObject(payload) ? { ...payload, ...replace } : payload;
}

/** `patch` over `base`: objects merge, arrays are replaced, null is set. */
export function merge(base: Json, patch: Json): Json {
  if (!isObject(base) || !isObject(patch)) return patch;
  const merged: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (key === "__proto__") continue;
    const under = Object.hasOwn(base, key) ? base[key] : undefined;
    merged[key] = under === undefined ? value : merge(under, value);
  }
  return merged;
}

/** The alert group a payload speaks of: OnCall's id, or Alerting's organisation and group key. */
export function groupKeyOf(payload: Json): string {
  if (!isObject(payload)) return "";
  if (typeof payload.alert_group_id === "string") return `oncall ${payload.alert_group_id}`;
  return `alerting ${String(payload.orgId)} ${String(payload.groupKey)}`;
}

function remember(openings: Openings, key: string, opened: number, ends: boolean): void {
  openings.delete(key);
  if (ends) return;
  openings.set(key, opened);
  const oldest = openings.keys().next().value;
  if (openings.size > MAX_REMEMBERED && oldest !== undefined) openings.delete(oldest);
}

/** An alert that fires again after it was resolved starts anew; an OnCall group keeps its id and its story. */
const endsGroup = (fixture: AlertFixture) => fixture === "grafana-alerting-resolved";

function groupIdIn(overrides: Overrides): string | undefined {
  const group = overrides.alert_group;
  const inner = group !== undefined && isObject(group) ? group.id : undefined;
  const id = overrides.alert_group_id ?? inner;
  return typeof id === "string" && id !== "" ? id : undefined;
}

function renameGroup(value: Json, id: string): Json {
  if (typeof value === "string") return value.replaceAll(STORY_ALERT_GROUP, id);
  if (Array.isArray(value)) return value.map((item) => renameGroup(item, id));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renameGroup(item, id)]));
}

const ID_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/** `I` and twelve more, the shape of OnCall's public primary keys. */
const freshGroupId = (): string =>
  `I${Array.from({ length: 12 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join("")}`;

const isObject = (value: Json): value is { [key: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value);
