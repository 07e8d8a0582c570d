import { readFileSync } from "node:fs";

/** The instant the fixtures' story begins for us: the alert group is created. */
export const STORY_OPENING = Date.parse("2026-11-21T09:14:03.118Z");
/** The one alert group of the OnCall fixtures. */
export const STORY_ALERT_GROUP = "IW4K9ZP7TN2XC";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** A fixture as it is written. @throws when there is none of this name. */
export function readFixture(name: string): Json {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), "utf8")) as Json;
}

const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|\+00:00)$/;
/** Dashboard links carry epoch milliseconds. */
const LINK_INSTANT = /\b(from|to)=(\d{13})\b/g;

/** Every date of a JSON value, in epoch milliseconds, the "not yet" year 0001 left out. */
export function instantsOf(value: Json): number[] {
  if (typeof value === "string") {
    const instant = ISO.test(value) ? Date.parse(value) : Number.NaN;
    return instant > 0 ? [instant] : [];
  }
  if (Array.isArray(value)) return value.flatMap(instantsOf);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(instantsOf) : [];
}

type Shift = (instant: number) => number;

/**
 * Moves every date by what `shift` says for it, and keeps its spelling: `Z` or `+00:00`, digits of the fraction. The
 * window of a dashboard link moves by `shiftLink`.
 */
export function shiftTimes(value: Json, shift: Shift, shiftLink: Shift = shift): Json {
  if (typeof value === "string") return shiftText(value, shift, shiftLink);
  if (Array.isArray(value)) return value.map((item) => shiftTimes(item, shift, shiftLink));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shiftTimes(item, shift, shiftLink)]));
}

function shiftText(text: string, shift: Shift, shiftLink: Shift): string {
  const match = ISO.exec(text);
  if (!match) {
    return text.replace(LINK_INSTANT, (_, name: string, instant: string) => `${name}=${shiftLink(Number(instant))}`);
  }
  const [, , fraction = "", zone] = match;
  const instant = Date.parse(text);
  // The year 0001 means "not yet".
  if (instant < 0) return text;
  const moved = new Date(shift(instant)).toISOString();
  if (fraction === "") return `${moved.slice(0, 19)}${zone}`;
  const digits = `${moved.slice(20, 23)}${fraction.slice(3)}`.slice(0, fraction.length);
  return `${moved.slice(0, 19)}.${digits}${zone}`;
}

/** The fixture as of `now`: its newest date (or the opening of the story, when that is later) becomes now. */
export function fixtureAt(name: string, now: number): Json {
  const fixture = readFixture(name);
  const delta = now - Math.max(STORY_OPENING, ...instantsOf(fixture));
  return shiftTimes(fixture, (instant) => instant + delta);
}
