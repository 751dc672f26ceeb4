// Signing in and the ten main acts by keys alone, from registering a case to closing it: no mouse and no address typed. Every press counts,
// letters included, and every field that is filled in; what an act may take is a budget.

import { end, given, problem, start, windowOf } from './browser.mjs';
import { Keys } from './hands.mjs';

/** Presses and fields that an act may take. */
const BUDGET = {
  'sign in': { presses: 45, fields: 2 },
  'new case': { presses: 60, fields: 5 },
  find: { presses: 26, fields: 1 },
  refer: { presses: 16, fields: 0 },
  accept: { presses: 6, fields: 0 },
  decline: { presses: 65, fields: 2 },
  'ask for papers': { presses: 55, fields: 2 },
  'note papers': { presses: 60, fields: 2 },
  'decide and complete': { presses: 85, fields: 2 },
  rate: { presses: 45, fields: 2 },
  close: { presses: 14, fields: 0 },
};

const browser = await start();
const counted = [];

/** One person at one keyboard. */
class Desk {
  constructor(page) { this.page = page; this.keys = new Keys(page); }

  static async open() {
    const context = await windowOf(browser);
    return new Desk(await context.newPage());
  }

  /** Counts what an act takes. */
  async act(name, work) {
    const { done, fields } = this.keys;
    await work();
    counted.push([name, { presses: this.keys.done - done, fields: this.keys.fields - fields }]);
  }

  /** Presses a key that leads to another page. */
  async leave(key, wanted) {
    const moved = this.page.waitForEvent('framenavigated');
    await this.keys.key(key);
    await moved;
    await this.page.waitForURL(wanted);
    await this.page.waitForLoadState();
  }

  async signIn(person) {
    const { page, keys } = this;
    await page.goto('/sign-in');
    await keys.skip();
    await keys.write(page.locator('#staff'), person.staff);
    await keys.write(page.locator('#password'), person.password);
    await this.leave('Enter', (url) => !url.pathname.startsWith('/sign-in'));
  }

  /** Goes back to the page where a clerk begins. */
  async signedIn() { await this.page.goto('/today'); }

