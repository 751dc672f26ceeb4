// Every page, as usual and in elders' mode, in both languages, at 200 % and on a small screen: axe-core finds
// nothing, letters and targets are large enough, Tab reaches everything, nothing is cut off.

import { breaksLongWords, end, given, keyboard, measure, picture, problem, reflows, scan, screens, signIn, start, windowOf } from './browser.mjs';

const { clerk, officer, supervisor, administrator } = given.people;
const { case: number, open, working } = given;
/** Bytes of the page that shows every part. */
const HEAVIEST = 60 * 1024;

/** Whose page, what it is called, where it is, and what is pressed there. Without a person: a citizen's. */
const PAGES = [
  [null, 'front', '/'],
  [null, 'sign-in', '/sign-in'],
  [null, 'places', '/places?at=530821'],
  [null, 'places-of-a-matter', '/places?at=530827&matter=legal-aid.labour-pay'],
  [null, 'coverage', '/coverage?within=5308'],
  [null, 'coverage-sites', '/coverage/sites?within=5308&tier=village&state=operating'],
  [null, 'due', '/due?step=legal-aid.review&at=532801&from=2025-04-07T09:00'],
  [null, 'track', '/track'],
  [null, 'api', '/api'],
  [null, 'api-reference', '/api/reference'],
  [clerk, 'today', '/today'],
  [clerk, 'new-case', '/cases/new'],
  [clerk, 'receipt', `/cases/${number}/receipt`],
  [clerk, 'files', `/cases/${open}/files`],
  [clerk, 'person', `/cases/${open}/person`],
  [clerk, 'person-opened', `/cases/${open}/person`, 'main button.main'],
  [clerk, 'new-case-refused', '/cases/new', 'button[value=submit]'],
  [clerk, 'correct', `/cases/${open}/correct`],
  [clerk, 'correct-opened', `/cases/${open}/correct`, 'button[value=open]'],
  [clerk, 'readings', `/cases/${open}/readings`],
  [clerk, 'home-visit', `/cases/${open}/do/intake/note-home-visit`],
  [clerk, 'papers', `/cases/${open}/papers`],
  [clerk, 'materials', `/cases/${open}/do/intake/receive-material`],
  [clerk, 'search', '/search'],
  [clerk, 'cases-of-a-window', '/cases'],
  [clerk, 'help', '/help'],
  [clerk, 'design', '/design'],
  [clerk, 'design-step', '/design?step=6'],
  [clerk, 'late-entries', '/late-entries'],
  [clerk, 'account', '/account'],
  [clerk, 'second-factor', '/account/second-factor'],
  [officer, 'worklist', '/worklist'],
  [officer, 'case', `/cases/${number}`],
  [officer, 'case-then', `/cases/${number}?step=5&show=all`],
  [officer, 'accept', `/cases/${open}/do/referral/accept`],
  [officer, 'decline', `/cases/${open}/do/referral/decline`],
  [officer, 'integrity', `/cases/${number}/integrity`],
  [supervisor, 'to-decide', '/'],
  [supervisor, 'timeliness', '/timeliness'],
  [supervisor, 'cases', '/cases'],
  [supervisor, 'year', '/timeliness/year'],
  [supervisor, 'year-by-day', '/timeliness/year?by=day'],
  [supervisor, 'load', '/timeliness/load'],
  [supervisor, 'requests-to-confirm', '/staff/requests'],
  [supervisor, 'erasures', '/erasures'],
  [supervisor, 'event-requests', '/event-requests'],
  [supervisor, 'supervise', `/cases/${open}/do/referral/supervise`],
  [supervisor, 'audit', '/audit?staff=zhang-li'],
  [supervisor, 'case-audit', `/cases/${open}/audit`],
  [supervisor, 'changes', '/places/changes?at=530821&do=set-hours'],
  [supervisor, 'changes-refused', '/places/changes?at=530821&do=set-duty', 'form.move button.main'],
  [supervisor, 'changes-limit', '/places/changes?at=530821&do=set-limit', 'form.move button.main'],
  [supervisor, 'changes-papers', '/places/changes?at=530821&do=set-papers'],
  [supervisor, 'changes-confirm', '/places/changes?at=530821&do=confirm-entry'],
  [supervisor, 'site-files', '/places/files?at=530821'],
  [supervisor, 'changes-waiting', '/places/waiting'],
  [supervisor, 'coverage-late', '/coverage/sites?within=5308&tier=township&state=stale'],
  [administrator, 'staff', '/staff'],
  [administrator, 'staff-import', '/staff/import'],
  [administrator, 'staff-import-refused', '/staff/import', 'form.move button.main'],
  [administrator, 'staff-change', '/staff?edit=wang-min'],
  [administrator, 'requests-of-two', '/staff/requests'],
  [clerk, 'not-there', '/no-such-page'],
];

