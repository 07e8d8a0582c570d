import type { Clock } from "./clock.ts";
import { createHttp, type Http } from "./http.ts";
import type { Logger } from "./logger.ts";
import type { Manners } from "./manners/manners.ts";
import type { Vendor } from "./manners/vendors.ts";

/** The way out of this process over HTTP: one client a vendor, each with that vendor's manners. */
export interface Outbound {
  to(vendor: Vendor): Http;
}

export const createOutbound = (deps: {
  clock: Clock;
  /** Bounds each exchange unless its caller bounds it closer. */
  timeoutMs: number;
  log: Logger;
  manners: Manners;
}): Outbound => ({ to: (vendor) => createHttp({ ...deps, manners: deps.manners.of(vendor) }) });
