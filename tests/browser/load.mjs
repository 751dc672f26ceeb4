// Fifty people at work: each looks at a page, thinks for a second, looks at the next. What every page took to
// answer, from outside, and what it weighs on the wire, is told as a table.

import { Agent, request } from 'node:http';

const given = JSON.parse(process.env.TESTS_BROWSER);
const agent = new Agent({ keepAlive: true, maxSockets: 200 });
const THINKING = 1000;

/** The page as it comes over the wire: status, headers, bytes, milliseconds until the last of them. */
function ask(path, { method = 'GET', body, cookie } = {}) {
  const url = new URL(path, given.address);
  const headers = { 'accept-encoding': 'gzip' };
  if (cookie) { headers.cookie = cookie; }
  if (body) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    headers['content-length'] = Buffer.byteLength(body);
  }
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request(url, { method, headers, agent }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const bytes = Buffer.concat(parts);
        resolve({ status: answer.statusCode, headers: answer.headers, bytes, took: performance.now() - began });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function text(answer) {
  if (answer.headers['content-encoding'] !== 'gzip') { return answer.bytes.toString(); }
  const { gunzipSync } = await import('node:zlib');
  return gunzipSync(answer.bytes).toString();
}

async function signIn(person) {
  const body = new URLSearchParams({ staff: person.staff, password: person.password }).toString();
  const answer = await ask('/sign-in', { method: 'POST', body });
  if (answer.status !== 303) { throw new Error(`${person.staff} cannot sign in: ${answer.status}`); }
  return answer.headers['set-cookie'].map((one) => one.split(';')[0]).join('; ');
}

/** What a role looks at; `case` stands for one of the cases on its lists. */
const WORK = {
  clerk: ['/today', '/worklist', '/worklist?tab=with-others', '/cases/new', 'case', 'case'],
  specialist: ['/worklist', '/worklist?tab=working', '/worklist?tab=done', 'case', 'case', '/places'],
  supervisor: ['/timeliness', 'year', '/cases', 'search', 'case', 'integrity', '/places'],
};
const WORDS = ['劳动报酬', '赠与', '宁洱', '思茅 调解', '法律援助', '公证 遗嘱'];

const measured = new Map();
const wrong = [];
const pick = (list) => list[Math.floor(Math.random() * list.length)];

async function work(person, cookie, until) {
  let numbers = [];
  while (Date.now() < until) {
    let [path, name] = [pick(WORK[person.role]), null];
    name = path.split('?')[0];
    if (path === 'year') { [path, name] = [`/timeliness?from=${new Date().getFullYear() - 1}-01-01`, '/timeliness, two years']; }
    if (path === 'search') { [path, name] = [`/cases?text=${encodeURIComponent(pick(WORDS))}`, 'search']; }
    if (path === 'case' || path === 'integrity') {
      if (numbers.length === 0) { path = person.role === 'supervisor' ? '/cases' : '/worklist'; name = path; } else {
        const number = pick(numbers);
        [path, name] = path === 'case' ? [`/cases/${number}`, 'case file'] : [`/cases/${number}/integrity`, 'integrity'];
      }
    }
    const answer = await ask(path, { cookie });
    if (answer.status !== 200) { wrong.push(`${path}: ${answer.status}`); }
    if (!measured.has(name)) { measured.set(name, { took: [], heaviest: 0 }); }
    const one = measured.get(name);
    one.took.push(answer.took);
    one.heaviest = Math.max(one.heaviest, answer.bytes.length);
    if (numbers.length === 0 || Math.random() < 0.05) {
      const found = [...(await text(answer)).matchAll(/href="\/cases\/([a-z0-9]+-\d{6}-\d+)"/g)].map((match) => match[1]);
      if (found.length > 0) { numbers = found; }
    }
    await new Promise((resolve) => { setTimeout(resolve, THINKING * (0.5 + Math.random())); });
  }
}

const people = given.crowd;
// One after the other: a morning's signing in is not what is measured.
const cookies = [];
for (const person of people) { cookies.push(await signIn(person)); }
const until = Date.now() + given.seconds * 1000;
await Promise.all(people.map((person, at) => work(person, cookies[at], until)));

const rank = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
console.log('| page | asked | median | p99 | slowest | weight |');
console.log('|---|---|---|---|---|---|');
const figures = [];
for (const [name, { took, heaviest }] of [...measured].sort()) {
  took.sort((a, b) => a - b);
  const [median, p99] = [rank(took, 0.5), rank(took, 0.99)];
  figures.push({ name, median, p99, heaviest });
  const ms = (value) => `${value.toFixed(0)} ms`;
  console.log(`| ${name} | ${took.length} | ${ms(median)} | ${ms(p99)} | ${ms(took.at(-1))} | ${(heaviest / 1024).toFixed(1)} KB |`);
}
if (given.bounds) {
  for (const { name, median, p99, heaviest } of figures) {
    if (median >= 100 || p99 >= 300) { wrong.push(`${name} is slow: median ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`); }
    if (heaviest > 60 * 1024) { wrong.push(`${name} weighs ${heaviest} bytes`); }
  }
}
for (const one of new Set(wrong)) { console.error(`✗ ${one}`); }
process.exitCode = wrong.length > 0 ? 1 : 0;
agent.destroy();
