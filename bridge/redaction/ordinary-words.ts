/**
 * Words that are also names of people. As a name they count only together with another part of the name, so that "Will" may
 * be on call without every "will" being lost from the timeline.
 */
const NAMES_THAT_ARE_WORDS =
  "abbott ace alma amber angel ann april archer art ash august autumn baker bank banks barker barn bay beau bell berry bill birch bird bishop black blake blue bob bond book boot bow bowman bridge bright brook brooks brown buck bud bush butler cain cannon carbon cash chance chase china christian church clay cliff cloud cole colt cook cooper coral cotton crane cruz cross crystal curl dale dawn day dean dee deal deploy derby dew diamond dick dolly dove drew duke dusty dutch earl early east echo elder ember eve faith fall fast ferry field finch fisher flint flower flowers ford forest fox foster frank franklin frost gale gamble gates gene ginger glen gold goldman good grace grant gray green grey guy gunner hall hand harbor hardy harp harper haven hawk hazel head heath heather hill hold holiday holly honey hook hope house hunt hunter ice ivy jack jade jasmine jay jean jewel joy judge june justice kay key king kit knight lake lamb lance land lane lark law lily little lock long love low major manning march maria mark marks marsh mars mason masters max may mercy merit mill miller mills min misty monday moon moss nash nick noble north norm nova oak olive opal page parish park parker parks patience paul pat patch pearl penny pepper perry piper pier pike pitt pool poole pope port porter post potter powers price prince queen rain rainbow ray read reed reef rich ridge ring river rivers rob robin rock rod root rose rowan royal ruby rush rusty sage salt sand sandy savage scott sharp shaw shell shepherd sherry short silver singer skip sky small smart smith snow sons son song sparks spears spring stack stacks star starr steel sterling still stone storm story strange street strong summer summers sun sunny swan swift taylor teal temple terry tiger timber tom tower towers trace troy tucker turner van vale victor violet wade walker wall ward ware warren waters watts way webb weeks wells west wheeler white wild will wills winter winters wise wolf wood woods worth wright wynn york young zion li lee so to an he in on do no go hong min sing song wing long young bo chin chan tan ban ran sun war log tag bug".split(
    " ",
  );

/** Particles of names: too common in their own languages to stand for a person. */
const PARTICLES =
  "de van von der den del della di da dos das du la le el al bin ibn ben abu st ter ten op het zu zum zur ni nic mac mc o san santa af av e y".split(
    " ",
  );

/** Capitalised words that follow "customer", "from", "Hi" without naming anybody. */
const AFTER_CUES =
  "a about access account accounts action admin after agent agents alert alertmanager alerting alerts all also am an and android any api apis app apps approval are argo as asia at aurora auth aws azure backend billing bot bridge build but by call can care cart change channel channels checkout chrome ci ci/cd client cloudflare cloudwatch cluster commander comms complaint confirmed console contact could customer customers data database datadog dashboard db deployment dev devops did discord do docs does each edge email emea engineer engineering english error errors eu europe european every everybody everyone experience facing failed feedback finance fleet folks for friday from frontend gateway github gitlab google grafana has have health he help her here his html http https i id ids if impact impacting in incident incidents infra infrastructure ingress internal ios is issue issues istio it its java jenkins jira job just kafka kibana kubernetes lambda latency lead legal linear linux live loki london management manager marketing me mimir mobile mobileapp monday monitoring more my mysql name names network new nginx no node nodes not number numbers of office oncall online only open operations ops opsgenie or orders our page pagerduty payment payments people platform please pod pods portal postgres postgresql postmortem prod product production prometheus proxy python queue rabbitmq rate redis region relations replica report reports requests reset response retries root sales saturday search security sent sentry server service services she should shop sign since site slack sla some sre staff staging status statuspage step store stripe success sunday support system team teams tech tempo terraform test that the their them then there these they this those thursday ticket tickets tier to today token tooling traffic tuesday twilio two uk unknown update updates us usa user users utc vault vendor version via vpn war was we web webhook wednesday were what when where which who will windows with workers world would you your zendesk".split(
    " ",
  );

const ALONE = new Set([...NAMES_THAT_ARE_WORDS, ...PARTICLES]);
const WORDS = new Set([...AFTER_CUES, ...PARTICLES.filter((word) => word.length > 2)]);

/** Whether a part of a name is too ordinary to match without another part beside it. `part` is folded: lower case, no marks. */
export const isOrdinaryNamePart = (part: string): boolean => part.length < 3 || ALONE.has(part) || WORDS.has(part);

/** Whether a capitalised word behind a cue names no person. */
export const isOrdinaryWord = (word: string): boolean => WORDS.has(word.toLowerCase()) || /\d/.test(word);

export const isParticle = (part: string): boolean => PARTICLES.includes(part);