// The arguments name the manners to try: usual, elder, en, 200, small.
const wantedManners = process.argv.slice(2);
const MANNERS = [
  { name: '', },
  { name: '-elder', elder: true },
  { name: '-en', locale: 'en-GB' },
  { name: '-200', viewport: { width: 640, height: 450 } },
].filter((manner) => wantedManners.includes(manner.name.slice(1) || 'usual'));

const browser = await start();
let [rules, count] = [0, 0];
for (const manner of MANNERS) {
  const contexts = new Map();
  const pageOf = async (person) => {
    const key = person?.staff ?? '';
    if (!contexts.has(key)) {
      const context = await windowOf(browser, { ...manner, scan: true });
      const page = await context.newPage();
      const elder = manner.elder ? 'elder' : '';
      const language = manner.locale ? 'en' : 'zh-CN';
      await context.addCookies([{ name: 'onestop-look', value: `${language}.${elder}`, url: given.address }]);
      if (person) { await signIn(page, person); }
      contexts.set(key, page);
    }
    return contexts.get(key);
  };
  // Besides, every decision that is offered: each has a page made of its command.
  const decisions = [];
  for (const [person, number] of [[clerk, open], [officer, working], [supervisor, working]]) {
    const page = await pageOf(person);
    await page.goto(`/cases/${number}`);
    const offered = await page.locator('[aria-labelledby="actions-title"] a[href*="/do/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    if (offered.length === 0) { problem(`decisions${manner.name}`, `none are offered to ${person.staff}`); }
    for (const path of offered) { decisions.push([person, path.split('/do/')[1].replace('/', '-'), path]); }
  }
  count = PAGES.length + decisions.length;
  for (const [person, name, path, press] of [...PAGES, ...decisions]) {
    const page = await pageOf(person);
    const where = `${name}${manner.name}`;
    const answer = await page.goto(path);
    const wanted = name === 'not-there' ? 404 : 200;
    if (answer.status() !== wanted) { problem(where, `answers ${answer.status()}`); continue; }
    if (name.startsWith('design')) {
      const weight = (await answer.body()).length;
      if (weight > HEAVIEST) { problem(where, `weighs ${weight} bytes`); }
    }
    if (press) {
      await page.click(press);
      await page.waitForLoadState();
      const said = await page.textContent('main');
      if (/所填内容|what was filled in/.test(said)) { problem(where, 'an error does not name its field'); }
      const silent = page.locator('main .field.bad:not([aria-describedby$="-wrong"]):not(:has([aria-describedby$="-wrong"]))');
      for (const field of await silent.allInnerTexts()) { problem(where, `a reader hears no error at ${field.slice(0, 20)}`); }
    }
    rules = Math.max(rules, await scan(page, where, manner));
    await measure(page, where, manner);
    if (manner.name !== '-en') { await reflows(page, where); }
    if (['', '-elder'].includes(manner.name)) { await screens(page, where); }
    if (manner.name === '' && !path.includes('/do/')) { await keyboard(page, where); }
    await picture(page, where);
    if (name === 'year') {
      const newest = await page.locator('table.short tbody th').last().textContent();
      const first = await page.locator('table.heat thead th').nth(1).textContent();
      if (first !== newest) { problem(where, `the table of heat begins with ${first}, not with ${newest}`); }
    }
    if (manner.name === '') { await breaksLongWords(page, where); }
  }
  for (const page of contexts.values()) { await page.context().close(); }
}

// A screen of 320 CSS pixels, and one from right to left.
for (const person of wantedManners.includes('small') ? [clerk, officer, supervisor] : []) {
  const context = await windowOf(browser, { viewport: { width: 320, height: 640 } });
  const page = await context.newPage();
  await signIn(page, person);
  for (const [, name, path] of PAGES.filter(([whose]) => whose === person)) {
    await page.goto(path);
    await reflows(page, `${name}-320`);
    await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    await reflows(page, `${name}-320-rtl`);
    if (['worklist', 'case', 'new-case', 'timeliness'].includes(name)) { await picture(page, `${name}-320`); }
  }
  await context.close();
}
await browser.close();
console.log(`${count} pages, ${MANNERS.length} manners, ${rules} rules`);
end();
