// Usage: node healthy.js URL [FIELD]. Ends well when the URL answers, and FIELD of its JSON is more than nothing.
const [url, field] = process.argv.slice(2);
const response = await fetch(url, { signal: AbortSignal.timeout(4000) });
if (!response.ok || (field !== undefined && !(await response.json())[field])) process.exit(1);
