import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { RequestHandler } from "express";
import { isLoopbackHost } from "../platform/config.ts";
import type { Logger } from "../platform/logger.ts";
import type { Route } from "../routes.ts";
import { onlyValue } from "./only-value.ts";
import { problem, refuseUnread } from "./reply.ts";

export type Arrival = "tls" | "this-machine" | "plaintext";

/** Whether a request crossed the network in the clear. */
export type Transport = (
  request: Pick<IncomingMessage, "headersDistinct"> & { socket: { remoteAddress?: string | undefined } },
) => Arrival;

/**
 * The bridge itself speaks plain HTTP; a load balancer in front of it ends TLS and says so in `X-Forwarded-Proto`. Anybody can
 * write that header, so it counts only from the addresses of `TRUSTED_PROXIES`. Where the bridge's own address is this machine's
 * (the sandbox), calls from this machine need no TLS.
 */
export function createTransport(config: { PUBLIC_BASE_URL: string; TRUSTED_PROXIES?: string | undefined }): Transport {
  const proxies = new BlockList();
  for (const range of rangesIn(config.TRUSTED_PROXIES ?? ""))
    proxies.addSubnet(range.address, range.prefix, range.family);
  const local = isLoopbackHost(new URL(config.PUBLIC_BASE_URL).hostname);
  return ({ headersDistinct, socket: { remoteAddress = "" } }) => {
    const family = isIP(remoteAddress) === 6 ? "ipv6" : "ipv4";
    if (isIP(remoteAddress) !== 0 && proxies.check(remoteAddress, family)) {
      const proto = onlyValue(headersDistinct, "x-forwarded-proto");
      return typeof proto === "object" && proto.only.toLowerCase() === "https" ? "tls" : "plaintext";
    }
    return local && THIS_MACHINE.check(remoteAddress, family) ? "this-machine" : "plaintext";
  };
}

const THIS_MACHINE = new BlockList();
THIS_MACHINE.addSubnet("127.0.0.0", 8, "ipv4");
THIS_MACHINE.addAddress("::1", "ipv6");

function rangesIn(text: string) {
  return text
    .split(",")
    .map((range) => range.trim())
    .filter((range) => range !== "")
    .map((range) => {
      const [address = "", prefix] = range.split("/");
      return { address, prefix: Number(prefix), family: isIP(address) === 6 ? ("ipv6" as const) : ("ipv4" as const) };
    });
}

/** A year: browsers and other clients that know of it do not try plain HTTP again. */
const HSTS = "max-age=31536000";

/**
 * Refuses what came in the clear to a route that takes credentials. Not redirected: the credentials were sent already, and a
 * redirected POST is sent again or becomes a GET. Routes without credentials stay open: load balancers ask them how we are.
 */
export const overTls =
  (route: Pick<Route, "path" | "auth">, transport: Transport, log: Logger): RequestHandler =>
  (request, response, next) => {
    const arrival = transport(request);
    if (arrival === "tls") response.setHeader("strict-transport-security", HSTS);
    if (arrival !== "plaintext" || route.auth === "none") return next();
    log.warn("plaintext-refused", { route: route.path });
    refuseUnread(request, response, PLAINTEXT);
  };

const PLAINTEXT = problem(
  403,
  "plaintext-refused",
  "This came over plain HTTP, and whatever credentials it carried with it: replace them, and use https://.",
);
