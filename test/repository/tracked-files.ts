import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Paths of everything that git tracks here and that still exists, from the root. */
export const trackedFiles = (): string[] =>
  execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "" && existsSync(`${ROOT}${path}`));

export const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

/** Every line of every tracked text file as `path:line: text`. */
export function* trackedLines(keep: (path: string) => boolean = () => true): Generator<{ at: string; line: string }> {
  for (const path of trackedFiles().filter(keep)) {
    const text = textOf(path);
    if (text.includes("\0")) continue; // an image
    for (const [index, line] of text.split("\n").entries()) yield { at: `${path}:${index + 1}`, line };
  }
}
