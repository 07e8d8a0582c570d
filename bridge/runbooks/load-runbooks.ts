import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type * as z from "zod";
import { type LocatedYaml, parseLocatedYaml } from "../services/located-yaml.ts";
import { canonicalText, lintRunbook, runbookHash } from "./lint.ts";
import { type RunbookProblem, RunbooksError } from "./runbooks-error.ts";
import { Runbook } from "./schema.ts";

const MAX_FILE_BYTES = 65_536;
const MAX_FILES = 200;
const LIBRARY = "bridge/runbooks/library";

/** A runbook as it stands in a file now. */
export interface LibraryRunbook {
  runbook: Runbook;
  /** The canonical form that is attached. */
  text: string;
  /** SHA-256 of `text`. */
  sha256: string;
}

/** By id, retired ones left out. */
export type Library = ReadonlyMap<string, LibraryRunbook>;

interface ReadFile {
  file: string;
  fileName: string;
  runbook: Runbook;
  yaml: LocatedYaml;
}

/**
 * The product's own runbooks, overlaid by those of `overlay`: the same id replaces, `status: retired` removes.
 * @throws RunbooksError listing every problem with file, line and reason
 */
export function loadRunbooks({
  overlay,
  library = libraryDirectory(),
}: {
  overlay?: string | undefined;
  library?: string;
} = {}): Library {
  const problems: RunbookProblem[] = [];
  const own = readDirectory(library, problems);
  const theirs = overlay === undefined ? [] : readDirectory(overlay, problems);
  const byId = new Map(own.map((read) => [read.runbook.id, read]));
  for (const read of theirs) byId.set(read.runbook.id, read);
  const standing = [...byId.values()].filter(({ runbook }) => runbook.status !== "retired");
  const ids = new Set(standing.map(({ runbook }) => runbook.id));
  for (const read of byId.values()) {
    const { file, fileName, runbook, yaml } = read;
    problems.push(
      ...lintRunbook(runbook, { fileName, ids }).map(({ lint, path, reason }) => ({
        file,
        ...yaml.placeOf(path),
        path: path.map(String).join("."),
        reason: `${reason} (${lint})`,
      })),
    );
  }
  if (!ids.has("default") && problems.length === 0) {
    problems.push({
      file: overlay ?? library,
      line: 1,
      column: 1,
      path: "",
      reason: "the runbook default is missing; it cannot be retired",
    });
  }
  if (problems.length > 0) throw new RunbooksError(problems);
  return new Map(
    standing.map(({ runbook }) => {
      const text = canonicalText(runbook);
      return [runbook.id, { runbook, text, sha256: runbookHash(text) }];
    }),
  );
}

/** Reads one runbook; problems are added to `problems` and the answer is then undefined. */
export function parseRunbook(
  source: string,
  file: string,
  problems: RunbookProblem[],
): { runbook: Runbook; yaml: LocatedYaml } | undefined {
  const yaml = parseLocatedYaml(source);
  if (yaml.problems.length > 0) {
    problems.push(...yaml.problems.map((problem) => ({ file, ...problem, path: "" })));
    return undefined;
  }
  const parsed = Runbook.safeParse(yaml.value ?? {});
  if (!parsed.success) {
    problems.push(
      ...parsed.error.issues.flatMap((issue) => problemsOf(issue, yaml).map((problem) => ({ file, ...problem }))),
    );
    return undefined;
  }
  return { runbook: parsed.data, yaml };
}

function readDirectory(directory: string, problems: RunbookProblem[]): ReadFile[] {
  const refuse = (file: string, reason: string) => {
    problems.push({ file, line: 1, column: 1, path: "", reason });
    return [];
  };
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => /\.ya?ml$/.test(name));
  } catch (error) {
    return refuse(directory, `cannot be read (${codeOf(error)}); check the path`);
  }
  if (names.length > MAX_FILES)
    return refuse(directory, `holds ${names.length} runbooks; at most ${MAX_FILES} are read`);
  return names.sort().flatMap((name) => {
    const file = join(directory, name);
    try {
      const { size } = statSync(file);
      if (size > MAX_FILE_BYTES) return refuse(file, `is ${size} bytes long; at most ${MAX_FILE_BYTES} are read`);
      const read = parseRunbook(readFileSync(file, "utf8"), file, problems);
      return read ? [{ file, fileName: name.replace(/\.ya?ml$/, ""), ...read }] : [];
    } catch (error) {
      return refuse(file, `cannot be read (${codeOf(error)}); check its permissions`);
    }
  });
}

/** The sources may run as they are, bundled or built: the library lies beside one of the directories above this file. */
function libraryDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(directory, LIBRARY);
    if (existsSync(candidate)) return candidate;
    const above = dirname(directory);
    // The path is then refused by name, like any other that does not exist.
    if (above === directory) return LIBRARY;
    directory = above;
  }
}

function problemsOf(issue: z.core.$ZodIssue, yaml: LocatedYaml): Omit<RunbookProblem, "file">[] {
  const pathText = (path: readonly PropertyKey[]) => path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      ...yaml.placeOf(issue.path, key),
      path: pathText([...issue.path, key]),
      reason: "is not a key that is known here; check its spelling or remove it",
    }));
  }
  const reason = yaml.has(issue.path) ? sentence(issue.message) : "is missing";
  return [{ ...yaml.placeOf(issue.path), path: pathText(issue.path), reason }];
}

/** Messages of ours begin with the verb; the schema library's own begin with a capital. */
const sentence = (message: string) => (/^is\b/.test(message) ? message : `is not acceptable: ${message}`);

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "unknown error";
};
