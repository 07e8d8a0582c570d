import * as z from "zod/mini";
import { Command, type CommandReply } from "../../shared/contracts/commands.ts";
import { EffectId } from "../../shared/contracts/ids.ts";
import { ClaimRequest, EffectReport } from "../../shared/contracts/outbox.ts";
import { Query } from "../../shared/contracts/queries.ts";
import { StepCommand } from "../../shared/contracts/steps.ts";
import type { Handlers, SignedHandler } from "../app.ts";
import { brokenRecordText } from "../audit/broken-record-text.ts";
import { comeAgain, problem } from "../ingress/reply.ts";
import { AppendTimeoutError, BrokenChainError } from "../ledger/ledger.ts";
import { type ClaimDeps, claim } from "../outbox/claim.ts";
import { type ReportDeps, report, UnknownEffectError } from "../outbox/report.ts";
import type { ApiDeps } from "./api-deps.ts";
import { runCommand } from "./run-command.ts";
import { runQuery } from "./run-query.ts";
import { runStep } from "./run-step.ts";

export interface SignedHandlerDeps {
  api: ApiDeps;
  claim: ClaimDeps;
  report: ReportDeps;
  /** Slack's scheduled sweep was heard of. */
  sweepSeen: () => Promise<void>;
}

/** The four calls of the hosted functions: parsed by the schemas both halves share, then run. */
export function signedHandlers(
  deps: SignedHandlerDeps,
): Pick<Handlers, "commands" | "queries" | "claimOutbox" | "reportOutbox"> {
  return {
    commands: parsed(z.union([Command, StepCommand]), (command) =>
      saidToPerson("workflow" in command ? runStep(command, deps.api) : runCommand(command, deps.api)),
    ),
    queries: parsed(Query, (query) => runQuery(query, deps.api)),
    claimOutbox: parsed(ClaimRequest, async (request) => {
      if (request.reason === "sweep") await deps.sweepSeen();
      return claim(request, deps.claim);
    }),
    reportOutbox: async (call) => {
      const effectId = EffectId.safeParse(call.params.effectId);
      if (!effectId.success) return problem(404, "unknown-effect", "The path names no work of the outbox.");
      return parsed(EffectReport, (told) => report(effectId.data, told, deps.report))(call);
    },
  };
}

/** A person who acts on a record that does not hold must read that, and not that the bridge is out of order. */
async function saidToPerson(reply: Promise<CommandReply>): Promise<CommandReply> {
  try {
    return await reply;
  } catch (error) {
    if (!(error instanceof BrokenChainError)) throw error;
    return { ok: false, refusal: "chain-broken", message: brokenRecordText(error) };
  }
}

/** Refuses what does not fit the schema, naming paths only, and tells a caller when the same request may be sent again. */
function parsed<T>(schema: z.ZodMiniType<T>, run: (input: T) => Promise<unknown>): SignedHandler {
  return async ({ json }) => {
    const input = schema.safeParse(json);
    if (!input.success) {
      const paths = [...new Set(input.error.issues.map(({ path }) => path.join(".") || "(body)"))]
        .slice(0, 10)
        .join(", ");
      return problem(
        400,
        "not-understood",
        `The request does not fit the contract at: ${paths}. Deploy both halves from one version.`,
      );
    }
    try {
      return { status: 200, body: await run(input.data) };
    } catch (error) {
      if (error instanceof AppendTimeoutError)
        return comeAgain("busy", "The ledger did not answer in time; send the same request again.", 1);
      if (error instanceof BrokenChainError)
        return problem(
          409,
          "chain-broken",
          "The record of this incident does not verify, so nothing is written to it; call the security lead.",
        );
      if (error instanceof UnknownEffectError) return problem(404, "unknown-effect", error.message);
      throw error;
    }
  };
}
