// The days of eight people: what each of them has to get done, in their own words, on a fresh instance, without help. A
// clerk, an officer, a mediator, the supervisors of county and prefecture, an administrator, an auditor, and a citizen on a phone.

import { end, given, picture, problem, reflows, signIn, start, windowOf } from './browser.mjs';
import { Mouse } from './hands.mjs';

const { clerk, officer, mediator, county, supervisor, prefecture, administrator, auditor } = given.people;
const browser = await start();

/** What a clerk who has never seen it may need for a wage case of two, with an interpreter and a photo, and to find it again. */
const BUDGET = { presses: 16, fields: 9 };

async function window(person, options) {
  const context = await windowOf(browser, options);
  const page = await context.newPage();
  if (person) { await signIn(page, person); }
  return page;
}

async function says(page, where, text) {
  const said = await page.locator('main').innerText();
  if (!said.includes(text)) { problem(where, `does not say ${text}`); }
}

/** Looks until a page says something: what one service decided is heard by another a moment later. */
async function until(page, address, text) {
  for (let count = 0; count < 60; count += 1) {
    await page.goto(address);
    if ((await page.locator('main').innerText()).includes(text)) { return; }
    await page.waitForTimeout(150);
  }
  problem(address, `never says ${text}`);
}

/** Waits until a list has a case. */
async function listed(page, address, number) {
  const link = page.locator(`main a[href="/cases/${number}"]`).first();
  for (let count = 0; count < 60; count += 1) {
    await page.goto(address);
    if (await link.count() > 0) { return; }
    await page.waitForTimeout(150);
  }
  problem(address, `never lists ${number}`);
}

const numberOf = (page) => page.url().match(/\/cases\/([^/]+)\//)?.[1];

/** Registers a case; its number. */
async function register(page, { topic, name, phone = '', request = '', fill = async () => {} }) {
  await page.goto('/cases/new');
  await page.check(`input[name=item][value="${topic.split('/')[0]}"]`);
  await page.selectOption('#topic', topic);
  await page.fill('#name', name);
  await page.fill('#phone', phone);
  if (request) { await page.check(`input[name=request][value="${request}"]`); }
  await fill();
  await page.click('button[value=submit]');
  await page.waitForURL(/\/receipt/);
  return numberOf(page);
}

/** Fills in and sends the form of an act, as soon as it is offered. */
async function act(page, number, command, fields = {}) {
  for (let count = 0; ; count += 1) {
    await page.goto(`/cases/${number}/do/${command}`);
    if (await page.locator('form.move').count() > 0) { break; }
    if (count > 60) { throw new Error(`${command} is never offered on ${number}`); }
    await page.waitForTimeout(150);
  }
  await page.locator('form.move').evaluate((form) => form.querySelectorAll('details').forEach((more) => { more.open = true; }));
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`form.move [name="f.${name}"]`);
    const choice = page.locator(`form.move [name="f.${name}"][value="${value}"]`);
    const options = page.locator(`form.move select[name="f.${name}"] option`);
    if (await choice.count() > 0) { await choice.first().check(); } else if (await options.count() > 0) { await field.selectOption(await options.filter({ hasText: value }).first().getAttribute('value')); } else { await field.fill(value); }
  }
  await page.click('form.move button.main');
  await page.waitForURL((url) => !url.pathname.includes('/do/'));
}

/** Days from today, as people write them. */
function dayIn(days) {
  const day = new Date(Date.now() + days * 86_400_000);
  return `${day.getFullYear()}年${day.getMonth() + 1}月${day.getDate()}日`;
}

/** One person's day; what stops it is told, and the others go on. */
async function day(who, work) {
  try { await work(); } catch (error) { problem(who, error.message.split('\n')[0]); }
}

