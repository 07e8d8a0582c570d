import { LIMITS } from "../../shared/limits.ts";
import { scanPublicText } from "./scan-public-text.ts";

const CUT = " … (cut)";

/** Words of people as the record may hold them for ever: without secrets, in normal form C, cut visibly beyond `max`. */
export function capturedText(said: string, max: number = LIMITS.captured): { text: string; removed: boolean } {
  const whole = said.toWellFormed().normalize("NFC").trim();
  const secrets = scanPublicText(whole, { publicTerms: [] }).blockers.filter(({ type }) => type !== "PLACEHOLDER");
  const parts: string[] = [];
  let done = 0;
  for (const { start, end } of secrets) {
    if (start < done) continue;
    parts.push(whole.slice(done, start), "[secret removed]");
    done = end;
  }
  parts.push(whole.slice(done));
  const text = parts.join("");
  const cut = text.length <= max ? text : `${text.slice(0, max - CUT.length).toWellFormed()}${CUT}`;
  return { text: cut, removed: secrets.length > 0 };
}
