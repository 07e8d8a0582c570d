import { sameText } from "../hmac.ts";
import { onlyValue } from "../only-value.ts";
import { firstMatch, refuse, type Scheme } from "../scheme.ts";

/**
 * S0, an unsigned OnCall webhook: `Authorization: Bearer <token>`. Protects neither the body nor against replay; used only
 * when the configuration asks for it by name.
 */
export const bearerToken: Scheme = ({ headers }, secrets) => {
  const given = onlyValue(headers, "authorization");
  if (given === "missing") return refuse("token-missing");
  if (given === "duplicated") return refuse("token-duplicated");
  return firstMatch(secrets, (secret) => sameText(given.only, `Bearer ${secret}`), "token-mismatch");
};
