import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { checkClaims } from "../../bridge/postmortem/check-claims.ts";
import type { Sentence } from "../../bridge/postmortem/sentence.ts";
import { story } from "../bridge/postmortem/story.ts";
import { type Planted, plantedFalsehoods, recordOf, trueClaims, wideStory } from "./planted-falsehoods.ts";

interface Written extends Sentence {
  supported: boolean;
  free?: boolean;
}

export interface ClaimScores {
  /** Falsehoods given, and those that survived, of which there must be none. */
  planted: number;
  survivors: Planted[];
  byKind: ReadonlyMap<string, number>;
  /** True sentences in the record's words, and those kept. */
  truths: number;
  kept: number;
  lost: Planted[];
  /** True sentences in free words, and those kept: strictness has a price. */
  free: number;
  freeKept: number;
  /** Of what was kept, true and false together. */
  precision: number;
  /** Entries named by kept sentences against those that carry them, where each true sentence also came with a wrong entry. */
  citationPrecision: number;
  citationRecall: number;
}

/** Judges every true and every planted sentence with the checker that judges a model's. */
export function scoreClaims(): ClaimScores {
  const wide = recordOf(wideStory);
  const written = (parse(readFileSync(new URL("./postmortem-claims.yaml", import.meta.url), "utf8")) as Written[]).map(
    ({ supported, free = false, ...claim }) => ({ supported, free, claim, kind: "written by hand" }),
  );
  const narrow = recordOf(story);
  const stands = (claim: Sentence, record: readonly Sentence[]) => checkClaims([claim], record).kept[0];

  const falsehoods = plantedFalsehoods(wide);
  const byHand = written.filter(({ supported }) => !supported);
  const survivors = [
    ...falsehoods.filter(({ claim }) => stands(claim, wide)),
    ...byHand.filter(({ claim }) => stands(claim, narrow)),
  ];
  const byKind = new Map<string, number>();
  for (const { kind } of [...falsehoods, ...byHand]) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);

  const generated = trueClaims(wide);
  const plain = written.filter(({ supported, free }) => supported && !free);
  const lost = [
    ...generated.filter(({ claim }) => !stands(claim, wide)),
    ...plain.filter(({ claim }) => !stands(claim, narrow)),
  ];
  const free = written.filter((one) => one.free);
  const truths = generated.length + plain.length;
  const kept = truths - lost.length;
  const freeKept = free.filter(({ claim }) => stands(claim, narrow)).length;

  const cited = { right: 0, named: 0, carrying: 0 };
  const seqs = [...new Set(wide.flatMap(({ sources }) => sources))];
  for (const [place, { claim }] of generated.entries()) {
    const noise = seqs[(place * 11 + 4) % seqs.length] ?? 1;
    const found = stands({ ...claim, sources: [...new Set([...claim.sources, noise])] }, wide)?.sources ?? [];
    cited.named += found.length;
    cited.carrying += claim.sources.length;
    cited.right += found.filter((seq) => claim.sources.includes(seq)).length;
  }
  return {
    planted: falsehoods.length + byHand.length,
    survivors,
    byKind,
    truths,
    kept,
    lost,
    free: free.length,
    freeKept,
    precision: (kept + freeKept) / (kept + freeKept + survivors.length),
    citationPrecision: cited.right / cited.named,
    citationRecall: cited.right / cited.carrying,
  };
}