// 1. A clerk who has never seen it: a wage case of two people, with an interpreter and a photo; found again by telephone; the
//    papers that are missing are heard of.
await day('a new clerk', async () => {
  const where = 'a new clerk';
  const page = await window(clerk);
  const hand = new Mouse(page);
  let fields = 0;
  const field = async (work) => { fields += 1; await work; };
  await page.goto('/cases/new');
  await field(hand.tick(page.locator('input[name=item][value="legal-aid"]')));
  await field(hand.choose(page.locator('#topic'), 'legal-aid/labour-pay'));
  await field(hand.write(page.locator('#name'), '岩温'));
  await field(hand.write(page.locator('#phone'), '13987651001'));
  await field(hand.tick(page.locator('input[name=interpreter]')));
  await field(hand.choose(page.locator('#language-spoken'), 'lahu'));
  await hand.press(page.locator('details:has(#other-0-name) > summary'));
  await field(hand.write(page.locator('#other-0-name'), '玉香'));
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  hand.done += 1;
  await field(page.setInputFiles('#photos', { name: '欠条.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') }));
  await field(hand.choose(page.locator('#photos-kind'), 'arrears-note'));
  await hand.press(page.locator('button[value=submit]'));
  await page.waitForURL(/\/receipt/);
  const number = numberOf(page);
  // Found again by the telephone alone.
  await listed(page, '/cases', number);
  await page.goto('/today');
  await page.keyboard.press('/');
  hand.done += 1;
  const search = page.locator(':focus');
  await hand.write(search, '139 8765 1001');
  const moved = page.waitForEvent('framenavigated');
  await page.keyboard.press('Enter');
  hand.done += 1;
  await moved;
  await page.waitForLoadState();
  await hand.press(page.locator(`main a[href="/cases/${number}"]`).first());
  await page.waitForURL((url) => url.pathname === `/cases/${number}`);
  for (const word of ['讲拉祜语', '需要翻译']) { await says(page, where, word); }
  console.log(`${where}: ${hand.done} presses of ${BUDGET.presses}, ${fields} fields of ${BUDGET.fields}`);
  if (hand.done > BUDGET.presses) { problem(where, `${hand.done} presses; ${BUDGET.presses} are the budget`); }
  if (fields > BUDGET.fields) { problem(where, `${fields} fields; ${BUDGET.fields} are the budget`); }

  const office = await window(officer);
  await act(office, number, 'referral/accept');
  await act(office, number, 'legal-aid/request-supplement', { missing: 'labour-contract', last_day: dayIn(20), 'remarks.labour-contract': '复印件即可' });
  await office.context().close();
  await listed(page, '/worklist?tab=papers-missing', number);
  await page.goto('/today');
  const papers = page.locator('section').filter({ hasText: '材料待补' });
  if (!(await papers.innerText()).includes('劳动合同')) { problem(where, 'the day does not say which papers are missing'); }
  await picture(page, 'new-clerk');
  await page.context().close();
});

// 2. The clerk: a question is answered at the window without a choice; needs are met or declined; two registrations become one.
await day('the clerk', async () => {
  const where = 'the clerk';
  const page = await window(clerk, { script: false });
  await page.goto('/cases/new');
  await page.check('input[name=item][value=consultation]');
  await page.selectOption('#topic', 'consultation/labour');
  await page.click('button[value=suggest]');
  await page.waitForLoadState();
  await says(page, where, '建议由本窗口直接答复');
  await page.fill('#name', '普三');
  await page.click('button[value=submit]');
  await page.waitForURL(/\/receipt/);
  const asked = numberOf(page);
  if (await page.locator(`a[href="/cases/${asked}/do/intake/answer"]`).count() === 0) { problem(where, 'a question to the window was referred'); }
  await page.context().close();

  const desk = await window(clerk);
  const visited = await register(desk, { topic: 'legal-aid/labour-pay', name: '娜海', request: 'answer', fill: async () => {
    for (const box of ['home_visit', 'interpreter']) { await desk.check(`input[name=${box}]`); }
    await desk.selectOption('#language-spoken', 'lahu');
  } });
  await act(desk, visited, 'intake/note-home-visit', { purpose: 'material', on: dayIn(0), address: '勐梭村三组', outcome: 'done' });
  await act(desk, visited, 'intake/settle-need', { need: 'interpreter', how: 'declined' });
  await until(desk, `/cases/${visited}`, '需要翻译（群众表示不需要');
  await says(desk, where, '需要上门服务（已落实，由本单位人员提供');
  await desk.goto(`/cases/${visited}/person`);
  await desk.click('main button.main');
  await desk.waitForLoadState();
  await says(desk, where, '勐梭村三组');

  const first = await register(desk, { topic: 'legal-aid/injury', name: '岩罕', phone: '13987651002', request: 'answer' });
  const again = await register(desk, { topic: 'legal-aid/injury', name: '岩罕', phone: '13987651002', request: 'answer' });
  await act(desk, again, 'intake/merge', { into: first, reason: 'duplicate' });
  await until(desk, `/cases/${first}`, '并入本案的案件');
  if (await desk.locator(`main a[href="/cases/${again}"]`).count() === 0) { problem(where, 'the case that goes on does not lead to the other'); }
  await picture(desk, 'merged');
  await desk.context().close();
});

