import { startScene } from "../support/scene.ts";
import { COLLECTING, playStorm } from "../support/storm.ts";
import { table } from "./table.ts";

const ALERTS = 1_000;
/** The real minute takes as long; compressed time only makes it harder. */
const OVER_MS = 20_000;
const REAL_MS = 60_000;

/** A thousand alert groups of one service: the real bridge, relay and hosted functions in a world on this machine. `--real` takes the whole minute. */
export async function benchStorm(options: readonly string[] = []): Promise<void> {
  const overMs = options.includes("--real") ? REAL_MS : OVER_MS;
  const scene = await startScene({
    bridgeEnv: {
      ...COLLECTING,
      SWEEP_EVERY_MS: "5000",
      REPAINT_EVERY_MS: "3000",
      EFFECT_LEASE_MS: "30000",
      LOG_LEVEL: "warn",
    },
  });
  try {
    const report = await playStorm(scene, { alerts: ALERTS, overMs, service: "payments", patienceMs: 120_000 });
    const compressed =
      overMs === REAL_MS ? "in the whole minute" : `compressed into ${overMs / 1_000} s (--real: 60 s)`;
    const rows: [string, string, string][] = [
      ["accepted with 2xx", String(report.accepted), String(ALERTS)],
      ["first answers by status (0: none in time)", JSON.stringify(report.answers), ""],
      ["lost", String(report.lost), "0"],
      ["incidents", String(report.incidents), "1"],
      ["rooms", String(report.rooms), "1"],
      ["calls that Slack answered 429", String(report.tooMany), "0"],
      ["ledger entries for them", String(report.entries), ""],
      ["slowest answer to the sender, ms", report.slowestAnswerMs.toFixed(0), "< 4000"],
      ["first alert to people in the room, ms", report.roomAfterMs.toFixed(0), ""],
      ["last alert to all in the ledger, ms", report.settledAfterMs.toFixed(0), ""],
    ];
    const met =
      report.accepted === ALERTS &&
      report.lost === 0 &&
      report.incidents === 1 &&
      report.rooms === 1 &&
      report.tooMany === 0;
    console.log(
      [
        `Storm: ${ALERTS} alert groups of one service, ${compressed}.`,
        "",
        table(["", "measured", "target"], rows),
        "",
        `targets ${met ? "met" : "NOT MET"}`,
      ].join("\n"),
    );
  } finally {
    await scene.stop();
  }
}
