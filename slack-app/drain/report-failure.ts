import type { Work } from "./work.ts";

/** Reports an effect as not done, with Slack's own word for it and the time it asked us to wait. */
export async function failedWith(
  effectId: string,
  { error, retryAfterMs }: { error: string; retryAfterMs?: number },
  { report, executionId }: Pick<Work, "report" | "executionId">,
): Promise<false> {
  await report(effectId, {
    result: "failed",
    executionId,
    error: error.slice(0, 500),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  return false;
}
