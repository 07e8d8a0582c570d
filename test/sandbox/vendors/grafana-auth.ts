import type { Call, Reply } from "./vendor-server.ts";

/** Grafana Cloud's Basic authentication: the product's instance id and an access policy token. */
export const refuseStrangers =
  (state: { user: string; token: string }) =>
  ({ headers }: Call): Reply | undefined => {
    const wanted = `Basic ${Buffer.from(`${state.user}:${state.token}`).toString("base64")}`;
    return headers.authorization === wanted
      ? undefined
      : { status: 401, body: { status: "error", error: "authentication error: invalid token" } };
  };
