import autocannon from "autocannon";
import { percentile } from "./statistics.ts";

export interface Load {
  answers: number;
  perSecond: number;
  p99Ms: number;
}

interface LoadOptions {
  url: string;
  path: string;
  connections: number;
  seconds: number;
  next: () => { body: string; headers: Record<string, string> };
}

/** As many POSTs as `connections` can have answered one after the other. @throws when one is not answered 2xx. */
export async function load({ url, path, connections, seconds, next }: LoadOptions): Promise<Load> {
  const instance = autocannon({
    url,
    connections,
    duration: seconds,
    requests: [{ method: "POST", path, setupRequest: (request) => ({ ...request, ...next() }) }],
  });
  const timesMs: number[] = [];
  instance.on("response", (_client: unknown, _status: number, _bytes: number, ms: number) => timesMs.push(ms));
  const result = await instance;
  if (result.errors + result.non2xx > 0) {
    throw new Error(`${url}${path}: ${result.errors} calls unanswered, ${result.non2xx} refused; nothing was measured`);
  }
  const answers = result["2xx"];
  return { answers, perSecond: answers / result.duration, p99Ms: percentile(timesMs, 0.99) };
}
