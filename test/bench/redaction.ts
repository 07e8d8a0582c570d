import { redact } from "../../bridge/redaction/index.ts";
import { adversarialCases } from "../bridge/redaction/adversarial-set.ts";
import { type DevCase, devCases, measure, type Score } from "../bridge/redaction/dev-set.ts";
import { digestOf, generatedCases } from "../bridge/redaction/generated-set.ts";
import { HOSTILE, hostileInput } from "../bridge/redaction/hostile.ts";
import { summaryOf } from "../bridge/redaction/summary.ts";
import { percentile } from "./statistics.ts";
import { table } from "./table.ts";

const HOSTILE_BYTES = 102_400;
const ROSTER = { knownNames: ["Ann Li", "Олег Петров", "田中太郎", "Zoë Müller"] };

/** How much is removed, how much is lost with it, and what it costs. `--seed N` draws other cases, `--leaks` prints what got through. */
export async function benchRedaction(options: readonly string[] = []): Promise<void> {
  const seed = Number(options[options.indexOf("--seed") + 1] ?? Number.NaN);
  const chosen = Number.isFinite(seed) && options.includes("--seed") ? seed : 1;
  const drawn = generatedCases(chosen, 40);
  const crossed = adversarialCases(chosen, 4);
  const sets: readonly (readonly [string, DevCase[]])[] = [
    ["development set", devCases],
    [`drawn set ${digestOf(drawn)}`, drawn],
    [`crossed set ${digestOf(crossed)}`, crossed],
  ];
  const line: Record<string, unknown> = {};
  for (const [name, cases] of sets) {
    const scores = measure(cases);
    const summary = summaryOf(scores);
    console.log(`\n${name}: ${cases.length} cases`);
    console.log(table(["category", "n", "recall", "must keep", "lost"], [...scores].map(rowOf)));
    console.log(
      `all ${percent(summary.recall)} · structured ${percent(summary.structuredRecall)} · roster ${percent(summary.rosterRecall)} · unknown names ${percent(summary.unknownNameRecall)} · over-redaction ${percent(summary.overRedaction)}`,
    );
    if (options.includes("--leaks")) {
      for (const [category, { leaked, destroyed }] of scores) {
        for (const text of leaked) console.log(`  leaked ${category} ${text.replaceAll("\n", "\\n")}`);
        for (const text of destroyed) console.log(`  lost ${category} ${text.replaceAll("\n", "\\n")}`);
      }
    }
    line[name.split(" ")[0] ?? name] = { cases: cases.length, ...summary };
  }

  const speed = measureSpeed([...devCases, ...drawn]);
  console.log(
    `\nspeed: p50 ${speed.p50.toFixed(3)} ms/KB, p99 ${speed.p99.toFixed(3)} ms/KB over texts of 1 KB and more`,
  );
  const hostile = Object.entries(HOSTILE).map(([name, unit]) => {
    const input = hostileInput(unit, HOSTILE_BYTES);
    const cost = Math.min(
      milliseconds(() => redact(input, ROSTER)),
      milliseconds(() => redact(input, ROSTER)),
    );
    return { name, cost };
  });
  const worst = hostile.reduce((a, b) => (b.cost > a.cost ? b : a));
  console.log("\nhostile input, 100 KB each");
  console.log(
    table(
      ["input", "ms"],
      hostile.map(({ name, cost }) => [name, cost.toFixed(0)]),
    ),
  );
  console.log(`worst: ${worst.name}, ${worst.cost.toFixed(0)} ms\n`);
  console.log(
    JSON.stringify({ ...line, msPerKb: speed, worstHostile: { input: worst.name, ms: Math.round(worst.cost) } }),
  );
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

const rowOf = ([category, { values, leaked, keeps, destroyed }]: [string, Score]): string[] => [
  category,
  String(values),
  values === 0 ? "" : percent(1 - leaked.length / values),
  String(keeps),
  keeps === 0 ? "" : percent(destroyed.length / keeps),
];

/** Texts as prompts have them: cases joined to about 2 KB. */
function measureSpeed(cases: readonly DevCase[]): { p50: number; p99: number } {
  const texts: string[] = [];
  let text = "";
  for (const one of cases) {
    text += `${one.text}\n`;
    if (text.length < 2_048) continue;
    texts.push(text);
    text = "";
  }
  for (const warm of texts.slice(0, 50)) redact(warm, ROSTER);
  const costs = texts.map((one) => milliseconds(() => redact(one, ROSTER)) / (one.length / 1_024));
  return { p50: percentile(costs, 0.5), p99: percentile(costs, 0.99) };
}

function milliseconds(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}
