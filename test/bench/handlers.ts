import { readFileSync } from "node:fs";
import { REGISTRY } from "../../bridge/commands/registry.ts";
import manifest from "../../manifest.ts";
import { CARD_ACTIONS } from "../../shared/vocabulary.ts";
import { freePort } from "../sandbox/world/bridge-process.ts";
import { startScene } from "../support/scene.ts";
import { type AnswerTime, type AnswerTimes, answerTimes } from "./answer-times.ts";
import { playEverything } from "./play-everything.ts";
import { slowCalls } from "./slow-calls.ts";
import { slowPathTo } from "./slow-path-to.ts";
import { table } from "./table.ts";

/** Added to each call that leaves a hosted function or the bridge. */
const DELAY_MS = 300;

/** Whether every function, form, button and command answers within what Slack allows, with each of its outbound calls slowed. */
export async function benchHandlers(): Promise<void> {
  const bridgePort = await freePort();
  await using toBridge = await slowPathTo(bridgePort, DELAY_MS);
  const scene = await startScene({
    bridgePort,
    functionEnv: { BRIDGE_BASE_URL: toBridge.url },
    bridgeEnv: { RECONCILE_SETTLE_MS: "2000", VENDOR_TIMEOUT_MS: "5000", EFFECT_LEASE_MS: "30000" },
  });
  const slow = () => {
    slowCalls(scene.world, DELAY_MS, "every call");
    scene.world.addFault({ target: "store", kind: "slow", ms: DELAY_MS });
  };
  const times = answerTimes(scene);
  try {
    slow();
    await playEverything(scene, times, slow);
    report(times);
  } finally {
    times.stop();
    await scene.stop();
  }
}

function report(times: AnswerTimes): void {
  const all = times.all().toSorted((a, b) => b.ms / b.budgetMs - a.ms / a.budgetMs);
  const late = all.filter(({ ms, budgetMs }) => ms >= budgetMs);
  const missing = expected().filter((what) => !all.some((one) => one.what === what));
  console.log(
    [
      `Handlers: each call to Slack, the bridge, the vendors and the store is answered ${DELAY_MS} ms later; the longest of each, nearest to its budget first.`,
      "",
      table(["", "budget, ms", "measured, ms"], all.map(row)),
      "",
      `${all.length} measured; not measured: ${missing.join(", ") || "none"}`,
      `within budget: ${late.length === 0 ? "all, target met" : `NOT MET by ${late.map(({ what }) => what).join(", ")}`}`,
    ].join("\n"),
  );
  if (late.length + missing.length > 0) process.exitCode = 1;
}

const row = ({ what, budgetMs, ms }: AnswerTime): string[] => [what, String(budgetMs), ms.toFixed(0)];

const ROOT = new URL("../../", import.meta.url);
/** Card buttons that open a modal; the others act at once. */
const WITH_MODAL: ReadonlySet<string> = new Set(["edit_draft", "reject_draft", "break_glass", "attest_published"]);

/** Everything that Slack may call, by the names under which it is measured. */
function expected(): string[] {
  const functions = Object.entries(manifest.functions as unknown as Record<string, { source_file: string }>);
  const forms = functions.filter(([, { source_file }]) =>
    readFileSync(new URL(source_file, ROOT), "utf8").includes("addViewSubmissionHandler"),
  );
  return [
    ...functions.map(([name]) => `${name}: function`),
    ...forms.flatMap(([name]) => ["opens", "submitted", "closed"].map((step) => `${name}: form ${step}`)),
    "catch_me_up: form opens",
    ...CARD_ACTIONS.flatMap((action) =>
      WITH_MODAL.has(action)
        ? ["opens", "submitted", "closed"].map((step) => `${action}: modal ${step}`)
        : [`${action}: click`],
    ),
    ...REGISTRY.map(({ name }) => `/incident-response ${name}`),
  ];
}
