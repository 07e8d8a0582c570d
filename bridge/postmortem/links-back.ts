import type { Incident } from "../incident/state.ts";

export interface LinksBackDeps {
  /** Where an incident's audit bundle can be had; undefined where nobody keeps it. */
  auditLink?: ((incidentId: string) => string) | undefined;
  /** A link that opens the war room. */
  slackLink: (channel: string) => string;
}

/** From the issue back to what it is about. */
export const linksBack = (state: Incident, { auditLink, slackLink }: LinksBackDeps) => ({
  slackLink: state.channel === undefined ? undefined : slackLink(state.channel),
  statusUrl: state.public?.url ?? state.publicUnread?.link,
  auditUrl: auditLink?.(state.id),
});

/** As the tracker shows them. */
export function titledLinks({ slackLink, statusUrl, auditUrl }: ReturnType<typeof linksBack>) {
  const links = [
    { title: "War room", url: slackLink },
    { title: "Public incident", url: statusUrl },
    { title: "Audit bundle", url: auditUrl },
  ];
  return links.flatMap(({ title, url }) => (url === undefined ? [] : [{ title, url }]));
}
