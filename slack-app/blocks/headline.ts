import type { HeadlineRaisedView, HeadlineView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { date, joined, lines, link, type Mrkdwn, md, mention } from "./text.ts";

/** All that everybody outside the room needs of an incident, in one message. */
export function headline(view: HeadlineView): Rendered {
  const { severity, service, title, ended, commander, phase, impact, openedAt } = view;
  const first = md`*${ended ? "Over" : severity}* · ${service}: ${title}`;
  const facts = [
    first,
    md`*Customers notice* ${impact ? lines(impact.replace(/\s+/g, " "), 500) : md`nobody has said yet`}`,
    ...(ended
      ? []
      : [
          md`*Commander* ${commander ? mention(commander) : md`nobody yet`}${phase ? md` · *Phase* ${phase}` : ""} · *Open since* ${date(openedAt)}`,
        ]),
    toldCustomers(view),
    ...(ended ? [lastLine(ended, severity)] : []),
    md`${view.incidentId}`,
  ];
  return {
    text: md`${ended ? "Over" : severity} ${service}: ${title}`.text,
    blocks: [...sections(facts), ...controlBlocks(view.controls)],
  };
}

function toldCustomers({ lastPublic, nextUpdateBy }: HeadlineView): Mrkdwn {
  const last = lastPublic
    ? md`${lastPublic.url ? link({ title: lastPublic.status, url: lastPublic.url }) : lastPublic.status}, ${date(lastPublic.at)}`
    : md`none yet`;
  return md`*Last public update* ${last}${nextUpdateBy ? md` · *next one due* ${date(nextUpdateBy)}` : ""}`;
}

const OUTCOMES = { resolved: "resolved", not_an_incident: "not an incident", duplicate: "duplicate" } as const;

function lastLine(ended: NonNullable<HeadlineView["ended"]>, severity: string): Mrkdwn {
  const { outcome, duplicateOf, durationMinutes, postmortem, stillFiring } = ended;
  const parts = [
    md`*Ended* ${OUTCOMES[outcome]}${duplicateOf ? md` of ${duplicateOf}` : ""} after ${durationMinutes} min, was ${severity}`,
    ...(postmortem ? [md`postmortem ${link(postmortem)}`] : outcome === "resolved" ? [md`postmortem to follow`] : []),
    ...(stillFiring > 0
      ? [md`:warning: ${stillFiring} alert ${stillFiring === 1 ? "group" : "groups"} still firing`]
      : []),
  ];
  return joined(parts, " · ");
}

export function headlineRaised({ from, to, title, incidentId, headline: first }: HeadlineRaisedView): Rendered {
  const line = md`*${to}*, was ${from}: ${title}. ${link(first)} says where it stands. ${incidentId}`;
  return { text: md`${to}, was ${from}: ${title}`.text, blocks: sections([line]) };
}
