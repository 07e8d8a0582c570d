import * as z from "zod";
import type { Http } from "../platform/http.ts";
import type { Secrets } from "../platform/secrets.ts";
import { readCredential } from "./credential.ts";

/** Each product of Grafana Cloud has its own instance id, which is the user, and a token. */
const Credential = z.object({ user: z.string().min(1), token: z.string().min(1) });

export interface GrafanaReadDeps {
  http: Http;
  secrets: Pick<Secrets, "current">;
  /** Base URL of the product, without a trailing slash. */
  url: string;
}

/** One GET of a query API of Grafana Cloud, parsed. It may be repeated; it asks after everything else that is more urgent. */
export const grafanaRead =
  ({ http, secrets, url }: GrafanaReadDeps, product: "mimir" | "loki" | "tempo") =>
  async <T>(path: string, parameters: Record<string, string>, schema: z.ZodType<T>, timeoutMs: number): Promise<T> => {
    const { user, token } = await readCredential(secrets, product, Credential);
    const reply = await http.send({
      method: "GET",
      url: `${url}${path}?${new URLSearchParams(parameters)}`,
      headers: { authorization: `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}` },
      timeoutMs,
      priority: "context",
      retry: "safe",
    });
    return schema.parse(reply.json());
  };
