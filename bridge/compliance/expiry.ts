import { type Instant, iso } from "../platform/clock.ts";

/**
 * What is known of the day on which a credential ends. `none`: whoever could say so says that it has no end, or nobody names one;
 * then its age is watched. `unknown`: it may end, and nobody could be asked.
 */
export type Expiry = { kind: "ends"; at: Instant } | { kind: "none" } | { kind: "unknown"; why: string };

/** A credential that may end, and how its end is learnt. */
export interface ExpirySource {
  /** As metrics name it: `github`, `tls-own:incidents.example.com`. */
  credential: string;
  /** As people call it, at the beginning of a sentence: `The GitHub token`. */
  title: string;
  /** Who replaces it. */
  whose: string;
  /** What to do, with the command. */
  next: string;
  /** Bounded in time by whoever implements it. A throw counts as unknown. */
  read(): Promise<Expiry>;
}

const DAY_MS = 86_400_000;
/** A credential that ends within this is an incident: one working day is what a vendor's support needs at best. */
export const URGENT_MS = DAY_MS;
/** Within this the control fails; the alert rules have spoken before. */
export const FAILING_MS = 7 * DAY_MS;

/** How long until an instant, for people: `in 23 h`, `in 9 days`, `5 min ago`. */
export function untilText(at: Instant, now: Instant): string {
  const ms = Math.abs(at - now);
  const minutes = Math.round(ms / 60_000);
  const text =
    ms >= 2 * DAY_MS
      ? `${Math.floor(ms / DAY_MS)} days`
      : minutes >= 120
        ? `${Math.floor(minutes / 60)} h`
        : `${minutes} min`;
  return at >= now ? `in ${text}` : `${text} ago`;
}

/** Of a day on which something ends, to the minute: `2026-11-23 09:00 UTC`. */
export const minuteOf = (at: Instant): string => `${iso(at).slice(0, 16).replace("T", " ")} UTC`;
