import { alnum, digits, domainOf, hexOf, one, type Writer, word } from "./draw.ts";

export const network: Writer = (f, add) => {
  const v4 = () =>
    `${f.number.int({ min: 11, max: 223 })}.${f.internet.ipv4().split(".").slice(1).join(".")}`.replace(
      /^127\./,
      "28.",
    );
  let ip = v4();
  add("ip", `dial tcp ${ip}:5432: i/o timeout after 30s`, [ip], ["5432", "30s"]);
  ip = v4();
  add("ip", `${ip} - - [12/Mar/2026:10:11:12 +0000] "GET /v2/orders HTTP/1.1" 504 167`, [ip], ["/v2/orders", "504"]);
  ip = v4();
  add(
    "ip",
    `block ${ip.replaceAll(".", "[.]")} and ${ip.replace(/\.\d+$/, ".0/24")} at the edge`,
    [ip.replaceAll(".", "[.]"), ip.replace(/\.\d+$/, ".0/24")],
    ["at the edge"],
  );
  ip = v4();
  add("ip", `X-Forwarded-For: ${ip}, ${v4()}`, [ip]);
  ip = v4();
  add("ip", `node_load1{instance="${ip}:9100",job="node"} 14.2`, [ip], ["9100", "14.2"]);
  const v6 = f.internet.ipv6();
  add("ip", `connect to [${v6}]:443 refused`, [v6], ["443"]);
  const short = `2a0${digits(f, 1)}:${hexOf(f, 3)}b:${hexOf(f, 2)}::${one(f, ["1", "a7", `${hexOf(f, 3)}f`])}`;
  add("ip", `peer ${short} dropped, prefix ${short.replace(/::.*/, "::/48")}`, [short, short.replace(/::.*/, "::/48")]);
  const zone = `fe80::${hexOf(f, 4)}:${hexOf(f, 3)}1:fe${hexOf(f, 2)}:${hexOf(f, 4)}%eth0`;
  add("ip", `neighbour ${zone} is stale`, [zone.replace("%eth0", "")]);
  add("ip", `mapped ::ffff:${v4()} seen`, [], []);
  const mac = f.internet.mac();
  add("mac", `dhcp lease for ${mac} expired, reason=7`, [mac], ["reason=7"]);
  const upper = f.internet.mac({ separator: "-" }).toUpperCase().replace(/^../, "A4");
  add("mac", `wlan deauth ${upper} rssi=-71`, [upper], ["rssi=-71"]);
  const cisco = `${hexOf(f, 3)}a.${hexOf(f, 4)}.${hexOf(f, 3)}d`;
  add("mac", `port Gi1/0/12 learned ${cisco} twice`, [cisco], ["Gi1/0/12"]);
  const host = `${word(f)}-${one(f, ["db", "api", "cache", "mq", "etl"])}${digits(f, 2)}`;
  const inner = one(f, [
    `${host}.prod.internal`,
    `${host}.eu-west.corp.${domainOf(f)}`,
    `${host}.mgmt.${domainOf(f)}`,
    `${host}.lan`,
    `${host}.service.consul`,
    `${host}.payments.svc.cluster.local`,
    `${host}.int.${domainOf(f)}`,
    `${host}.intranet`,
    `${host}.priv.${domainOf(f)}`,
    `ip-10-${digits(f, 2)}-${digits(f, 2)}-7.eu-west-1.compute.internal`,
    `${word(f)}.c${alnum(f, 9).toLowerCase()}.eu-west-1.rds.amazonaws.com`,
    `${word(f)}.${alnum(f, 6).toLowerCase()}.0001.use1.cache.amazonaws.com`,
  ]);
  add(
    "host",
    one(f, [
      `replica lag on ${inner} is 340s`,
      `ssh ${inner}: banner timeout (30s)`,
      `ENOTFOUND ${inner}:6379 340s 30s`,
      `jdbc:postgresql://${inner}:5432/orders 340s 30s`,
    ]),
    [inner],
  );
  const account = `${f.number.int({ min: 1, max: 9 })}${digits(f, 11)}`;
  const [text, keep] = one(f, [
    [`arn:aws:iam::${account}:role/deployer is not authorized`, "role/deployer"],
    [`${account}.dkr.ecr.eu-west-1.amazonaws.com/api:v3.2.1 ImagePullBackOff`, "v3.2.1"],
    [`https://sqs.us-east-1.amazonaws.com/${account}/orders-dlq has 4120 messages`, "4120"],
    [`AWS account ${account} hit the vCPU quota`, "vCPU quota"],
    [`aws_account_id = "${account}" region = "eu-west-1"`, "eu-west-1"],
    [`arn:aws:sns:eu-central-1:${account}:pager`, "eu-central-1"],
    [`assumed-role in acct ${account.slice(0, 4)}-${account.slice(4, 8)}-${account.slice(8)} denied`, "denied"],
  ] as const);
  const value = /\d{4}-\d{4}-\d{4}/.exec(text)?.[0] ?? account;
  add("aws", text, [value], [keep]);
};
