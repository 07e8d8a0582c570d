import { startVendor, type Vendor, type VendorOptions } from "./vendor-server.ts";

const MAX_KEPT = 100;

export interface FallbackWebhookState {
  /** Newest last; the newest 100. */
  posts: { at: number; body: unknown }[];
}

/** The operator's own webhook for when Slack cannot be reached: takes any POST on its secret path and keeps it. */
export function startFallbackWebhook(
  options: VendorOptions<FallbackWebhookState>,
): Promise<Vendor<FallbackWebhookState>> {
  const state = options.state ?? { posts: [] };
  return startVendor(
    {
      name: "fallback-webhook",
      state,
      rateLimited: () => ({ status: 429 }),
      failed: (status) => ({ status }),
      routes: [
        {
          method: "POST",
          path: "/hooks/incidents",
          handle: ({ body, rawBody, now }) => {
            state.posts.push({ at: now, body: body ?? rawBody.toString("utf8") });
            if (state.posts.length > MAX_KEPT) state.posts.shift();
            return { status: 200, body: { ok: true } };
          },
        },
      ],
    },
    options,
  );
}