  /** Registers a case that the window keeps for now; its number. */
  async register() {
    const { page, keys } = this;
    await this.leave('n', '**/cases/new');
    const item = page.locator('input[name=item][value=notarization]');
    keys.fields += 1;
    await keys.key(await item.getAttribute('data-digit'));
    await keys.choose(page.locator('#topic'), 'notarization/inheritance-real-estate');
    await keys.write(page.locator('#name'), '李玉兰');
    await keys.write(page.locator('#phone'), '13800138001');
    await keys.tick(page.locator('input[name=request][value=answer]'));
    await this.leave('Control+Enter', '**/receipt*');
    return this.page.url().match(/\/cases\/([^/]+)\//)[1];
  }

  /** Finds a case from any page. */
  async find(number) {
    await this.keys.key('/');
    this.keys.fields += 1;
    await this.keys.type(number);
    await this.leave('Enter', (url) => decodeURIComponent(url.pathname) === `/cases/${number}`);
  }

  /** Opens the form of a command from the case file, as soon as it is offered: what another service decides comes later. */
  async choose(command) {
    const { page, keys } = this;
    const link = page.locator(`[aria-labelledby="actions-title"] a[href$="/do/${command}"]`);
    await this.until(link);
    await keys.skip();
    if (!(await link.isVisible())) { await keys.press(page.locator('.act-card summary')); }
    await keys.reach(link);
    await this.leave('Enter', (url) => url.pathname.endsWith(`/do/${command}`));
  }

  async send() {
    await this.leave('Control+Enter', (url) => !url.pathname.includes('/do/'));
  }

  /** Reloads until something is there. */
  async until(target) {
    for (let count = 0; await target.count() === 0; count += 1) {
      if (count > 60) { throw new Error(`${this.page.url()} never shows ${target}`); }
      await this.page.waitForTimeout(150);
      await this.page.reload();
    }
  }
}

const field = (desk, name, value) => desk.page.locator(`form.move [name="f.${name}"][value="${value}"]`).first();

async function walk() {
  const [clerk, notary] = [await Desk.open(), await Desk.open()];
  await clerk.act('sign in', () => clerk.signIn(given.people.clerk));
  await notary.signIn(given.people.notary);
  let number = '';
  await clerk.act('new case', async () => { number = await clerk.register(); });
  await clerk.act('find', () => clerk.find(number));
  await clerk.act('refer', async () => {
    await clerk.choose('intake/request-referral');
    await clerk.send();
  });
  const row = notary.page.locator(`tr[data-case]:has(a[href="/cases/${number}"])`);
  await notary.until(row);
  // The key of a binding act leads to its button, and does not press it.
  await notary.page.keyboard.press('t');
  const at = await notary.page.evaluate(() => document.activeElement.dataset.hotkey);
  if (at !== 't') { problem('take the next', `T leads to ${at}`); }
  await notary.act('accept', async () => {
    for (let count = 0; count < 20 && !(await row.evaluate((one) => one.classList.contains('at'))); count += 1) {
      await notary.keys.key('j');
    }
    await notary.keys.reach(row.locator('button.main'));
    await notary.keys.key('Enter');
    await notary.page.waitForURL((url) => url.search.includes('done='));
    await notary.page.waitForLoadState();
  });
  // A further case, which the notary does not take.
  await clerk.signedIn();
  const other = await clerk.register();
  await clerk.find(other);
  await clerk.choose('intake/request-referral');
  await clerk.send();
  await notary.page.goto('/worklist');
  await notary.until(notary.page.locator(`tr[data-case]:has(a[href="/cases/${other}"])`));
  await notary.act('decline', async () => {
    await notary.find(other);
    await notary.choose('referral/decline');
    await notary.keys.skip();
    await notary.keys.tick(field(notary, 'reason', 'no-capacity'));
    await notary.send();
  });
  await notary.act('ask for papers', async () => {
    await notary.find(number);
    await notary.choose('notarization/request-supplement');
    await notary.keys.skip();
    await notary.keys.tick(field(notary, 'missing', 'property-title'));
    await notary.send();
  });
  await clerk.act('note papers', async () => {
    await clerk.find(number);
    await clerk.choose('intake/receive-material');
    await clerk.keys.skip();
    await clerk.keys.tick(field(clerk, 'materials', 'property-title'));
    await clerk.send();
  });
  await notary.act('decide and complete', async () => {
    await notary.find(number);
    for (const command of ['tell-consequences', 'accept']) {
      await notary.choose(`notarization/${command}`);
      await notary.send();
    }
    await notary.choose('notarization/issue');
    await notary.keys.skip();
    await notary.keys.write(notary.page.locator('form.move [name="f.certificate"]'), '(2026)宁证字第1号');
    await notary.send();
  });
  await clerk.act('rate', async () => {
    await clerk.find(number);
    await clerk.choose('intake/rate');
    await clerk.keys.skip();
    await clerk.keys.tick(field(clerk, 'grade', 'very-satisfied'));
    await clerk.send();
  });
  await clerk.act('close', async () => {
    await clerk.choose('intake/close');
    await clerk.send();
  });
  await clerk.until(clerk.page.locator('.casehead .facts', { hasText: '办结' }));
}

try { await walk(); } catch (error) { problem(`after ${counted.length} acts`, error.message.split('\n')[0]); }
for (const [name, taken] of counted) {
  for (const [what, most] of Object.entries(BUDGET[name])) {
    console.log(`${name}: ${taken[what]} ${what} of ${most}`);
    if (taken[what] > most) { problem(name, `${taken[what]} ${what}; ${most} are the budget`); }
  }
}
const missing = Object.keys(BUDGET).filter((name) => !counted.some(([done]) => done === name));
if (missing.length > 0) { problem('by keys', `not done: ${missing.join(', ')}`); }
console.log(`all: ${counted.reduce((sum, [, taken]) => sum + taken.presses, 0)} presses`);
await browser.close();
end();
