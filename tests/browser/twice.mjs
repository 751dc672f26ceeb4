// Two people at the same case, a double click, a form that is sent again, the way back, a session that ended while
// somebody typed: nothing is done twice, nothing that was typed is lost.

import { execFileSync } from 'node:child_process';
import { end, given, picture, problem, signIn, start, windowOf } from './browser.mjs';

const { clerk, officer, colleague } = given.people;
const browser = await start();

async function window(person, options) {
  const context = await windowOf(browser, options);
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}

function wanted(where, what, got, want) {
  if (got !== want) { problem(where, `${what}: ${got}, not ${want}`); }
}

/** How many cases of this telephone there are: by keyed hash, so that nothing of the log is read. */
async function count(page, phone) {
  const answer = await page.request.post('/api/v1/persons/find', { data: { phone } });
  return (await answer.json()).cases.length;
}

async function fill(page, { name, phone, summary = '' }) {
  await page.goto('/cases/new');
  await page.check('input[name=item][value="legal-aid"]');
  await page.selectOption('#topic', 'legal-aid/labour-pay');
  await page.fill('#name', name);
  await page.fill('#phone', phone);
  await page.fill('#summary', summary);
}

/** Time passes: every session of somebody is over. */
function expire(person) {
  const work = 'import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute("UPDATE session SET seen_at = 0 WHERE staff = ?", [sys.argv[2]]); db.commit()';
  execFileSync('python3', ['-c', work, given.accounts, person.staff]);
}

/** Waits for an address. Of a double click the second request ends the first one's navigation, which is no failure. */
async function arrive(page, address) {
  const late = Date.now() + 30_000;
  while (!address.test(page.url()) && Date.now() < late) { await page.waitForTimeout(50); }
  if (!address.test(page.url())) { throw new Error(`at ${page.url()}, not at ${address}`); }
  await page.waitForLoadState();
}

const submit = 'button[value=submit]';
const number = (page) => page.url().match(/\/cases\/([^/]+)\//)?.[1];

// A double click, with a script that stops it and without one.
for (const script of [true, false]) {
  const where = script ? 'double click' : 'double click without a script';
  const phone = script ? '13900000001' : '13900000002';
  const page = await window(clerk, { script });
  await fill(page, { name: '岩双', phone });
  await page.dblclick(submit);
  await arrive(page, /\/receipt/);
  wanted(where, 'cases', await count(page, phone), 1);

  // Back: a fresh form, for another citizen; or, where a browser kept it, the form that leads to the same case.
  const first = number(page);
  await page.goBack();
  await page.locator(submit).waitFor();
  const kept = await page.inputValue('#name') !== '';
  await page.click(submit);
  await page.waitForLoadState();
  wanted(`${where}, back`, 'cases', await count(page, phone), 1);
  if (kept && !(await page.content()).includes(first)) { problem(`${where}, back`, 'it does not lead to the case that there is'); }
  if (!kept) { await page.locator('#problems').waitFor(); }
  await page.context().close();
}

// A form that a proxy or a browser sends twice, byte for byte.
{
  const page = await window(clerk);
  await fill(page, { name: '岩再', phone: '13900000003', summary: '工地欠薪' });
  const form = await page.evaluate(() => {
    const form = document.querySelector('form.intake');
    const data = new URLSearchParams(new FormData(form));
    data.set('do', 'submit');
    return data.toString();
  });
  const send = () => page.request.post('/cases/new', {
    data: form, maxRedirects: 0,
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: given.address },
  });
  const [one, two] = [await send(), await send()];
  wanted('replayed', 'status', `${one.status()} ${two.status()}`, '303 303');
  const to = (answer) => answer.headers().location.split('?')[0];
  wanted('replayed', 'where it leads', to(two), to(one));
  wanted('replayed', 'cases', await count(page, '13900000003'), 1);

  // The same again, before anything is sent: it may have been taken down already.
  await fill(page, { name: '岩再', phone: '13900000003', summary: '同一件事' });
  await page.locator('#summary').blur();
  // What it answers to the name alone may come first.
  const near = page.locator('#suggest [aria-labelledby="near-title"]');
  await near.filter({ hasText: '电话相同' }).waitFor().catch(async () => {
    problem('near', `does not say why: ${(await near.allInnerTexts()).join(' ')}`);
  });
  await picture(page, 'near');
  await page.context().close();
}

// A decision that is left half typed is there again, for who typed it, until it is sent or dropped.
{
  const where = 'draft of a decision';
  const page = await window(clerk);
  await fill(page, { name: '岩稿', phone: '13900000009' });
  await page.click(submit);
  await arrive(page, /\/receipt/);
  const act = `/cases/${number(page)}/do/intake/notify-once`;
  const paper = 'form.move input[name="f.missing"]';
  await page.goto(act);
  await page.locator(paper).first().check();
  const saved = page.waitForResponse((answer) => answer.url().includes('/draft/intake/notify-once') && answer.ok());
  await page.locator(paper).first().blur();
  await saved;
  await page.goto('/today');
  const kept = page.locator('#today-drafts li', { has: page.locator(`a[href="${act}"]`) });
  wanted(where, 'cases named beside it', await kept.locator('.case-name').count(), 1);
  await kept.locator('a').click();
  await page.waitForURL((url) => url.pathname === act);
  wanted(where, 'it is there again', await page.locator(paper).first().isChecked(), true);
  if (!(await page.locator('main').innerText()).includes('已恢复您')) { problem(where, 'it does not say that it was restored'); }
  await page.click('form.move button.main');
  await page.waitForURL((url) => !url.pathname.includes('/do/'));
  await page.goto(act);
  if ((await page.locator('main').innerText()).includes('已恢复您')) { problem(where, 'what was sent is still a draft'); }
  await page.context().close();
}

