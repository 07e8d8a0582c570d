import type { Fault } from "../faults.ts";
import type { Reply } from "./http-server.ts";
import { wait } from "./wait.ts";

const MALFORMED = '{"ok":tru';

/** What is done about a request: act on the real state, on a copy that is thrown away, or not at all. */
export interface Performed {
  act: () => Reply | Promise<Reply>;
  /** Acts on a copy: the answer looks right, nothing was done. */
  pretend: () => Reply | Promise<Reply>;
  rateLimited: (retryAfterS: number) => Reply;
}

/** Answers one request under a fault, if there is one. */
export async function withFault(fault: Fault | undefined, { act, pretend, rateLimited }: Performed): Promise<Reply> {
  switch (fault?.kind) {
    case undefined:
      return act();
    case "down":
      return "drop";
    case "slow":
      await wait(fault.ms ?? 1_000);
      return act();
    case "error":
      return { status: fault.status ?? 500, text: "Server Error" };
    case "rate_limit":
      return rateLimited(Math.max(1, Math.ceil((fault.ms ?? 1_000) / 1_000)));
    case "commit_then_drop":
      await act();
      return "drop";
    case "accept_then_lose":
      return pretend();
    case "malformed": {
      await act();
      return { status: 200, text: MALFORMED, headers: { "content-type": "application/json" } };
    }
  }
}
