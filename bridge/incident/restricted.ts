import type { Incident } from "./state.ts";

/**
 * Whether an incident is kept from everybody outside its room: no headline, no brief beyond the people who were called in. One
 * whose runbook says so is, and every security incident: its mere title may tell an intruder, or an insider, that they were seen.
 */
export const isRestricted = ({ opened, response }: Incident): boolean =>
  opened?.class === "security" || response.attached.some(({ runbook }) => runbook.privacy.room === "restricted");
