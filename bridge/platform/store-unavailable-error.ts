import { AppError } from "./app-error.ts";

/** The store gave no usable answer. Whether a write happened is not known; every write of ours may be repeated. */
export class StoreUnavailableError extends AppError {
  override readonly name = "StoreUnavailableError";

  constructor(what: string, options: { cause: unknown }) {
    super(`the store did not confirm: ${what}; the same call may be made again`, options);
  }
}
