export const FAULT_TARGETS = [
  "slack",
  "statuspage",
  "bedrock",
  "linear",
  "github",
  "workos",
  "oncall",
  "grafana",
  "secrets",
  "store",
] as const;
/** KMS is run by the tests of the signer alone: no world has it, so none can be asked to break it. */
export type FaultTarget = (typeof FAULT_TARGETS)[number] | "kms";

export const FAULT_KINDS = [
  /** The connection is cut before an answer. */
  "down",
  /** The answer comes `ms` later. */
  "slow",
  /** Answers HTTP `status` (default 500) without acting. */
  "error",
  /** Answers the vendor's own rate-limit form without acting. */
  "rate_limit",
  /** Acts, then cuts the connection: the reply is lost. */
  "commit_then_drop",
  /** Answers success and forgets: nothing was done. */
  "accept_then_lose",
  /** Acts and answers bytes that do not parse. */
  "malformed",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  target: FaultTarget;
  kind: FaultKind;
  /** Substring of `METHOD path` (for Slack: the Web API method name); absent = every request. */
  match?: string | undefined;
  /** How many requests it hits before it is gone; absent = until cleared. */
  times?: number | undefined;
  ms?: number | undefined;
  status?: number | undefined;
}

/** The faults now in force. Every simulator asks it once per request, before acting. */
export class FaultBoard {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(target?: FaultTarget): void {
    this.#faults = target === undefined ? [] : this.#faults.filter((fault) => fault.target !== target);
  }

  /** The fault that hits this request, if any; counts it down. */
  take(target: FaultTarget, request: string): Fault | undefined {
    const fault = this.#faults.find(
      (candidate) =>
        candidate.target === target && (candidate.match === undefined || request.includes(candidate.match)),
    );
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) this.#faults = this.#faults.filter((other) => other !== fault);
    }
    return fault;
  }

  list(): Fault[] {
    return this.#faults.map((fault) => ({ ...fault }));
  }
}
