const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230f6b78'/%3E%3Cpath d='M6 17h5l3-8 5 14 3-6h4' fill='none' stroke='white' stroke-width='2.6' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";

/** The whole document. Everything else is drawn by the script, so the policy needs no inline exception. */
export const CONSOLE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="#0d2730">
<title>Incident response sandbox</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="/assets/app.css">
<script type="module" src="/assets/app.js"></script>
</head>
<body>
<div id="console"></div>
<noscript>This console is drawn by a script. Allow scripts for this address, or drive the sandbox over HTTP: GET /world.</noscript>
</body>
</html>
`;
