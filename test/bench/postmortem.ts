import { scoreClaims } from "../evals/claim-scores.ts";
import type { Fault } from "../sandbox/faults.ts";
import { startScene } from "../support/scene.ts";
import { table } from "./table.ts";

const MODEL_MS = 10_000;
const TARGET_MS = 30_000;
/** As configured where nothing else is. */
const BUDGET_MS = 20_000;
const GRACE_MS = 2_000;
const SAMPLES = 2;

const seconds = (ms: number) => (ms / 1_000).toFixed(1);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const met = (is: boolean) => (is ? "met" : "NOT MET");

/** How strict the checker is, and how long people wait for the issue: a world on this machine, with a model as slow as a real one. */
export async function benchPostmortem(): Promise<void> {
  const scores = scoreClaims();
  const kinds = [...scores.byKind].map(([kind, count]) => [kind, String(count)]);
  console.log(
    [
      "Postmortem: a program without a model judges sentences against the entries they cite.",
      "",
      table(["planted falsehoods", "given"], kinds),
      "",
      `falsehoods: ${scores.planted} given, ${scores.survivors.length} survived (target 0: ${met(scores.survivors.length === 0)})`,
      `true sentences in the record's words: ${scores.kept} of ${scores.truths} kept (recall ${percent(scores.kept / scores.truths)})`,
      `true sentences in words of their own: ${scores.freeKept} of ${scores.free} kept`,
      `precision of what is kept: ${percent(scores.precision)}`,
      `citations: precision ${percent(scores.citationPrecision)}, recall ${percent(scores.citationRecall)}`,
      "",
    ].join("\n"),
  );
  const slow = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) slow.push(await resolveToFiled({ ms: MODEL_MS }));
  const silent = await resolveToFiled({ ms: BUDGET_MS * 3 });
  const longest = Math.max(...slow.map(({ filedMs }) => filedMs));
  console.log(
    [
      table(
        ["from the click on Resolve", "drafted, s", "filed, s", "by"],
        [...slow, silent].map(({ what, draftedMs, filedMs, author }) => [
          what,
          seconds(draftedMs),
          seconds(filedMs),
          author,
        ]),
      ),
      "",
      `resolve to filed issue with a model that takes ${seconds(MODEL_MS)} s: ${seconds(longest)} s (target ${seconds(TARGET_MS)}: ${met(longest < TARGET_MS)})`,
      `template within ${seconds(GRACE_MS)} s of the budget of ${seconds(BUDGET_MS)} s: ${met(silent.author === "template" && silent.draftedMs < BUDGET_MS + GRACE_MS)}`,
    ].join("\n"),
  );
}

async function resolveToFiled({ ms }: Pick<Fault, "ms">) {
  const scene = await startScene();
  try {
    const incident = await scene.alert({ fixture: "oncall-alert-group-created" });
    const room = await scene.room(incident);
    await scene.recorded(incident, "ContextRead", ({ complete }) => complete);
    scene.world.addFault({ target: "bedrock", kind: "slow", ms, match: "/converse" });
    const clickedAt = performance.now();
    await scene.fillIn({
      user: "alex",
      trigger: "resolve_incident",
      channel: room.id,
      values: { summary: "A deploy was rolled back.", outcome: "resolved", override_reason: "Watched by hand." },
    });
    const { author } = await scene.recorded(incident, "PostmortemDrafted", undefined, BUDGET_MS * 2);
    const draftedMs = performance.now() - clickedAt;
    await scene.recorded(incident, "PostmortemFiled", undefined, TARGET_MS);
    return { what: `model takes ${seconds(ms ?? 0)} s`, author, draftedMs, filedMs: performance.now() - clickedAt };
  } finally {
    await scene.stop();
  }
}
