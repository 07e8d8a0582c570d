import { createHash } from "node:crypto";
import { type Detector, eachMatch } from "../detector.ts";

const HEX_ADDRESS = /(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![0-9a-zA-Z])/g;
const SEGWIT = /(?<![A-Za-z0-9])(?:bc1|tb1|ltc1)[ac-hj-np-z02-9]{25,87}(?![A-Za-z0-9])/gi;
const BASE58 = /(?<![A-Za-z0-9])[13LMmnT2][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z0-9])/g;
const MONERO = /(?<![A-Za-z0-9])[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}(?![A-Za-z0-9])/g;
const CUED =
  /(?<=(?:wallet|solana|sol|address|xrp|ripple|withdraw(?:al)? to)["']?[ :=]{1,3}["']?)(?=[A-Za-z]*\d)[1-9A-HJ-NP-Za-km-z]{32,44}(?![A-Za-z0-9])/gi;
/** No address is shorter; to look for such a run costs less than to look for any of them. */
const LONG_RUN = /[A-Za-z0-9]{26}/;
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Addresses of the common chains. Transaction hashes stay. */
export const cryptoAddress: Detector = {
  name: "crypto-address",
  detect(text, emit) {
    if (!LONG_RUN.test(text)) return;
    const report = (match: RegExpExecArray) => emit("CRYPTO", match.index, match.index + match[0].length);
    for (const pattern of [HEX_ADDRESS, SEGWIT, MONERO, CUED]) eachMatch(pattern, text, report);
    eachMatch(BASE58, text, (match) => {
      if (/\d/.test(match[0].slice(1)) && hasBase58Check(match[0])) report(match);
    });
  },
};

/** Base58Check: the last four bytes are the beginning of a double SHA-256 over the rest. */
function hasBase58Check(address: string): boolean {
  let number = 0n;
  for (const char of address) number = number * 58n + BigInt(ALPHABET.indexOf(char));
  const hex = number.toString(16).padStart(50, "0");
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const body = bytes.subarray(0, -4);
  const once = createHash("sha256").update(body).digest();
  return createHash("sha256").update(once).digest().subarray(0, 4).equals(bytes.subarray(-4));
}
