import type { Config } from "../platform/config.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Names of the settings whose address is plain http on another machine. The start-up refuses most; this looks at all. */
export function plaintextUpstreams(config: Config): string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (typeof value !== "string" || !URL.canParse(value)) return [];
    const { protocol, hostname } = new URL(value);
    return protocol === "http:" && !LOOPBACK.test(hostname) ? [name] : [];
  });
}
