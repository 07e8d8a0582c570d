import { fold } from "./fold.ts";
import type { RedactionType } from "./policy.ts";

/** The normal form of a value: two spellings of one value share a placeholder. */
export function identityOf(type: RedactionType, value: string): string {
  switch (type) {
    case "PHONE":
      return value.replace(/\D/g, "").replace(/^00/, "");
    case "EMAIL":
      return mailIdentity(value);
    case "CARD":
    case "AWS_ACCOUNT":
    case "SSN":
      return value.replace(/\D/g, "");
    case "IBAN":
    case "NATID":
      return value.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
    case "MAC":
      return value.replace(/[^0-9A-Fa-f]/g, "").toLowerCase();
    case "IP":
      return value.replace(/\[\.\]|\(\.\)|\[dot\]/g, ".").toLowerCase();
    case "SLACK_USER":
      return /[UW][A-Z0-9]{5,20}/.exec(value)?.[0] ?? value;
    case "HOST":
      return value.toLowerCase();
    case "NAME":
    case "ADDRESS":
      return fold(value).replace(/\s+/g, " ");
    default:
      return value;
  }
}

function mailIdentity(value: string): string {
  return value
    .toLowerCase()
    .replace(/\s?[[({<]\s?(?:dot|punkt|point|punto|ponto)\s?[\])}>]\s?|\s(?:dot|punkt|punto|ponto)\s/g, ".")
    .replace(/\s?[[({<]\s?(?:at|@|arroba)\s?[\])}>]\s?|\s(?:at|arroba)\s/g, "@")
    .replace(/["'`\s+&|]/g, (char) => (char === "+" ? "+" : ""));
}