// 3. The citizen on a phone: which papers are wanted, what to mind, until when, and something to print.
await day('the citizen', async () => {
  const where = 'the citizen';
  const desk = await window(clerk);
  const number = await register(desk, { topic: 'legal-aid/labour-pay', name: '李扎拉', phone: '13987651003' });
  const code = await desk.locator('.receipt-facts .big').nth(1).innerText();
  await desk.context().close();
  const office = await window(officer);
  const lastDay = dayIn(20);
  await act(office, number, 'referral/accept');
  await act(office, number, 'legal-aid/request-supplement', { missing: 'labour-contract', last_day: lastDay, 'remarks.labour-contract': '复印件即可' });
  await office.context().close();
  const phone = await window(null, { viewport: { width: 390, height: 844 } });
  for (let count = 0; count < 60; count += 1) {
    await phone.goto('/track');
    await phone.fill('#number', number);
    await phone.fill('#code', code);
    await phone.click('main button.main');
    await phone.waitForLoadState();
    if ((await phone.locator('main').innerText()).includes('劳动合同')) { break; }
    await phone.waitForTimeout(150);
  }
  for (const text of ['劳动合同', '复印件即可']) { await says(phone, where, text); }
  // A last day that is a day off gives way to the next that is none.
  const shown = await phone.locator('main').innerText();
  const lastDays = Array.from({ length: 12 }, (_, more) => dayIn(20 + more));
  if (!lastDays.some((one) => shown.includes(one))) { problem(where, `the last day is not shown: ${shown}`); }
  if (!(await phone.locator('[data-print]').isVisible())) { problem(where, 'there is nothing to print'); }
  await reflows(phone, where);
  await picture(phone, 'citizen');
  await phone.context().close();
});

// 4. The supervisors: what waits for a decision is the first thing that they see, counted, with its clock; those of the county,
//    whom it does not concern, have nothing there.
await day('the supervisors', async () => {
  const where = 'the supervisors';
  const desk = await window(clerk);
  const number = await register(desk, { topic: 'legal-aid/labour-pay', name: '罗三' });
  await desk.context().close();
  const office = await window(officer);
  await act(office, number, 'referral/decline', { reason: 'not-in-jurisdiction' });
  await office.context().close();
  const above = await window(prefecture);
  await act(above, number, 'referral/dispute', { reason: 'not-ours', why: '用工地在宁洱县' });
  await above.context().close();
  const page = await window(supervisor);
  await listed(page, '/', number);
  const first = page.locator('.tabs a').first();
  if (!/待我决定\s*[1-9]/.test(await first.innerText())) { problem(where, `the first part is ${await first.innerText()}`); }
  const row = page.locator(`tr:has(a[href="/cases/${number}"])`).first();
  if (!/[○▲■]/.test(await row.innerText())) { problem(where, 'the row of a dispute has no clock'); }
  const count = page.locator('header.shell [data-waiting]').first();
  await count.waitFor({ state: 'visible' }).catch(() => problem(where, 'what waits is not counted in the menu'));
  await picture(page, 'to-decide');
  await act(page, number, 'referral/designate', { to: '法律援助中心', why: '用工地在宁洱县' });
  await page.context().close();
  const below = await window(county);
  await below.goto('/');
  if (await below.locator(`main a[href="/cases/${number}"]`).count() > 0) { problem(where, 'a county decides on what it has no part in'); }
  await below.goto('/timeliness');
  await says(below, where, '宁洱');
  // What rose, by weeks; and the cases behind a cell of the flow.
  await below.goto('/timeliness/year?by=week');
  if (await below.locator('.chart a circle.point').count() !== 36) { problem(where, 'the line of weeks has no twelve points for each of three'); }
  await below.goto('/timeliness/load');
  const cell = below.locator('table.flow td a').first();
  const cases = Number(await cell.innerText());
  await cell.click();
  await below.waitForURL((url) => url.pathname === '/cases' && url.searchParams.has('opened_in'));
  const unseen = Number((await below.locator('main').innerText()).match(/其中 (\d+) 件由其他地区/)?.[1] ?? 0);
  if (await below.locator('main tbody tr').count() + unseen !== cases) { problem(where, `${cases} cases of the flow are not behind their number`); }
  await below.context().close();
});

// 5. The mediator: the other side has a name, a telephone and an address.
await day('the mediator', async () => {
  const where = 'the mediator';
  const desk = await window(clerk);
  const number = await register(desk, { topic: 'mediation/land', name: '张三', fill: async () => {
    await desk.locator('form.intake details').evaluateAll((all) => all.forEach((more) => { more.open = true; }));
    await desk.fill('#respondent-0-name', '李岩');
    await desk.fill('#respondent-0-phone', '13987651009');
    await desk.fill('#respondent-0-address', '勐梭村五组');
  } });
  await desk.context().close();
  const office = await window(mediator);
  await act(office, number, 'referral/accept');
  await office.goto(`/cases/${number}/person`);
  await office.click('main button.main');
  await office.waitForLoadState();
  for (const text of ['李岩', '13987651009', '勐梭村五组']) { await says(office, where, text); }
  const people = await office.locator('#people').innerText();
  if (/申请人1/.test(people)) { problem(where, 'who asks alone has a number'); }
  await picture(office, 'mediator');
  await office.context().close();
});

