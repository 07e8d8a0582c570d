import { type Detector, eachMatch } from "../detector.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";
import { isSecretValue } from "./secret-value.ts";

/** Programs whose short flags carry a password, and those flags. */
const PROGRAMS: readonly { names: string; flags: readonly RegExp[] }[] = [
  {
    // The MySQL family takes the password glued to the flag; with a blank it would be the database.
    names: "mysql|mysqldump|mysqladmin|mysqlimport|mysqlsh|mariadb|mariadb-dump|mycli",
    flags: [/(?<=\s)-p(["']?)([^\s"']{3,200})\1/g],
  },
  {
    names:
      "docker|podman|nerdctl|helm|skopeo|crane|oras|buildah|az|sshpass|mongo|mongosh|mongodump|mongorestore|rabbitmqadmin|sqlcmd|sqlplus|kinit|htpasswd|vault|argocd|rclone|ftp|lftp|smbclient|nmcli|zip|unzip|7z",
    flags: [/(?<=\s)-[pP][ =]?(["']?)([^\s"'-][^\s"']{2,200})\1/g],
  },
  {
    names: "openssl|keytool|jarsigner",
    flags: [
      /(?<=\s)-(?:passin|passout|pass|storepass|keypass|srcstorepass|deststorepass) (["']?)(?:pass:)?([^\s"']{3,200})\1/g,
    ],
  },
  { names: "redis-cli|valkey-cli|keydb-cli", flags: [/(?<=\s)-a (["']?)([^\s"']{3,200})\1/g] },
  {
    names: "ldapsearch|ldapmodify|ldapadd|ldapwhoami|snmpwalk|snmpget",
    flags: [/(?<=\s)-[wAX] (["']?)([^\s"']{3,200})\1/g],
  },
  {
    names: "curl|wget|http|https|xh|smbclient|rpcclient|netexec",
    flags: [/(?<=\s)(?:-u|-U|--user|--proxy-user|-a) (["']?)[^\s"':%]{0,64}[:%]([^\s"']{3,200})\1/g],
  },
];
const MAX_COMMAND = 600;

const COMMANDS = PROGRAMS.map(({ names, flags }) => ({
  start: new RegExp(`(?<![\\w./-])(?:[\\w./-]{0,60}/)?(?:${names})\\s`, "g"),
  flags,
}));

/** One search for all of them: most texts hold none. */
const ANY_PROGRAM = new RegExp(`(?<![\\w.-])(?:${PROGRAMS.map(({ names }) => names).join("|")})\\s`);

/** Passwords in short command-line flags, which only the program's name tells from other flags. */
export const commandLineSecret: Detector = {
  name: "command-line-secret",
  detect(text, emit) {
    if (!/\s--?[a-zA-Z]/.test(text) || !ANY_PROGRAM.test(text)) return;
    for (const { start, flags } of COMMANDS) {
      let scannedTo = 0;
      eachMatch(start, text, (match) => {
        if (match.index < scannedTo) return;
        const line = commandAt(text, match.index);
        scannedTo = match.index + line.length;
        for (const flag of flags) {
          eachMatch(flag, line, (found) => {
            const value = found[2] ?? "";
            if (!isSecretValue(value, true) || /^\d{1,5}(?::\d{1,5})?$/.test(value)) return;
            const from = match.index + found.index + found[0].lastIndexOf(value);
            emit("SECRET", from, from + value.length, KEYED_SECRET_PRIORITY);
          });
        }
      });
    }
  },
};

/** The rest of the line, with the lines it is continued on. */
function commandAt(text: string, at: number): string {
  const rest = text.slice(at, at + MAX_COMMAND);
  const end = /(?<!\\)\n/.exec(rest)?.index;
  return end === undefined ? rest : rest.slice(0, end);
}
