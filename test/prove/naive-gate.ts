import type { SendOnceOutcome, SendOnceRequest } from "../../bridge/platform/send-once.ts";

/** Sends one request to the page. */
export type Send = (request: SendOnceRequest) => Promise<SendOnceOutcome>;

/**
 * What one writes in an afternoon: the click posts the draft's current text, a client repeats what failed, and what was done is
 * written down afterwards. Honest code without a fault in it, beside which the guarantees of the real gate can be seen.
 */
export function createNaiveGate(deps: { send: Send; retries: number; url: string }) {
  /** What a database would hold: it outlives the process. */
  const saved = { text: "", approved: false, published: false };

  const post = async (): Promise<boolean> => {
    const incident = { name: "Card payments", status: "investigating", body: saved.text };
    const metadata = { ic: { marker: "none", contentHash: "none" } };
    const body = JSON.stringify({ incident: { ...incident, metadata } });
    for (let attempt = 0; attempt <= deps.retries; attempt += 1) {
      const outcome = await deps.send({ method: "POST", url: deps.url, body, timeoutMs: 10_000 });
      if (outcome.kind === "answered" && outcome.status < 300) return true;
    }
    return false;
  };

  const publish = async (): Promise<void> => {
    if (!saved.approved || saved.published) return;
    if (await post()) saved.published = true;
  };

  return {
    /** A text for customers is written or changed. */
    draft: (text: string): void => {
      saved.text = text;
      saved.published = false;
    },
    click: async (): Promise<void> => {
      saved.approved = true;
      await publish();
    },
    /** After a start, and every few seconds: what is approved and not yet published is published. */
    sweep: publish,
  };
}
