import type { Slack } from "../../../slack-app/slack-client.ts";

type Answer = Record<string, unknown> | string;

/** A Slack that answers each method as given: fields, or the name of an error. A method that is not given fails the test. */
export function slackAnswering(answers: Record<string, Answer | ((args: Record<string, unknown>) => Answer)>) {
  const calls: Record<string, unknown>[] = [];
  const slack: Slack = {
    call: async (method, args) => {
      calls.push({ method, ...args });
      const given = answers[method];
      if (given === undefined) throw new Error(`${method} must not be called here`);
      const answer = typeof given === "function" ? given(args) : given;
      return typeof answer === "string"
        ? { ok: false, error: answer, transient: answer === "ratelimited", body: { ok: false, error: answer } }
        : { ok: true, body: { ok: true, ...answer } };
    },
  };
  return { slack, calls, callsOf: (method: string) => calls.filter((call) => call.method === method) };
}
