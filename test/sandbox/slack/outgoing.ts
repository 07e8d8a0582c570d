import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";

/** What the hosted runtime throws when a function calls a host that the manifest does not declare. */
export class PermissionDenied extends Error {
  override readonly name = "PermissionDenied";
  constructor(host: string) {
    super(
      `Requires net access to "${host}". Detected missing network permissions: declare the domain in outgoingDomains of the manifest.`,
    );
  }
}

/** Hosts (`name:port`, or `name` for any port) that a function may call. */
export interface NetworkRule {
  slackHost: string;
  bridgeHost: string | undefined;
  domains: readonly string[];
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);

/** The bridge's host stands for the declared bridge domain: with no domain declared it is as foreign as any other. */
export const networkRule = (apiUrl: string, domains: readonly string[], env: Record<string, string>): NetworkRule => ({
  slackHost: new URL(apiUrl).host,
  bridgeHost: domains.length > 0 && env.BRIDGE_BASE_URL ? hostOf(env.BRIDGE_BASE_URL) : undefined,
  domains,
});

/** @throws PermissionDenied */
export function assertMayCall(rule: NetworkRule, url: string): void {
  const { host, hostname } = new URL(url);
  if (host !== rule.slackHost && host !== rule.bridgeHost && !rule.domains.includes(hostname)) {
    throw new PermissionDenied(host);
  }
}

/** What hosted code may reach and where its console goes: `slack activity` on the platform. */
export interface HostedScope {
  rule: NetworkRule;
  activity(line: string): void;
}

const current = new AsyncLocalStorage<HostedScope>();
let installed: typeof fetch | undefined;

const urlOf = (input: RequestInfo | URL): string => (input instanceof Request ? input.url : String(input));

/** Puts the check in front of the process's fetch, once. Outside a function nothing changes. */
function installCheck(): void {
  if (installed && globalThis.fetch === installed) return;
  const open = globalThis.fetch;
  installed = async (input, init) => {
    const scope = current.getStore();
    if (scope) assertMayCall(scope.rule, urlOf(input));
    return open(input, init);
  };
  globalThis.fetch = installed;
}

/** Bundles of hosted code find their console under this symbol. */
export const HOSTED_CONSOLE = "local-slack.console";

const hostedConsole = Object.create(
  console,
  Object.fromEntries(
    (["debug", "log", "info", "warn", "error"] as const).map((level) => [
      level,
      {
        value: (...parts: unknown[]) => {
          const scope = current.getStore();
          if (scope) scope.activity(`${level}: ${format(...parts)}`);
          else console[level](...parts);
        },
      },
    ]),
  ),
) as Console;

/** Runs hosted code so that its `fetch` reaches only what the manifest allows and its console is kept apart. */
export function asHosted<T>(scope: HostedScope, run: () => Promise<T>): Promise<T> {
  installCheck();
  Reflect.set(globalThis, Symbol.for(HOSTED_CONSOLE), hostedConsole);
  return current.run(scope, run);
}