// 6. The administrator: an account that exists is not overwritten, and is offered as a change; a sheet is checked first.
await day('the administrator', async () => {
  const where = 'the administrator';
  const page = await window(administrator);
  await page.goto('/staff');
  await page.fill('form[method="post"][action="/staff"] #id', officer.staff);
  await page.fill('form[method="post"][action="/staff"] #name', '别人');
  await page.click('form[method="post"][action="/staff"] button.main');
  await page.locator('#problems').waitFor();
  await says(page, where, `账号 ${officer.staff} 已有人使用`);
  if (await page.locator(`button[name=change][value="${officer.staff}"]`).count() === 0) { problem(where, 'the account is not offered as a change'); }
  await page.goto('/staff');
  await says(page, where, officer.name);
  await page.goto('/staff/import');
  const sheet = '账号,姓名,角色,单位\nzhou-mei,周梅,承办人,530821.legal-aid\nyan-sai,岩赛,承办人,530821.notarization\n';
  await page.setInputFiles('#file', { name: '人员.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) });
  await page.click('form.move button.main');
  await page.waitForLoadState();
  for (const text of ['可开设账号 1 个', '有错误 1 行', '周梅']) { await says(page, where, text); }
  if (await page.locator('a[href^="/staff/import/mend"]').count() === 0) { problem(where, 'there is no file to mend'); }
  await picture(page, 'administrator');
  await page.context().close();
});

// 7. The auditor: who opened what, by name.
await day('the auditor', async () => {
  const where = 'the auditor';
  const page = await window(auditor);
  await page.goto('/audit');
  await page.fill('#staff', clerk.name);
  await page.click('#filters button.main');
  await page.waitForLoadState();
  if (await page.locator('#staff').count() > 0 && await page.locator('main tbody tr').count() === 0) { await page.locator('main ul.list a').first().click(); await page.waitForLoadState(); }
  await says(page, where, clerk.name);
  if (await page.locator('main tbody tr').count() === 0) { problem(where, 'what the clerk opened is not listed'); }
  await picture(page, 'auditor');
  await page.context().close();
});

// 8. An officer who works elsewhere on the screen: the tab says that work has come, and by choice a notification and a sound.
await day('who works elsewhere', async () => {
  const where = 'who works elsewhere';
  const context = await windowOf(browser);
  await context.addInitScript(() => {
    globalThis.away = false;
    globalThis.told = [];
    globalThis.sounds = 0;
    Object.defineProperty(document, 'hidden', { get: () => globalThis.away });
    globalThis.Notification = class {
      static permission = 'granted';

      static requestPermission() { return Promise.resolve('granted'); }

      constructor(title) { globalThis.told.push(title); }

      close() {}
    };
    globalThis.AudioContext = class {
      currentTime = 0;

      destination = {};

      createOscillator() { return { frequency: {}, connect: (to) => to, start() { globalThis.sounds += 1; }, stop() {} }; }

      createGain() { return { gain: {}, connect: (to) => to }; }

      close() {}
    };
  });
  const page = await context.newPage();
  await signIn(page, officer);
  await page.goto('/help');
  await page.check('[data-notice=desktop]');
  await page.check('[data-notice=sound]');
  await page.waitForFunction(() => ['desktop', 'sound'].every((what) => localStorage.getItem(`notice-${what}`) === 'on'));
  await page.goto('/worklist');
  await page.waitForSelector('body[data-leads]');
  const turn = (away) => page.evaluate((left) => { globalThis.away = left; document.dispatchEvent(new Event('visibilitychange')); }, away);
  await turn(true);
  await page.waitForSelector('body[data-compared]');
  const desk = await window(clerk);
  await register(desk, { topic: 'legal-aid/labour-pay', name: '岩坎' });
  await page.waitForFunction(() => /^\(\d+\) /.test(document.title));
  const found = await page.evaluate(() => ({ told: globalThis.told, sounds: globalThis.sounds, icon: document.querySelector('link[rel=icon]').href }));
  if (!/^有 \d+ 件新的待办$/.test(found.told[0] ?? '')) { problem(where, `the notification says ${found.told[0]}`); }
  if (found.sounds === 0) { problem(where, 'nothing is heard'); }
  if (!/>\d+<\/text>/.test(decodeURIComponent(found.icon))) { problem(where, `the icon has no number: ${found.icon}`); }
  await turn(false);
  if (/^\(/.test(await page.title())) { problem(where, 'the number stays after the person has looked'); }
  await desk.context().close();
  await context.close();
});

await browser.close();
end();
