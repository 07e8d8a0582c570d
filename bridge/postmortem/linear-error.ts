import { AppError } from "../platform/app-error.ts";

export type LinearRefusal = "rate-limited" | "not-authorised" | "refused" | "timed-out" | "unreachable";

/** Linear did not do what was asked, or did not say so. The id is ours, so asking again finds what was done. */
export class LinearFailedError extends AppError {
  override readonly name = "LinearFailedError";

  constructor(
    readonly refusal: LinearRefusal,
    /** One sentence for the room. */
    readonly reason: string,
    readonly retryAfterMs: number,
    options: { cause: unknown },
  ) {
    super(`${reason} It is tried again in ${Math.ceil(retryAfterMs / 1_000)} s`, options);
  }
}
