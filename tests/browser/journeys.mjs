// The first five journeys, as people in windows of their own: by mouse, by keys alone, and without a script.

import { end, given, picture, problem, signIn, start, windowOf } from './browser.mjs';
import { Keys, Mouse } from './hands.mjs';

/** What a practised clerk may need for an ordinary case: presses (letters included), and fields. */
const BUDGET = { keys: 140, fields: 6 };

/** An office gives each number once. */
let certificates = 0;

/** One person in one window. */
class Person {
  constructor(page, hand) { this.page = page; this.hand = hand; }

  static async at(browser, person, manner) {
    const context = await windowOf(browser, { script: manner.script });
    const page = await context.newPage();
    await signIn(page, person);
    const hand = manner.keys ? new Keys(page) : new Mouse(page);
    return new Person(page, hand);
  }

  /** Opens a case; its number, from the address of the receipt. */
  async open({ item, topic, place, name, phone, summary, request }) {
    const { page, hand } = this;
    await page.goto('/cases/new');
    const before = hand.done;
    let fields = 0;
    const field = async (work) => { fields += 1; await work; };
    await field(hand.tick(page.locator(`input[name=item][value="${item}"]`)));
    await field(hand.choose(page.locator('#topic'), `${item}/${topic}`));
    if (place) { await field(hand.write(page.locator('#place'), place)); }
    await field(hand.write(page.locator('#name'), name));
    if (phone) { await field(hand.write(page.locator('#phone'), phone)); }
    if (summary) { await field(hand.write(page.locator('#summary'), summary)); }
    if (request) { await hand.tick(page.locator(`input[name=request][value="${request}"]`)); }
    await this.send(page.locator('button[value=submit]'));
    await page.waitForURL(/\/cases\/[^/]+\/receipt/);
    this.opened = { keys: hand.done - before, fields };
    return page.url().match(/\/cases\/([^/]+)\//)[1];
  }

  /** Sends a form: by keys, with the keys that do so where a script helps. */
  async send(button) {
    if (this.hand instanceof Keys) {
      await this.hand.key('Control+Enter');
      return;
    }
    await this.hand.press(button);
  }

  /** Carries out a move on its own page, as soon as it can be made. */
  async move(number, service, command, fields = {}) {
    const { page, hand } = this;
    const address = `/cases/${number}/do/${service}/${command}`;
    for (let count = 0; ; count += 1) {
      await page.goto(address);
      if (await page.locator('form.move').count() > 0) { break; }
      if (count > 60) { throw new Error(`${service} ${command} cannot be done on ${number}`); }
      await page.waitForTimeout(150);
    }
    for (const [name, value] of Object.entries(fields)) {
      const id = `f.${name}`;
      const tick = page.locator(`form.move [name="${id}"][value="${value}"]`);
      if (await tick.count() > 0) { await hand.tick(tick.first()); } else { await hand.write(page.locator(`form.move [name="${id}"]`), value); }
    }
    await this.send(page.locator('form.move button.main'));
    await page.waitForURL((url) => !url.pathname.includes('/do/'));
  }

  /** Puts right what was taken down: it is opened first, which is recorded. */
  async correct(number, name) {
    const { page, hand } = this;
    await page.goto(`/cases/${number}/correct`);
    await hand.press(page.locator('button[value=open]'));
    await page.locator('#name').waitFor();
    await hand.tick(page.locator('input[name=reason][value="document-seen"]'));
    await hand.write(page.locator('#name'), name);
    await this.send(page.locator('button[value=send]'));
    await page.waitForURL((url) => url.search.includes('done='));
  }

  /** What a page says; waits until it says so, for what is heard from another service. */
  async sees(address, text) {
    for (let count = 0; ; count += 1) {
      await this.page.goto(address);
      if ((await this.page.locator('main').innerText()).includes(text)) { return; }
      if (count > 60) { throw new Error(`${address} does not say ${text}`); }
      await this.page.waitForTimeout(150);
    }
  }

  /** Waits until a list has a case. */
  async lists(address, number) {
    const link = this.page.locator(`main a[href="/cases/${number}"]`).first();
    for (let count = 0; ; count += 1) {
      await this.page.goto(address);
      if (await link.count() > 0) { return; }
      if (count > 60) { throw new Error(`${address} does not list ${number}`); }
      await this.page.waitForTimeout(150);
    }
  }

  async close() { await this.page.context().close(); }
}

const MANNERS = [
  { name: 'mouse', script: true, keys: false },
  { name: 'keys', script: true, keys: true },
  { name: 'no-script', script: false, keys: false },
];

const browser = await start();
const { people } = given;

async function wages(clerk, officer, supervisor, manner) {
  const number = await clerk.open({
    item: 'legal-aid', topic: 'labour-pay', name: '岩温', phone: '13800138000', summary: '工地欠薪三个月',
  });
  await picture(clerk.page, `1-receipt-${manner.name}`);
  await officer.lists('/worklist', number);
  await picture(officer.page, `1-worklist-${manner.name}`);
  await clerk.sees(`/cases/${number}`, '已转办，待签收');
  await officer.move(number, 'referral', 'accept');
  // Every page says the same of it.
  for (const page of [`/cases/${number}`, '/today']) { await clerk.sees(page, '承办单位办理中'); }
  await officer.sees(`/cases/${number}/do/legal-aid/determine-means`, '承办单位办理中（');
  await officer.move(number, 'legal-aid', 'determine-means', { means: 'exempt', exempt_group: 'migrant-worker', evidence: '工资卡流水' });
  await officer.move(number, 'legal-aid', 'grant');
  await officer.move(number, 'legal-aid', 'assign', { firm: '云南某某律师事务所', licence: '15308202010123456' });
  await officer.move(number, 'legal-aid', 'contract', { agreement: '2026-17' });
  await officer.move(number, 'legal-aid', 'conclude');
  await clerk.lists('/worklist?tab=to-close', number);
  await clerk.page.goto(`/cases/${number}`);
  const wanted = await clerk.page.locator('.act-card a.button.main').innerText();
  if (wanted !== '办结') { problem('1', `the main act of a case whose result is back is ${wanted}`); }
  await clerk.move(number, 'intake', 'rate', { grade: 'very-satisfied' });
  await clerk.move(number, 'intake', 'close');
  await clerk.move(number, 'intake', 'archive');
  // The unit still owes its file: its list counts it, the case says so and offers it first, until it is handed in.
  await officer.lists('/worklist?tab=after-close', number);
  await officer.sees(`/cases/${number}`, '承办单位还须提交卷宗');
  const owed = await officer.page.locator('.act-card a.button.main').innerText();
  if (owed !== '提交卷宗') { problem('1', `the main act of an archived case whose file is owed is ${owed}`); }
  await officer.move(number, 'legal-aid', 'submit-file', { file: '2026-17' });
  await supervisor.sees(`/cases/${number}`, '归档');
  if (/剩\d+天/.test(await supervisor.page.locator('.casehead .facts').innerText())) { problem('1', 'an archived case counts its days down'); }
  if (await supervisor.page.locator('.act-card a.button.main').count() > 0) { problem('1', 'an archived case waits for something'); }
  await picture(supervisor.page, `1-case-${manner.name}`);
  await supervisor.page.goto(`/cases/${number}?step=5`);
  if (!(await supervisor.page.locator('main').innerText()).includes('正在查看历史时刻')) { problem('1', 'the past does not say that it is past'); }
  if (await supervisor.page.locator('a[href*="/do/"]').count() > 0) { problem('1', 'the past offers something to do'); }
  await picture(supervisor.page, `1-step-5-${manner.name}`);
}

async function papersMissing(clerk, notary, manner) {
  const number = await clerk.open({ item: 'notarization', topic: 'inheritance-real-estate', name: '李玉兰' });
  await notary.move(number, 'referral', 'accept');
  await notary.move(number, 'notarization', 'request-supplement', { missing: 'property-title' });
  await notary.lists('/worklist?tab=waiting-for-papers', number);
  // The window hears of it: in its day, on the case with the act that it waits for, on paper.
  await clerk.lists('/worklist?tab=papers-missing', number);
  await clerk.page.goto('/today');
  const section = clerk.page.locator('section').filter({ hasText: '材料待补' });
  const told = await section.innerText();
  if (await section.locator(`a[href="/cases/${number}"]`).count() === 0 || !told.includes('不动产')) { problem('2', `the day says of the papers: ${told}`); }
  await clerk.page.goto(`/cases/${number}`);
  const main = await clerk.page.locator('.act-card a.button.main').innerText();
  if (main !== '接收材料') { problem('2', `the main act of a case without its papers is ${main}`); }
  await clerk.sees(`/cases/${number}/papers`, '不动产');
  await clerk.move(number, 'intake', 'receive-material', { materials: 'property-title' });
  await notary.move(number, 'notarization', 'tell-consequences');
  await notary.move(number, 'notarization', 'accept');
  await notary.move(number, 'notarization', 'issue', { certificate: `(2026)宁证字第${++certificates}号` });
  await clerk.lists('/worklist?tab=to-close', number);
  await clerk.move(number, 'intake', 'close');
  await clerk.sees(`/cases/${number}`, '办结');
  await picture(clerk.page, `2-case-${manner.name}`);
}

async function wrongDoor(clerk, officer, prefecture, simao, manner) {
  const number = await clerk.open({ item: 'legal-aid', topic: 'injury', name: '刀玉' });
  await officer.move(number, 'referral', 'decline', { reason: 'not-in-jurisdiction' });
  await prefecture.move(number, 'referral', 'accept');
  await prefecture.move(number, 'referral', 'return', { reason: 'not-in-jurisdiction', belongs_to: '530802' });
  await simao.move(number, 'referral', 'accept');
  await simao.sees(`/cases/${number}`, '思茅区法律援助中心');
  await picture(simao.page, `3-case-${manner.name}`);
}

async function atTheWindow(clerk, manner) {
  const number = await clerk.open({ item: 'consultation', topic: 'labour', name: '普三', request: 'answer' });
  await clerk.correct(number, '普山');
  await clerk.sees(`/cases/${number}`, '更正');
  await clerk.move(number, 'intake', 'answer', { answer: '可以申请劳动仲裁，时效一年。' });
  await clerk.move(number, 'intake', 'close');
  await clerk.sees(`/cases/${number}`, '办结');
  await picture(clerk.page, `4-case-${manner.name}`);
}

async function changedMind(clerk, officer, manner) {
  const number = await clerk.open({ item: 'legal-aid', topic: 'labour-pay', name: '岩温' });
  await officer.lists('/worklist', number);
  // The officer has the page open; the citizen changes their mind; the officer is told who was first.
  await officer.page.goto(`/cases/${number}/do/referral/accept`);
  await clerk.move(number, 'intake', 'withdraw');
  await officer.send(officer.page.locator('form.move button.main'));
  await officer.page.waitForLoadState();
  await officer.page.locator('#problems').waitFor();
  await picture(officer.page, `5-too-late-${manner.name}`);
  await clerk.sees(`/cases/${number}`, '撤回');
}

for (const manner of MANNERS) {
  const all = {};
  for (const [called, person] of Object.entries(people)) {
    if (!['administrator', 'mediator', 'colleague', 'county', 'auditor'].includes(called)) { all[called] = await Person.at(browser, person, manner); }
  }
  const { clerk, officer, notary, supervisor, prefecture, simao } = all;
  const walk = async (name, journey) => {
    try { await journey; console.log(`${manner.name}: ${name}`); } catch (error) {
      problem(`${name} (${manner.name})`, error.message.split('\n')[0]);
      for (const [called, one] of Object.entries(all)) { await picture(one.page, `failed-${name}-${manner.name}-${called}`); }
    }
  };
  await walk('1-wages', wages(clerk, officer, supervisor, manner));
  if (manner.keys && clerk.opened) {
    const { keys, fields } = clerk.opened;
    console.log(`an ordinary case: ${keys} presses, ${fields} fields`);
    if (keys > BUDGET.keys) { problem('1-wages', `an ordinary case takes ${keys} presses; ${BUDGET.keys} are the budget`); }
    if (fields > BUDGET.fields) { problem('1-wages', `an ordinary case takes ${fields} fields; ${BUDGET.fields} are the budget`); }
  }
  await walk('2-papers-missing', papersMissing(clerk, notary, manner));
  await walk('3-wrong-door', wrongDoor(clerk, officer, prefecture, simao, manner));
  await walk('4-at-the-window', atTheWindow(clerk, manner));
  await walk('5-changed-mind', changedMind(clerk, officer, manner));
  for (const one of Object.values(all)) { await one.close(); }
}
await browser.close();
end();
