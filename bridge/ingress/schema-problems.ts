import type * as z from "zod";

const MAX_PROBLEMS = 10;

/** Where a body is not what its sender documents: path and kind of mistake. Values stay out, they are the sender's. */
export function schemaProblems(error: z.ZodError): string[] {
  return error.issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const path = issue.path.map(String).join(".").slice(0, 200);
    return `${path === "" ? "the body" : path}: ${issue.message.slice(0, 200)}`;
  });
}
