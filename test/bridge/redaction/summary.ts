import { type Score, STRUCTURED } from "./dev-set.ts";

export interface Summary {
  cases: number;
  recall: number;
  structuredRecall: number;
  rosterRecall: number;
  unknownNameRecall: number;
  overRedaction: number;
}

/** The totals that the goals are set for; 1 where nothing of a kind was measured. */
export function summaryOf(scores: ReadonlyMap<string, Score>): Omit<Summary, "cases"> {
  const recall = (where: (category: string) => boolean) => {
    const chosen = [...scores].filter(([category]) => where(category)).map(([, score]) => score);
    const values = chosen.reduce((sum, score) => sum + score.values, 0);
    return values === 0 ? 1 : 1 - chosen.reduce((sum, score) => sum + score.leaked.length, 0) / values;
  };
  const all = [...scores.values()];
  const keeps = all.reduce((sum, score) => sum + score.keeps, 0);
  return {
    recall: recall(() => true),
    structuredRecall: recall((category) => STRUCTURED.has(category)),
    rosterRecall: recall((category) => category === "name_known"),
    unknownNameRecall: recall((category) => /^name_(?:unknown|unlisted|first)$/.test(category)),
    overRedaction: keeps === 0 ? 0 : all.reduce((sum, score) => sum + score.destroyed.length, 0) / keeps,
  };
}
