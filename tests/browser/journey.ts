// Takes a case from the window to its replay by types that were made of the OpenAPI document.
//
//     node journey.js http://127.0.0.1:8080 clerk-token officer-token

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { paths } from './onestop.js';

const [address, clerkToken, officerToken] = process.argv.slice(2);

/** Asks, and asks again with the same key as long as the answer is "later" with the seconds to wait. */
async function patient(request: Request): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(request.clone());
    const wait = response.headers.get('retry-after');
    if (wait === null || attempt === 10) { return response; }
    await pause(Number(wait) * 1000);
  }
}

function program(token: string | undefined) {
  const headers = { authorization: `Bearer ${token}` };
  return createClient<paths>({ baseUrl: `${address}/api/v1`, headers, fetch: patient });
}

/** What was answered; a refusal ends the journey with its sentence. */
function answered<T>(of: { data?: T; error?: unknown; response: Response }): T {
  if (of.data === undefined) { throw new Error(`${of.response.url}: ${JSON.stringify(of.error)}`); }
  return of.data;
}

/** Where a question must have read to, for what was done to be in its answer. */
function position(of: { response: Response }): string {
  return of.response.headers.get('position') ?? '';
}

const key = () => ({ 'Idempotency-Key': randomUUID() });
const [clerk, officer] = [program(clerkToken), program(officerToken)];

const opened = await clerk.POST('/cases', {
  params: { header: key() },
  body: {
    item: 'legal-aid', topic: 'labour-pay', place: '530821101201', channel: 'window', request: 'refer',
    applicant: { people: [{ name: '岩温', phone: '13800138000' }], summary: '工地欠薪三个月' },
  },
});
const path = { case: answered(opened).case };

const custody = await officer.GET('/cases/{case}/custody', { params: { path, query: { after: position(opened) } } });
const handoff = answered(custody).offer?.handoff;
if (!handoff) { throw new Error('nothing is offered'); }
const accepted = await officer.POST('/cases/{case}/referral/accept', { params: { path, header: key() }, body: { handoff } });
answered(accepted);
answered(await officer.GET('/cases/{case}/legal-aid/matter', { params: { path, query: { after: position(accepted) } } }));

answered(await officer.POST('/cases/{case}/legal-aid/determine-means', {
  params: { path, header: key() },
  body: { means: 'exempt', exempt_group: 'migrant-worker', evidence: '工资卡流水' },
}));
answered(await officer.POST('/cases/{case}/legal-aid/grant', { params: { path, header: key() }, body: {} }));
answered(await officer.POST('/cases/{case}/legal-aid/assign', {
  params: { path, header: key() },
  body: { firm: '云南某某律师事务所', licence: '15308202010123456' },
}));
answered(await officer.POST('/cases/{case}/legal-aid/contract', { params: { path, header: key() }, body: { agreement: '2026-17' } }));
answered(await officer.POST('/cases/{case}/legal-aid/conclude', { params: { path, header: key() }, body: {} }));

const late = Date.now() + 60_000;
while (!answered(await clerk.GET('/cases/{case}', { params: { path } })).available?.includes('close')) {
  if (Date.now() > late) { throw new Error('the result does not come back'); }
  await pause(50);
}
answered(await clerk.POST('/cases/{case}/intake/rate', { params: { path, header: key() }, body: { grade: 'very-satisfied' } }));
answered(await clerk.POST('/cases/{case}/intake/close', { params: { path, header: key() }, body: {} }));
const archived = await clerk.POST('/cases/{case}/intake/archive', { params: { path, header: key() }, body: {} });
answered(archived);
const replay = await clerk.GET('/cases/{case}/replay', { params: { path, query: { after: position(archived) } } });
console.log(JSON.stringify(answered(replay)));
