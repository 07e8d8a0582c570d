import type { ViewWorld } from "../incident/views/view-world.ts";

/** Whether words hold what the scan of public texts would never let out: a proof names what was refused, never the secret. */
export const carriesSecret = (world: Pick<ViewWorld, "scan">, text: string): boolean =>
  world.scan("", text).blockers.some((blocker) => blocker.startsWith("It holds"));
