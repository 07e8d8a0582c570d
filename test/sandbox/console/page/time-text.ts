/** Slack's `ts` is seconds with a six-digit fraction; everything else here is ISO text or epoch milliseconds. */
export function instantOf(time: string | number | null | undefined): number | undefined {
  if (time === null || time === undefined || time === "") return undefined;
  if (typeof time === "number") return time;
  const instant = /^\d{9,11}(\.\d+)?$/.test(time) ? Number(time) * 1000 : Date.parse(time);
  return Number.isNaN(instant) ? undefined : instant;
}

const clockFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const preciseFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const momentFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
});

export const clockText = (instant: number) => clockFormat.format(instant);
export const preciseText = (instant: number) => preciseFormat.format(instant);
export const dayText = (instant: number) => dayFormat.format(instant);
export const momentText = (instant: number) => momentFormat.format(instant);

/** Slack's date tokens, in the reader's own zone. Unknown tokens stay as they are, as in Slack. */
export function slackDateText(format: string, instant: number): string {
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", options).format(instant);
  const tokens: Record<string, () => string> = {
    "{date_num}": () => new Date(instant).toISOString().slice(0, 10),
    "{date}": () => part({ dateStyle: "long" }),
    "{date_pretty}": () => part({ dateStyle: "long" }),
    "{date_short}": () => part({ dateStyle: "medium" }),
    "{date_short_pretty}": () => part({ dateStyle: "medium" }),
    "{date_long}": () => part({ dateStyle: "full" }),
    "{date_long_pretty}": () => part({ dateStyle: "full" }),
    "{time}": () => part({ hour: "2-digit", minute: "2-digit" }),
    "{time_secs}": () => part({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
  return format.replace(/\{[a-z_]+\}/g, (token) => tokens[token]?.() ?? token);
}
