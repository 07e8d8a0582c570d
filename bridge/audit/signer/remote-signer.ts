import type * as z from "zod";
import { SIGNATURE_HEADER, signRequest, TIMESTAMP_HEADER } from "../../../shared/signing.ts";
import { parseJson } from "../../ingress/read-webhook-body.ts";
import { AppError } from "../../platform/app-error.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Http } from "../../platform/http.ts";
import { HttpStatusError } from "../../platform/http-errors.ts";
import type { Secrets } from "../../platform/secrets.ts";
import { type CheckpointSigner, HeadRefusedError, SignerStoppedError } from "../checkpoint-signer.ts";
import type { VerifierKey } from "../proof/signed-note.ts";
import { Conflict, CoverAllReply, CoverReply, MAX_INCIDENTS, NewestReply, OfferAgainReply, PATHS } from "./protocol.ts";

/** The signer did not answer, or not as one. Whether it signed is not known, and asking again does no harm. */
export class SignerUnavailableError extends AppError {
  override readonly name = "SignerUnavailableError";
  constructor(path: string, options: { cause: unknown }) {
    super(`the audit signer did not answer ${path}; what was to be covered is asked for again`, options);
  }
}

/** Longer than a signer waits for its key and its stores; a publish stops waiting by itself. */
const ONE_TIMEOUT_MS = 6_000;
const ALL_TIMEOUT_MS = 35_000;

/**
 * The signer as a process of its own: this one asks, and cannot sign. It tells places only, and gets the errors that the
 * signer in this process would have thrown, or SignerUnavailableError.
 */
export function createRemoteSigner(deps: {
  http: Http;
  /** Base address, without a slash at its end. */
  url: string;
  verifier: VerifierKey;
  secrets: Pick<Secrets, "current">;
  clock: Clock;
}): CheckpointSigner {
  const { http, url, secrets, clock } = deps;

  const ask = async <Reply extends z.ZodType>(
    path: string,
    request: object,
    reply: Reply,
    timeoutMs = ONE_TIMEOUT_MS,
  ): Promise<z.output<Reply>> => {
    try {
      const body = JSON.stringify(request);
      const timestamp = String(Math.floor(clock.now() / 1_000));
      const signed = { method: "POST", path: new URL(`${url}${path}`).pathname, timestamp, body };
      const answer = await http.send({
        method: "POST",
        url: `${url}${path}`,
        headers: {
          "content-type": "application/json",
          [TIMESTAMP_HEADER]: timestamp,
          [SIGNATURE_HEADER]: await signRequest(signed, await secrets.current("audit-signer-callers")),
        },
        body,
        timeoutMs,
        // What is covered is covered once, however often it is asked for.
        retry: "safe",
      });
      return reply.parse(answer.json());
    } catch (error) {
      throw conflictIn(error) ?? new SignerUnavailableError(path, { cause: error });
    }
  };

  return {
    verifierKey: deps.verifier.text,
    cover: async (incident, seq) => (await ask(PATHS.cover, { incident, seq }, CoverReply)).checkpoint,

    async coverAll(incidents) {
      const all = [...new Set(incidents)];
      const refused: HeadRefusedError[] = [];
      for (let from = 0; ; from += MAX_INCIDENTS) {
        const some = all.slice(from, from + MAX_INCIDENTS);
        const answer = await ask(PATHS.coverAll, { incidents: some }, CoverAllReply, ALL_TIMEOUT_MS);
        refused.push(...answer.refused.map(({ incident, ...finding }) => new HeadRefusedError(incident, finding)));
        if (from + MAX_INCIDENTS >= all.length) return { checkpoint: answer.checkpoint, refused };
      }
    },

    newest: async () => (await ask(PATHS.newest, {}, NewestReply)).checkpoint ?? undefined,
    offerAgain: async () => (await ask(PATHS.offerAgain, {}, OfferAgainReply)).outcome,
  };
}

/** What the signer has found wrong, as its own error. */
function conflictIn(error: unknown): HeadRefusedError | SignerStoppedError | undefined {
  if (!(error instanceof HttpStatusError) || error.status !== 409) return undefined;
  const { data: conflict } = Conflict.safeParse(parseJson(error.bodyText)?.value);
  if (!conflict) return undefined;
  if ("stopped" in conflict) return new SignerStoppedError(conflict.stopped.code, conflict.stopped.place);
  const { incident, ...finding } = conflict.refused;
  return new HeadRefusedError(incident, finding);
}
