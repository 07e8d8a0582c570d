/** Customer texts that `communicate` may name. None states a cause; each promises a time for the next update. */
export const TEMPLATES: ReadonlySet<string> = new Set([
  "investigating-generic",
  "possible-bad-release",
  "do-not-sign-in",
  "vendor-degraded",
  "security-notice-holding",
  "resolved-generic",
]);
