import type { CommandReply } from "../../../shared/contracts/commands.ts";
import { Command } from "../../../shared/contracts/commands.ts";
import { ClaimRequest, EffectReport, type OutboxItem } from "../../../shared/contracts/outbox.ts";
import { Query, type QueryReply } from "../../../shared/contracts/queries.ts";
import { verifySignedRequest } from "../../../shared/signing.ts";
import { type Answer, listen } from "./listen.ts";

export const SECRET = "shared-secret-of-the-test";

/** A bridge that checks signatures and contracts and answers what the test has laid out. */
export async function startFakeBridge() {
  const claims: ClaimRequest[] = [];
  const reports: { effectId: string; report: EffectReport }[] = [];
  const commands: Command[] = [];
  const queries: Query[] = [];
  const batches: OutboxItem[][] = [];
  const failures: { path: RegExp; status: number; times: number }[] = [];
  const state = {
    /** Set false to drop every connection. */
    up: true,
    /** Said with each claim where set. */
    leaseMs: undefined as number | undefined,
    next: (_report: EffectReport): "continue" | "stop" => "continue",
    command: (_command: Command): CommandReply => ({ ok: true, message: "Recorded." }),
    query: (_query: Query): QueryReply => ({
      ok: false,
      refusal: "not-laid-out",
      message: "This test laid out no answer.",
    }),
  };

  const server = await listen(async ({ request, body }): Promise<Answer | undefined> => {
    const path = request.url ?? "";
    if (!state.up) return undefined;
    const verdict = await verifySignedRequest({
      method: request.method ?? "",
      path,
      timestamp: request.headers["x-ic-timestamp"]?.toString(),
      signature: request.headers["x-ic-signature"]?.toString(),
      body,
      secrets: [SECRET],
      nowMs: Date.now(),
    });
    if (!verdict.ok) return { status: 401, json: { error: { message: verdict.reason } } };
    const failure = failures.find((one) => one.times > 0 && one.path.test(path));
    if (failure) {
      failure.times -= 1;
      return { status: failure.status, json: { error: { message: "as the test wishes" } } };
    }
    const content: unknown = JSON.parse(body);
    if (path === "/v1/outbox/claim") {
      claims.push(ClaimRequest.parse(content));
      const { leaseMs } = state;
      return { json: { items: batches.shift() ?? [], more: false, ...(leaseMs === undefined ? {} : { leaseMs }) } };
    }
    const effectId = /^\/v1\/outbox\/([^/]+)\/done$/.exec(path)?.[1];
    if (effectId !== undefined) {
      const report = EffectReport.parse(content);
      reports.push({ effectId, report });
      return { json: { next: state.next(report) } };
    }
    if (path === "/v1/commands") {
      const command = Command.parse(content);
      commands.push(command);
      return { json: state.command(command) };
    }
    if (path === "/v1/queries") {
      const query = Query.parse(content);
      queries.push(query);
      return { json: state.query(query) };
    }
    return { status: 404, json: { error: `no ${path}` } };
  });

  return {
    ...server,
    claims,
    reports,
    commands,
    queries,
    state,
    /** Handed out by one claim each, in this order; then nothing. */
    batches,
    fail: (path: RegExp, status: number, times: number) => failures.push({ path, status, times }),
    reportsOf: (effectId: string) => reports.filter((one) => one.effectId === effectId).map(({ report }) => report),
  };
}
export type FakeBridge = Awaited<ReturnType<typeof startFakeBridge>>;
