/** Text inside Slack mrkdwn: Slack's three control characters become entities, line breaks a space. */
export const escapeMrkdwn = (text: string): string =>
  text.replace(/\s+/g, " ").trim().replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** As `escapeMrkdwn`, for sentences of ours that mention people: whole user mentions stay mentions. */
export const escapeKeepingMentions = (text: string): string =>
  escapeMrkdwn(text).replace(/&lt;@([UW][A-Z0-9]{1,20})&gt;/g, "<@$1>");

/** A link with a label; only the label where the URL is none that Slack would open. */
export function link(url: string, label: string): string {
  const usable = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && !/[|<>\s]/.test(url);
  return usable ? `<${url.replaceAll("&", "&amp;")}|${escapeMrkdwn(label).replaceAll("|", "/")}>` : escapeMrkdwn(label);
}
