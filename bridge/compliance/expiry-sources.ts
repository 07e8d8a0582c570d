import type { GithubClient } from "../clients/github-client.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import type { Config } from "../platform/config.ts";
import type { Secrets } from "../platform/secrets.ts";
import { certificateEnd } from "./certificate-end.ts";
import type { Expiry, ExpirySource } from "./expiry.ts";
import { secretExpiry } from "./secret-expiry.ts";

export interface ExpirySourcesDeps {
  config: Config;
  secrets: Pick<Secrets, "optional" | "health">;
  github: Pick<GithubClient, "tokenEnds">;
  /** Who runs the product, as people call them. */
  team: string;
  /** For one question. */
  timeoutMs: number;
}

/** An address that people open and this process never calls. */
const ONLY_A_LINK: ReadonlySet<string> = new Set(["AUDIT_BUNDLE_URL"]);

/**
 * Everything of the running configuration whose end can be learnt: certificates of every https address, our own first, the token that
 * GitHub tells the end of, and each secret in use, where somebody wrote an end beside it.
 */
export function expirySources(deps: ExpirySourcesDeps): ExpirySource[] {
  return [...certificates(deps), github(deps), ...storedSecrets(deps)];
}

function certificates({ config, team, timeoutMs }: ExpirySourcesDeps): ExpirySource[] {
  const { PUBLIC_BASE_URL, ...upstreams } = config;
  const seen = new Set<string>();
  // Our own name first: where a vendor is behind it too, the certificate is ours.
  return Object.entries({ PUBLIC_BASE_URL, ...upstreams }).flatMap(([name, value]): ExpirySource[] => {
    if (ONLY_A_LINK.has(name) || typeof value !== "string" || !URL.canParse(value)) return [];
    const url = new URL(value);
    if (url.protocol !== "https:" || seen.has(url.host)) return [];
    seen.add(url.host);
    const own = name === "PUBLIC_BASE_URL";
    const [host, port] = [url.hostname.replace(/^\[|\]$/g, ""), Number(url.port || 443)];
    const look = `openssl s_client -connect ${url.hostname}:${port} -servername ${host} </dev/null | openssl x509 -noout -enddate -issuer`;
    const source = {
      credential: `tls-${own ? "own" : "vendor"}:${url.host}`,
      title: own ? `Our own TLS certificate, of ${url.host},` : `The TLS certificate of ${url.host} (${name})`,
      whose: own ? team : `the vendor behind ${url.host}`,
      next: own
        ? `renew it where it was issued and give it to the load balancer; \`${look}\` shows what callers see`
        : `tell the vendor, and expect that nothing of theirs answers once it has ended; \`${look}\` shows what we see`,
      read: async () => ({ kind: "ends" as const, at: await certificateEnd({ host, port, timeoutMs }) }),
    };
    return [source];
  });
}

function github(deps: ExpirySourcesDeps): ExpirySource {
  return {
    credential: "github",
    title: "The GitHub token",
    whose: deps.team,
    next: `make a new fine-grained token on GitHub, then ${rotation(deps.config, "github")}`,
    async read() {
      const stored = await readSecret("github", deps);
      if (stored === "no-such-secret") return { kind: "none" };
      const ends = await deps.github.tokenEnds({ timeoutMs: deps.timeoutMs });
      if (isUnavailable(ends)) return { kind: "unknown", why: ends.unavailable };
      // What GitHub says counts; where it names no end, what an operator wrote beside the token does.
      return ends === "never" ? stored : { kind: "ends", at: ends.at };
    },
  };
}

const storedSecrets = (deps: ExpirySourcesDeps): ExpirySource[] =>
  deps.secrets
    .health()
    .filter(({ name }) => name !== "github")
    .map(({ name }) => ({
      credential: name,
      title: `What the secret ${name} holds`,
      whose: deps.team,
      next:
        name === "slack-companion"
          ? `if token rotation is on for the companion app, turn it off, as nothing here exchanges its tokens; then ${rotation(deps.config, name)}`
          : `get a new one where it was issued, write its new expires_at beside it, and ${rotation(deps.config, name)}`,
      read: async () => {
        const stored = await readSecret(name, deps);
        return stored === "no-such-secret" ? { kind: "none" } : stored;
      },
    }));

async function readSecret(
  name: string,
  { secrets }: Pick<ExpirySourcesDeps, "secrets">,
): Promise<Expiry | "no-such-secret"> {
  const value = await secrets.optional(name);
  if (value === undefined) return "no-such-secret";
  return secretExpiry(value, secrets.health().find((secret) => secret.name === name)?.createdAt);
}

/** The environment is the last part of the secrets' prefix, where it has the stack's form. */
function rotation({ SECRETS_PREFIX, AWS_REGION }: Config, name: string): string {
  const environment = /^incident-response\/([a-z][a-z0-9-]*)\/$/.exec(SECRETS_PREFIX)?.[1] ?? "<env>";
  return `\`npm run secrets -- rotate --env ${environment} --region ${AWS_REGION} ${name} --from values.yaml\``;
}
