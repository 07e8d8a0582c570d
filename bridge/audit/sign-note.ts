import { AppError } from "../platform/app-error.ts";
import { holds, noteOf } from "./proof/signed-note.ts";
import type { SigningKey } from "./signing-key.ts";

/** What came back from the key is not its signature of what was sent. Nothing is written with it. */
export class SignatureRefusedError extends AppError {
  override readonly name = "SignatureRefusedError";
  constructor(key: string) {
    super(
      `the signature that came back does not verify under ${key}; nothing was written, see who answers for that key`,
    );
  }
}

/**
 * The text as a signed note, with a signature that was verified.
 * @throws RangeError when the text could not be parted from signatures again; SignatureRefusedError; whatever the key throws
 */
export async function signNote(text: string, key: SigningKey): Promise<string> {
  if (!text.endsWith("\n") || text.includes("\n\n")) throw new RangeError("a note is lines, none of them empty");
  const bytes = Buffer.from(text, "utf8");
  const signature = await key.sign(bytes);
  if (!holds(key.verifier, bytes, signature)) throw new SignatureRefusedError(key.verifier.text);
  return noteOf(text, key.verifier, signature);
}