// A decision while the workbench is away: it is said that nothing was sent, what was chosen stays, and the same form is sent again.
{
  const where = 'the workbench is away';
  const page = await window(clerk);
  await fill(page, { name: '岩断', phone: '13900000010' });
  await page.click(submit);
  await arrive(page, /\/receipt/);
  const act = `/cases/${number(page)}/do/intake/notify-once`;
  await page.route('**/live', (route) => route.abort());
  await page.route('**/healthz', (route) => route.abort());
  await page.goto(act);
  await page.waitForFunction(() => document.body.dataset.connected === 'no');
  const [paper, key] = [page.locator('form.move input[name="f.missing"]').first(), page.locator('form.move input[name=key]')];
  const first = await key.inputValue();
  const saved = page.waitForResponse((answer) => answer.url().includes('/draft/intake/notify-once') && answer.ok());
  await paper.check();
  await page.click('form.move button.main');
  await saved;
  const again = page.locator('form.move [data-unsent] button');
  await again.waitFor();
  const told = await page.locator('form.move [data-unsent]').innerText();
  if (!told.includes('没有送出') || !told.includes('再次提交')) { problem(where, `it says: ${told}`); }
  wanted(where, 'what was chosen is there', await paper.isChecked(), true);
  wanted(where, 'the key of the form', await key.inputValue(), first);
  await picture(page, 'unsent');
  await page.unroute('**/healthz');
  await again.click();
  await page.waitForURL((url) => !url.pathname.includes('/do/'));
  // Where the workbench lists what is not sent, it is there no more.
  await page.goto('/today');
  wanted(where, 'drafts of what was sent', await page.locator(`#today-drafts a[href="${act}"]`).count(), 0);
  await page.context().close();
}

// A session that ends while somebody types, with and without a script.
for (const script of [true, false]) {
  const where = script ? 'session ended' : 'session ended without a script';
  const phone = script ? '13900000004' : '13900000005';
  const page = await window(clerk, { script });
  await fill(page, { name: '玉罕', phone, summary: '丈夫拖欠抚养费，已有半年' });
  expire(clerk);
  await page.click(submit);
  await page.locator('#password').waitFor();
  await picture(page, `${script ? 'again' : 'again-without-a-script'}`);
  await page.fill('#staff', clerk.staff);
  await page.fill('#password', clerk.password);
  await page.click('main button.main');
  await page.waitForURL((url) => url.pathname.startsWith('/unsent/'));
  // Nothing was sent by itself.
  wanted(where, 'cases before it is sent', await count(page, phone), 0);
  await page.locator('main button.main').click();
  await page.waitForURL(/\/receipt/);
  wanted(where, 'cases', await count(page, phone), 1);
  const id = number(page);
  await page.goto(`/cases/${id}/person`);
  await page.click('main button.main');
  if (!(await page.locator('#people').innerText()).includes('丈夫拖欠抚养费，已有半年')) { problem(where, 'what was typed is lost'); }
  await page.context().close();
}

// What comes in is told of, and no row moves before somebody wants it to.
{
  const [desk, window_] = [await window(officer), await window(clerk)];
  await desk.goto('/worklist');
  const rows = () => desk.locator('tr[data-case]').evaluateAll((all) => all.map((row) => row.dataset.case).join());
  const before = await rows();
  await fill(window_, { name: '岩新', phone: '13900000006' });
  await window_.click(submit);
  await window_.waitForURL(/\/receipt/);
  const began = Date.now();
  await desk.locator('[data-news] button').waitFor({ timeout: 10_000 });
  console.log(`a new offer is told of ${Date.now() - began} ms after its receipt`);
  wanted('live', 'rows before they are shown', await rows(), before);
  await picture(desk, 'news');
  await desk.click('[data-news] button');
  await desk.waitForLoadState();
  if (await desk.locator(`main a[href="/cases/${number(window_)}"]`).count() === 0) { problem('live', 'the new offer is not on the list'); }
  await desk.context().close();
  await window_.context().close();
}

// Two colleagues at one offer: the row of one turns grey and says who; a decision on what was seen before is
// told who was first, with what was typed.
{
  const [one, other, third] = [await window(officer), await window(colleague), await window(colleague)];
  await other.goto('/worklist');
  const row = other.locator('tr[data-case]', { has: other.locator(`a[href="/cases/${given.open}"]`) });
  await row.waitFor();
  await third.goto(`/cases/${given.open}/do/referral/decline`);
  await third.check('form.move [name="f.reason"][value="no-capacity"]');
  await one.goto(`/cases/${given.open}/do/referral/accept`);
  await one.click('form.move button.main');
  await one.waitForURL((url) => !url.pathname.includes('/do/'));
  await other.locator('tr.gone', { hasText: '王敏' }).waitFor({ timeout: 5_000 });
  wanted('live', 'buttons that still work', await row.locator('button:not([disabled])').count(), 0);
  await picture(other, 'taken');

  await third.click('form.move button.main');
  await third.locator('#problems').waitFor();
  const told = await third.locator('#problems').innerText();
  if (!told.includes('王敏')) { problem('two people', `it does not say who was first: ${told}`); }
  if (!(await third.isChecked('form.move [name="f.reason"][value="no-capacity"]'))) { problem('two people', 'what was chosen is lost'); }
  await picture(third, 'too-late');
}
await browser.close();
end();
