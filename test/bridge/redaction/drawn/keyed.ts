import { alnum, hexOf, one, PASSWORDS, type Writer } from "./draw.ts";

export const keyed: Writer = (f, add) => {
  for (let n = 0; n < 7; n += 1) {
    const p = one(f, PASSWORDS)(f);
    const [text, keep] = one(f, [
      [`DB_PASSWORD=${p}\nDB_HOST=orders`, "DB_PASSWORD"],
      [`database:\n  user: app\n  password: "${p}"\n  pool: 20`, "pool: 20"],
      [`{"username":"svc","password":"${p}","retries":3}`, "retries"],
      [`mysql -u root -p${p} orders`, "orders"],
      [`helm upgrade api ./chart --set db.password=${p} --wait`, "--wait"],
      [`psql "host=db1 user=app password=${p} dbname=orders"`, "dbname=orders"],
      [`X-Api-Key: ${alnum(f, 24)}${p}`, "X-Api-Key"],
      [`--admin-password ${p} --region eu-west-1`, "eu-west-1"],
      [`POST /login?user=app&password=${p}&next=%2Fhome 401`, "401"],
      [`export PGPASSWORD='${p}' && pg_dump orders`, "pg_dump orders"],
      [`spring.datasource.password=${p}`, "spring.datasource.password"],
      [`the password is ${p} for the admin panel`, "admin panel"],
      [`<password>${p}</password><retries>3</retries>`, "retries"],
      [`curl -u admin:${p} https://api.example.com/health`, "/health"],
      [`"client_secret" => "${p}", "scope" => "read"`, "read"],
      [`set-cookie: session=${alnum(f, 20)}${p.replace(/[^\w]/g, "")}; Path=/; HttpOnly`, "HttpOnly"],
      [`Authorization: Basic ${Buffer.from(`svc:${p}`).toString("base64")}`, "Authorization"],
    ] as const);
    const sent =
      /Basic (\S+)/.exec(text)?.[1] ?? /X-Api-Key: (\S+)/.exec(text)?.[1] ?? /session=([^;]+)/.exec(text)?.[1] ?? p;
    add("secret_kv", text, [sent], [keep]);
  }
  const body = Array.from({ length: 6 }, () => `${f.string.alphanumeric(62)}A=`.slice(0, 64)).join("\n");
  const kind = one(f, ["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]);
  add(
    "secret_wrap",
    `pod env dump:\n-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\nexit code 137`,
    body.split("\n"),
    ["exit code 137"],
  );
  const p = f.string.alphanumeric(18);
  const scheme = one(f, ["postgres", "amqp", "redis", "mongodb+srv", "https", "mysql"]);
  add(
    "url_cred",
    `${scheme}://app:${p}@orders.example.com:5432/orders?ssl=1 refused`,
    [p],
    ["orders.example.com", "ssl=1"],
  );
  const t = alnum(f, 32);
  add(
    "url_cred",
    `https://${t}@git.example.com/kestrel/api.git fetch failed`,
    [t],
    ["git.example.com/kestrel/api.git"],
  );
  const sig = hexOf(f, 64);
  add(
    "url_cred",
    `https://files.example.com/report.csv?X-Amz-Expires=900&X-Amz-Signature=${sig} 403`,
    [sig],
    ["report.csv", "403"],
  );
  const hook = `T0${f.string.alphanumeric({ length: 8, casing: "upper" })}/B0${f.string.alphanumeric({ length: 8, casing: "upper" })}/${alnum(f, 24)}`;
  add("url_cred", `posting to https://hooks.slack.com/services/${hook} returned 410`, [hook], ["410"]);
};
