import type { Incident } from "./state.ts";

/**
 * Whether an incident is kept from everybody outside its room: no headline, no brief beyond the room. A security incident is,
 * because its mere title may tell an intruder, or an insider, that they were seen.
 */
export const isRestricted = ({ opened }: Incident): boolean => opened?.class === "security";
