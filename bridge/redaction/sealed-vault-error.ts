import { AppError } from "../platform/app-error.ts";

/** A stored vault does not open. Redact the texts again with a new one; answers to earlier prompts cannot be read back. */
export class SealedVaultError extends AppError {
  override readonly name = "SealedVaultError";

  constructor(incidentId: string, options: { cause: unknown }) {
    super(
      `the redaction vault of ${incidentId} does not open with this key; redact the sources again with a new vault`,
      options,
    );
  }
}
