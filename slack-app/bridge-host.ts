/**
 * Host of the bridge, the only host the hosted functions may call. Lower case, no scheme, no port, at most 50 characters.
 * This one is an example: deploying needs the real host here, and Slack's admins approve it once.
 */
export const BRIDGE_HOST = "bridge.example.com";
