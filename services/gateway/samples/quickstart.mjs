/* 一窗接口入门：从令牌到第一件案件。Node.js 18 以上，不用别的软件包。
   From a token to the first case, with Node.js and no package.

       API_URL=https://… API_TOKEN=onestop_… node quickstart.mjs

   另设 HOOK_TOKEN、HOOK_URL、HOOK_PORT 时，还接收事件推送。
   With these three set, it receives a webhook as well. */

import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const { API_URL, API_TOKEN, HOOK_TOKEN } = process.env;
const base = API_URL.replace(/\/$/, '') + '/api/v1';

/** 状态、标头、内容。The status, the headers and the body, also of a refusal. */
async function call(method, path, { body, key, token = API_TOKEN } = {}) {
  const headers = { Authorization: `Bearer ${token}`, 'Accept-Language': 'zh' };
  if (body) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
    // 429、503：等到标头所说的秒数，用同一个键再发。Wait, and send it again with the same key.
    if (answer.status !== 429 && answer.status !== 503) {
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, data: text ? JSON.parse(text) : null };
    }
    const seconds = Number(answer.headers.get('Retry-After') ?? 1);
    await new Promise(done => setTimeout(done, 1000 * seconds));
  }
  throw new Error('暂无应答 / no answer');
}

/** 推送是否由一窗签名，且不超过五分钟。Whether a message is signed, and not older than five minutes. */
function signed(secret, headers, body) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const id = headers['webhook-id'], sent = headers['webhook-timestamp'];
  if (!(Math.abs(Date.now() / 1000 - Number(sent)) <= 300)) return false;
  const digest = createHmac('sha256', key).update(`${id}.${sent}.`).update(body).digest('base64');
  const wanted = Buffer.from(`v1,${digest}`);
  const given = (headers['webhook-signature'] ?? '').split(' ').map(one => Buffer.from(one));
  return given.some(one => one.length === wanted.length && timingSafeEqual(one, wanted));
}

let secret = '';
const events = [];
let more = () => {};

const server = createServer(async (request, answer) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  const genuine = signed(secret, request.headers, body);
  // 先记下，再答复 2xx；同一 webhook-id 可能再来。Keep it, then answer 2xx; the same id can come again.
  if (genuine) events.push(JSON.parse(body));
  answer.writeHead(genuine ? 204 : 401).end();
  more();
});

// 1 查地点和事项。The place and the topic.
const text = encodeURIComponent('宁洱镇新塘村');
const place = (await call('GET', `/directory/divisions?text=${text}`)).data.divisions[0];
const { items } = (await call('GET', '/directory/items')).data;
const [item, topic] = items
  .flatMap(item => item.topics.map(topic => [item, topic]))
  .find(([, topic]) => topic.also.includes('讨薪'));
console.log(place.full_name, item.name.zh, topic.name.zh);

// 2 登记事件推送。密钥只在登记时给出一次。A webhook; its secret is told this once.
let hook = null;
if (HOOK_TOKEN) {
  server.listen(Number(process.env.HOOK_PORT), '127.0.0.1');
  await once(server, 'listening');
  const body = { url: process.env.HOOK_URL, types: ['cn.onestop.case.opened.v1'] };
  const made = await call('POST', '/webhooks', { body, key: randomUUID(), token: HOOK_TOKEN });
  hook = made.data.webhook.id;
  secret = made.data.secret;
}

// 3 登记案件。一个新的 UUID 就是键；重发同一请求，得到同一答复。Open a case; the key makes it safe to repeat.
const key = randomUUID();
const body = {
  item: item.id, topic: topic.id, place: place.code, channel: 'window',
  applicant: { people: [{ name: '岩温', phone: '13800138000' }], summary: '工地欠薪三个月' },
  request: 'refer',
};
const opened = await call('POST', '/cases', { body, key });
if (opened.status !== 201) throw new Error(JSON.stringify(opened.data));
const number = opened.data.case;
const after = encodeURIComponent(opened.headers.get('Position'));
const repeated = await call('POST', '/cases', { body, key });
if (repeated.status !== 200 || repeated.data.case !== number) throw new Error('not repeated');

// 4 填写有误时：状态、代码、栏目和说明。A refusal: its status, code, field and sentence.
const wrong = { ...body, topic: 'no-such-topic' };
const refused = await call('POST', '/cases', { body: wrong, key: randomUUID() });
if (refused.status !== 422) throw new Error(JSON.stringify(refused.data));
console.log(refused.status, refused.data.code, refused.data.field, refused.data.detail);

// 5 查看案件。Position 让查询等到刚才所写。What stands there now; 'after' waits for what was just written.
const { row } = (await call('GET', `/cases/${number}/head?after=${after}`)).data;
console.log(row.number, row.stage);

// 6 逐页翻阅事件，记住 next，下次从那里接着。Events page by page; keep 'next' to go on from there.
const types = [];
for (let position = 0, page = null; !page || position < page.head;) {
  const path = `/services/journal/events?from=${position}&limit=50&after=${after}`;
  page = (await call('GET', path)).data;
  const own = page.events.filter(one => one.event.subject === number);
  types.push(...own.map(one => one.event.type));
  position = page.next;
}

// 7 等推送到来，然后删除登记。The webhook's message; then it is removed.
if (hook) {
  const late = setTimeout(() => { throw new Error('no message came'); }, 60_000);
  while (!events.some(event => event.subject === number)) await new Promise(done => { more = done; });
  clearTimeout(late);
  await call('DELETE', `/webhooks/${hook}`, { token: HOOK_TOKEN });
  server.close();
  server.closeAllConnections?.();
}
console.log(JSON.stringify({ case: number, events: types, webhook: hook }));
