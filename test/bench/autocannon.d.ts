/** As much of autocannon 9 as is used here. */
declare module "autocannon" {
  import type { EventEmitter } from "node:events";

  interface Request {
    method?: string;
    path?: string;
    body?: string;
    headers?: Record<string, string>;
    setupRequest?(request: Request): Request;
  }
  interface Options {
    url: string;
    connections: number;
    duration: number;
    requests: Request[];
  }
  interface Result {
    /** Seconds. */
    duration: number;
    errors: number;
    non2xx: number;
    "2xx": number;
  }
  export default function autocannon(options: Options): EventEmitter & PromiseLike<Result>;
}
