import { readFileSync, statSync } from "node:fs";
import type * as z from "zod";
import { type LocatedYaml, parseLocatedYaml } from "./located-yaml.ts";
import { createServices, type Services } from "./services.ts";
import { ServicesError, type ServicesProblem } from "./services-error.ts";
import { ServicesFile } from "./services-schema.ts";

const MAX_FILE_BYTES = 1_048_576;

/** Reads and checks the services file once. @throws ServicesError listing every problem with file, line and column. */
export function loadServices(path: string): Services {
  return parseServices(readBounded(path), path);
}

/** As `loadServices`, for text that is already read; `file` is what messages call it. */
export function parseServices(source: string, file: string): Services {
  const yaml = parseLocatedYaml(source);
  if (yaml.problems.length > 0) {
    throw new ServicesError(
      file,
      yaml.problems.map((problem) => ({ ...problem, path: "" })),
    );
  }
  const parsed = ServicesFile.safeParse(yaml.value ?? {});
  if (!parsed.success) {
    throw new ServicesError(
      file,
      parsed.error.issues.flatMap((issue) => problemsOf(issue, yaml)),
    );
  }
  const twice = caseTwins(Object.keys(parsed.data.severity)).map((key) => ({
    ...yaml.placeOf(["severity"], key),
    path: `severity.${key}`,
    reason: "is written twice with different capitals; labels are compared in lower case, so keep one",
  }));
  if (twice.length > 0) throw new ServicesError(file, twice);
  return createServices(parsed.data);
}

function readBounded(path: string): string {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ServicesError(path, [{ line: 1, column: 1, path: "", reason }], { cause });
  };
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) return refuse(`is ${size} bytes long; at most ${MAX_FILE_BYTES} are read`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof ServicesError) throw error;
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    return refuse(`cannot be read (${typeof code === "string" ? code : "unknown error"}); check the path`, error);
  }
}

function problemsOf(issue: z.core.$ZodIssue, yaml: LocatedYaml): ServicesProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      ...yaml.placeOf(issue.path, key),
      path: pathText([...issue.path, key]),
      reason: "is not a key that is known here; check its spelling or remove it",
    }));
  }
  if (issue.code === "invalid_key") {
    const key = String(issue.path.at(-1) ?? "");
    return [
      {
        ...yaml.placeOf(issue.path.slice(0, -1), key),
        path: pathText(issue.path),
        reason: issue.issues[0]?.message ?? issue.message,
      },
    ];
  }
  const reason = yaml.has(issue.path) ? sentence(issue.message) : "is missing";
  return [{ ...yaml.placeOf(issue.path), path: pathText(issue.path), reason }];
}

const pathText = (path: readonly PropertyKey[]) => path.map(String).join(".");

/** Messages of ours begin with the verb; the schema library's own begin with a capital. */
const sentence = (message: string) => (/^is\b/.test(message) ? message : `is not acceptable: ${message}`);

const caseTwins = (keys: readonly string[]) =>
  keys.filter((key, index) => keys.findIndex((other) => other.toLowerCase() === key.toLowerCase()) < index);
