import type * as z from "zod";
import { AppError } from "../platform/app-error.ts";
import type { Secrets } from "../platform/secrets.ts";

/** A secret exists and does not have the shape its user needs. */
export class CredentialError extends AppError {
  override readonly name = "CredentialError";

  constructor(secretName: string, fields: readonly string[]) {
    super(`the secret ${secretName} is not a JSON object with the right fields; correct ${fields.join(", ")}`);
  }
}

/** The current value of a JSON secret. @throws SecretUnavailableError @throws CredentialError naming fields, never values. */
export async function readCredential<T>(
  secrets: Pick<Secrets, "current">,
  name: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const parsed = schema.safeParse(parseJson(await secrets.current(name)));
  if (parsed.success) return parsed.data;
  throw new CredentialError(
    name,
    parsed.error.issues.map((issue) => issue.path.join(".") || "the whole value"),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Reported by the schema: the parser's own message would quote the secret.
    return undefined;
  }
}
