import type { Scene } from "../support/scene.ts";

export interface AnswerTime {
  /** What had to answer: `take_command: opens`. */
  what: string;
  budgetMs: number;
  ms: number;
}

/** Slack's own: docs.slack.dev, functions, interactivity and slash commands. */
export const BUDGETS = { function: 60_000, handler: 10_000, pointer: 3_000, command: 3_000 } as const;

type Clicking = { user: string; channel: string; ts: string; action_id: string; value?: string };

/** Plays people in a scene and notes how long each answer took. Every measure is taken at the middle: Slack's. */
export interface AnswerTimes {
  /** Each longest answer, in the order in which they first came. */
  all(): AnswerTime[];
  /** Opens a form and submits it, or closes it where there are no values. */
  form(act: {
    user: string;
    trigger: string;
    channel: string;
    values?: Record<string, unknown>;
    inputs?: Record<string, unknown>;
  }): Promise<void>;
  /** A click that the card's execution answers by itself. */
  click(act: Clicking): Promise<void>;
  /** A click that opens a modal, which is then submitted or, where there are no values, closed. */
  clickForm(act: Clicking, values?: Record<string, unknown>, expected?: "taken" | "refused"): Promise<void>;
  slash(user: string, channel: string, text: string): Promise<string>;
  stop(): void;
}

export function answerTimes(scene: Scene): AnswerTimes {
  const longest = new Map<string, AnswerTime>();
  const note = (what: string, budgetMs: number, ms: number) => {
    const before = longest.get(what);
    if (before === undefined || ms > before.ms) longest.set(what, { what, budgetMs, ms });
  };

  const started = new Map<string, { name: string; at: number }>();
  let openedAt = 0;
  let acknowledgedMs = 0;
  const unsubscribe = scene.world.onChange((change) => {
    if (change.part !== "slack") return;
    const id = String(change.execution_id);
    if (change.type === "execution_started") started.set(id, { name: String(change.function), at: change.at });
    if (change.type === "execution_open" || change.type === "execution_ended") {
      const run = started.get(id);
      // Its later end is a person's doing.
      started.delete(id);
      if (run) note(`${run.name}: function`, BUDGETS.function, change.at - run.at);
    }
    if (change.type === "request" && change.method === "views.open") openedAt = change.at;
    if (change.type === "command_acknowledged") acknowledgedMs = Number(change.ms);
  });

  /** @returns what `act` answered; noted is how long it took, or until a modal was open where it opens one. */
  const timed = async (
    what: string,
    opens: boolean,
    act: () => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> => {
    openedAt = 0;
    const began = Date.now();
    const answer = await act();
    if (opens && openedAt === 0)
      throw new Error(`${what}: no modal was opened, Slack answered ${JSON.stringify(answer)}`);
    if (opens) note(`${what} opens`, BUDGETS.pointer, openedAt - began);
    else note(what, BUDGETS.handler, Date.now() - began);
    return answer;
  };
  const finish = async (
    what: string,
    user: string,
    opened: Record<string, unknown>,
    values: Record<string, unknown> | undefined,
    expected: "taken" | "refused" = "taken",
  ) => {
    const { view_id } = opened;
    if (values === undefined) {
      await timed(`${what} closed`, false, () => scene.act("close", { user, view_id }));
      return;
    }
    const send = expected === "taken" ? scene.act : scene.refused;
    const sent = await timed(`${what} submitted`, false, () => send("submit", { user, view_id, values }));
    if (expected === "refused") await scene.act("close", { user, view_id });
    if (sent.view_id !== undefined) await scene.act("close", { user, view_id: sent.view_id });
  };

  return {
    all: () => [...longest.values()],
    async form({ user, trigger, channel, values, inputs = {} }) {
      const opened = await timed(`${trigger}: form`, true, () => scene.act("run", { user, trigger, channel, inputs }));
      await finish(`${trigger}: form`, user, opened, values);
    },
    async click(act) {
      await timed(`${act.action_id}: click`, false, () => scene.act("click", act));
    },
    async clickForm(act, values, expected) {
      const opened = await timed(`${act.action_id}: modal`, true, () => scene.act("click", act));
      await finish(`${act.action_id}: modal`, act.user, opened, values, expected);
    },
    async slash(user, channel, text) {
      acknowledgedMs = Number.POSITIVE_INFINITY;
      const said = await scene.slash(user, channel, text);
      note(`/incident-response ${text.split(" ")[0]}`, BUDGETS.command, acknowledgedMs);
      return said;
    },
    stop: unsubscribe,
  };
}
