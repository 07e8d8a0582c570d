import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";

/** What the SDK hands to the card's handlers, whichever function posted the card. Payloads are checked before use. */
export interface CardClick {
  body: unknown;
  action: unknown;
  client: SlackAPIClient;
  env: Env;
}

export interface CardView {
  body: unknown;
  view: unknown;
  client: SlackAPIClient;
  env: Env;
}
