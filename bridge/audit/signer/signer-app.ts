import type { Express } from "express";
import type * as z from "zod";
import { admit } from "../../ingress/admit.ts";
import { createAuthenticator } from "../../ingress/authenticate.ts";
import { bareExpress } from "../../ingress/bare-express.ts";
import { readBodyText } from "../../ingress/body-text.ts";
import { failed, notFound } from "../../ingress/last-resort.ts";
import { parseJson } from "../../ingress/read-webhook-body.ts";
import { type JsonReply, problem, sendJson } from "../../ingress/reply.ts";
import { schemaProblems } from "../../ingress/schema-problems.ts";
import { requestSignature } from "../../ingress/schemes/request-signature.ts";
import { overTls, type Transport } from "../../ingress/transport.ts";
import { withinTime } from "../../ingress/within-time.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Secrets } from "../../platform/secrets.ts";
import { type CheckpointSigner, HeadRefusedError, SignerStoppedError } from "../checkpoint-signer.ts";
import { CoverAllRequest, CoverRequest, checkpointReply, EmptyRequest, PATHS } from "./protocol.ts";

interface Call {
  path: string;
  bodyLimit: number;
  timeoutMs: number;
  /** @param json checked by nobody yet */
  work(json: unknown): Promise<JsonReply>;
}

const KB = 1_024;

/**
 * What the signer answers: requests signed with `audit-signer-callers` to cover places of the ledger, and `/health` to anybody.
 * 409 says that the record or the log does not hold, 503 that something could not be reached.
 */
export function createSignerApp(deps: {
  signer: CheckpointSigner;
  secrets: Secrets;
  transport: Transport;
  clock: Clock;
  log: Logger;
}): Express {
  const { transport, log } = deps;
  const authenticate = createAuthenticator({
    ...deps,
    scheme: requestSignature,
    secretName: "audit-signer-callers",
  });
  const app = bareExpress();
  app.get("/health", (_request, response) => sendJson(response, { status: 200, body: { status: "ok" } }));
  const calls = callsOf(deps.signer, log);
  for (const call of calls) {
    app.post(
      call.path,
      overTls({ path: call.path, auth: "signed-functions" }, transport, log),
      async (request, response) => {
        const answer = async (): Promise<JsonReply | "answered"> => {
          const admitted = await admit(call, request, response, { authenticate, log });
          if (admitted === "refused") return "answered";
          const json = parseJson(readBodyText(admitted.rawBody));
          return json ? call.work(json.value) : problem(400, "not-json", "The body is not JSON; send one JSON object.");
        };
        const reply = await withinTime(answer(), call, new AbortController(), log);
        if (reply !== "answered") sendJson(response, reply);
      },
    );
  }
  app.use(
    notFound([{ path: "/health", method: "GET" }, ...calls.map(({ path }) => ({ path, method: "POST" as const }))]),
  );
  app.use(failed(log));
  return app;
}

function callsOf(signer: CheckpointSigner, log: Logger): Call[] {
  const call = <Schema extends z.ZodType>(
    path: string,
    [bodyLimit, timeoutMs]: [bytes: number, ms: number],
    schema: Schema,
    work: (wish: z.output<Schema>) => Promise<object>,
  ): Call => ({
    path,
    bodyLimit,
    timeoutMs,
    work: async (json) => {
      const wish = schema.safeParse(json);
      if (!wish.success) return problem(400, "not-understood", schemaProblems(wish.error).join("; "));
      try {
        return { status: 200, body: await work(wish.data) };
      } catch (error) {
        return refusal(error, path, log);
      }
    },
  });
  return [
    call(PATHS.cover, [KB, 5_000], CoverRequest, async ({ incident, seq }) => ({
      checkpoint: checkpointReply(await signer.cover(incident, seq)),
    })),
    call(PATHS.coverAll, [128 * KB, 30_000], CoverAllRequest, async ({ incidents }) => {
      const { checkpoint, refused } = await signer.coverAll(incidents);
      return { checkpoint: checkpointReply(checkpoint), refused: refused.map(refusedHead) };
    }),
    call(PATHS.newest, [KB, 5_000], EmptyRequest, async () => {
      const newest = await signer.newest();
      return { checkpoint: newest ? checkpointReply(newest) : null };
    }),
    call(PATHS.offerAgain, [KB, 5_000], EmptyRequest, async () => ({ outcome: await signer.offerAgain() })),
  ];
}

const refusedHead = ({ incident, finding }: HeadRefusedError) => ({ incident, ...finding });

function refusal(error: unknown, path: string, log: Logger): JsonReply {
  if (error instanceof HeadRefusedError) return { status: 409, body: { refused: refusedHead(error) } };
  if (error instanceof SignerStoppedError)
    return { status: 409, body: { stopped: { code: error.code, place: error.place } } };
  log.error("checkpoint-failed", { path, error });
  // No time is named: a publish waits for this, and the caller repeats sooner than in a second.
  return problem(503, "not-covered", "The key, the ledger or the log cannot be reached; send it again.");
}
