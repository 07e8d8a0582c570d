import { type Detector, eachMatch } from "../detector.ts";

const NAME = /(?<![\w.-](?<!\\[nrt]))[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_-]{1,63}){1,30}/g;
const CLOUD_NODE = /(?<![\w-])ip-(?:\d{1,3}-){3}\d{1,3}(?![\w-])/g;

/** Last labels that the public DNS does not serve. */
const PRIVATE_SUFFIXES = new Set(
  "internal local lan corp svc consul intra intranet localdomain private priv home localnet int arpa intern".split(" "),
);
/** Labels that companies put before a public domain for machines of their own. */
const INNER_LABELS = new Set("int internal mgmt intranet corp priv private oob ipmi ilo idrac lan infra".split(" "));
/** Names that clouds give to single machines and data stores of a customer. */
const CLOUD =
  /(?:^ip-(?:\d{1,3}-){3}\d{1,3}\.|^ec2-(?:\d{1,3}-){3}\d{1,3}\.|\.compute(?:-\d)?\.amazonaws\.com(?:\.cn)?$|\.(?:rds|cache|memorydb|redshift|elb|es|aos|efs|docdb|neptune|kafka)\.[\w-]{0,30}\.?amazonaws\.com(?:\.cn)?$|\.elb\.amazonaws\.com$|\.privatelink\.|\.(?:database|cloudapp|internal\.cloudapp|blob\.privatelink)\.windows\.net$|\.c\.[\w-]+\.internal$)/i;
/** First labels of package names, where `internal` is a folder. */
const PACKAGE =
  /^(?:com|org|net|io|java|javax|jdk|sun|kotlin|scala|android|dev|edu|gov|github|golang|google|k8s|internal|self|this|module|window|app|vm|Microsoft|System)$/;
/** Local settings files, as `<name>.local`. */
const LOCAL_FILE =
  /^(?:docker-compose|compose|settings|config|application|appsettings|env|vite|rc|profile|makefile|gitignore)$/i;
const PUBLIC_ENDING =
  /^(?:[a-z]{2}|com|net|org|info|biz|cloud|dev|app|tech|systems|company|group|online|site|network|services|xyz|ai|zone|agency|bank|health|team|works)$/;

/** Internal host names. Public hosts stay. */
export const host: Detector = {
  name: "host",
  detect(text, emit) {
    if (text.includes(".")) {
      eachMatch(NAME, text, (match) => {
        const name = match[0].replace(/-+$/, "");
        // `ec2.ClientVpnRouteTarget.local()`: code.
        if (/[a-z][A-Z]/.test(name) && !isReached(text, match.index, name)) return;
        if (isInternal(name) || (isReached(text, match.index, name) && isUnlisted(name)))
          emit("HOST", match.index, match.index + name.length);
      });
    }
    if (text.includes("ip-")) {
      eachMatch(CLOUD_NODE, text, (match) => emit("HOST", match.index, match.index + match[0].length));
    }
  },
};

/** Named as something to connect to: in a URL, behind `@`, before a port, or to a program that connects. */
const isReached = (text: string, at: number, name: string): boolean =>
  /(?:\/\/|@|\b(?:host|lookup|ping|ssh|dig|nslookup|telnet|traceroute|nc(?: -\w+)?|server|hostname|upstream)["']?[ :=]{1,3}["']?)$/i.test(
    text.slice(Math.max(0, at - 24), at),
  ) || /^:\d{2,5}(?!\d)/.test(text.slice(at + name.length, at + name.length + 6));

/** Ends in a label that no public registry serves, and may be code where nothing connects to it. */
const isUnlisted = (name: string): boolean =>
  /\.(?:int|private|home|intern|internal|ad|dmz|test|localhost)$/i.test(name);

function isInternal(name: string): boolean {
  const labels = name.split(".");
  const first = labels[0] ?? "";
  const last = (labels.at(-1) ?? "").toLowerCase();
  if (CLOUD.test(name)) return true;
  if (PACKAGE.test(first)) return false;
  if (PRIVATE_SUFFIXES.has(last)) {
    // `thread.local`, `lib.int`: code; a host of two labels has a digit or hyphen, or an ending that is nothing but DNS.
    if (last === "int" || last === "private" || last === "home") return labels.length > 2 && /[\d-]/.test(name);
    return !(labels.length === 2 && LOCAL_FILE.test(first));
  }
  if (labels.length < 3 || !PUBLIC_ENDING.test(last) || /[A-Z]/.test(last)) return false;
  return labels.slice(0, -2).some((label) => INNER_LABELS.has(label.toLowerCase()));
}
