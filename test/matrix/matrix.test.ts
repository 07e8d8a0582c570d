import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { surfaces } from "./surfaces.ts";

const TESTS = new URL("../", import.meta.url).pathname;
const Row = z.strictObject({
  verb: z.string().min(3),
  surfaces: z.array(z.string()).min(1),
  proofs: z.record(z.string(), z.tuple([z.string(), z.string()])),
});
const MATRIX = z
  .array(Row)
  .parse(parse(readFileSync(new URL("matrix.yaml", import.meta.url), "utf8"), { uniqueKeys: true, strict: true }));

const sources = new Map<string, string | undefined>();
function sourceOf(file: string): string | undefined {
  if (!sources.has(file))
    sources.set(file, existsSync(`${TESTS}${file}`) ? readFileSync(`${TESTS}${file}`, "utf8") : undefined);
  return sources.get(file);
}
/** A title stands in its file as a whole string. */
const isTitled = (source: string, title: string): boolean => source.includes(JSON.stringify(title));

describe("the coverage matrix", () => {
  test("has one verb for each place where somebody can ask, and no place that does not exist", () => {
    const listed = MATRIX.flatMap((row) => row.surfaces);
    expect(listed.filter((surface, place) => listed.indexOf(surface) !== place)).toEqual([]);
    expect(listed.toSorted()).toEqual(surfaces());
  });

  test.each(MATRIX.map(({ verb, proofs }) => [verb, proofs] as const))(
    "shows that one can %s, and what happens when that fails",
    (_, proofs) => {
      expect(Object.keys(proofs)).toContain("none");
      expect(Object.keys(proofs).length).toBeGreaterThan(1);
    },
  );

  test("names only tests that are there, by file and title", () => {
    const missing = MATRIX.flatMap(({ verb, proofs }) =>
      Object.entries(proofs).flatMap(([failure, [file, title]]) => {
        const source = sourceOf(file);
        if (source === undefined) return [`${verb}, ${failure}: there is no ${file}`];
        return isTitled(source, title) ? [] : [`${verb}, ${failure}: ${file} has no test "${title}"`];
      }),
    );
    expect(missing).toEqual([]);
  });

  test("would notice a title that was changed", () => {
    const [file, title] = MATRIX[0]?.proofs.none ?? ["", ""];
    expect(isTitled(sourceOf(file) ?? "", title)).toBe(true);
    expect(isTitled(sourceOf(file) ?? "", title.slice(1))).toBe(false);
  });
});
