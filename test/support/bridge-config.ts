import { readConfig } from "../../bridge/platform/config.ts";
import { bridgeEnv } from "../sandbox/world/bridge-env.ts";

/** The bridge's configuration in the sandbox, with these settings and with nobody at the other end of any address. */
export const configWith = (more: Readonly<Record<string, string>>) => {
  const nowhere = "http://127.0.0.1:9/";
  const at = {
    bridge: nowhere,
    store: nowhere,
    secrets: nowhere,
    bedrock: nowhere,
    slackApi: nowhere,
    statuspage: nowhere,
  };
  return readConfig({
    ...bridgeEnv({
      ...at,
      linear: nowhere,
      oncall: nowhere,
      mimir: nowhere,
      loki: nowhere,
      tempo: nowhere,
      github: nowhere,
    }),
    ...more,
  });
};
