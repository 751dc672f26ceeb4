// What people type, say and scan is understood, and what they need is seen: a place in the clerk's own words, a code in
// full width, a scanned receipt, a case found by name and telephone, people who ask together, needs in every row.

import { end, given, measure, picture, problem, reflows, scan, signIn, start, windowOf } from './browser.mjs';

const { clerk, officer, supervisor } = given.people;
const browser = await start();

async function window(person, options) {
  const context = await windowOf(browser, options);
  const page = await context.newPage();
  if (person) { await signIn(page, person); }
  return page;
}

function wanted(where, what, got, want) {
  if (got !== want) { problem(where, `${what}: ${got}, not ${want}`); }
}

async function says(page, where, text) {
  const said = await page.locator('main').innerText();
  if (!said.includes(text)) { problem(where, `does not say ${text}`); }
}

/** The registration, filled in but for what a walk is about. */
async function begin(page, { name, topic = 'legal-aid/labour-pay' }) {
  await page.goto('/cases/new');
  await page.check(`input[name=item][value="${topic.split('/')[0]}"]`);
  await page.selectOption('#topic', topic);
  await page.fill('#name', name);
}

const submit = 'button[value=submit]';
const numberOf = (page) => page.url().match(/\/cases\/([^/]+)\//)?.[1];

/** Registers it; its number. */
async function register(page) {
  await page.click(submit);
  await page.waitForURL(/\/receipt/);
  return numberOf(page);
}

/** Looks until a list shows a case: what one service decided is heard by another a moment later. */
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
  for (let count = 0; count < 60; count += 1) {
    await page.goto(address);
    if (await page.locator(`main a[href="/cases/${number}"]`).count() > 0) { return; }
    await page.waitForTimeout(150);
  }
  problem(address, `never lists ${number}`);
}

/** Searches from wherever the page is, by the keys of everywhere. */
async function search(page, text, keys = '/') {
  await page.keyboard.press(keys);
  await page.keyboard.type(text);
  const moved = page.waitForEvent('framenavigated');
  await page.keyboard.press('Enter');
  await moved;
  await page.waitForLoadState();
}

// 1. The place: the own village by any of its names, a chain of names, and a question before anything far away.
{
  const where = 'places';
  const page = await window(clerk, { script: false });
  for (const place of ['新塘村委会', '新塘社区', '新塘', '宁洱县宁洱镇新塘村', '普洱市宁洱县宁洱镇新塘村民委员会']) {
    await begin(page, { name: '岩罕' });
    await page.fill('#place', place);
    await page.click('button[value=suggest]');
    await page.waitForLoadState();
    if (await page.locator('#suggest .chosen').count() === 0) { problem(where, `${place} leads to no unit`); }
  }
  await begin(page, { name: '岩罕' });
  await page.fill('#place', '鱼新塘村');
  await page.click(submit);
  await page.locator('#place_pick').waitFor();
  if (page.url().includes('/receipt')) { problem(where, 'a place far away is taken without asking'); }
  await picture(page, 'place-far');
  await page.context().close();
}

// 2. The receipt: scanned, typed in capitals and in full width; one day on both papers.
{
  const where = 'receipt';
  const page = await window(clerk);
  await begin(page, { name: '岩罕' });
  const number = await register(page);
  const code = await page.locator('.receipt-facts .big').nth(1).innerText();
  const scanned = (await page.locator('.qr figcaption .small').innerText()).trim();
  const day = (await page.locator('.receipt').innerText()).match(/预计最迟答复\s*(\d+年\d+月\d+日)（服务承诺/)?.[1];
  if (!day) { problem(where, 'the receipt does not name the day that the bureau promises'); }
  const printed = await page.locator('.receipt-facts').innerText();
  for (const part of ['岩罕', '怎样查询进度']) { if (!printed.includes(part)) { problem(where, `no ${part}: ${printed}`); } }
  await page.context().close();

  const citizen = await window(null);
  await citizen.goto(scanned);
  wanted(where, 'the scanned number', await citizen.inputValue('#number'), number);
  wanted(where, 'the scanned code', await citizen.inputValue('#code'), code);
  if (citizen.url().includes('#')) { problem(where, 'the code stays in the address'); }
  await citizen.click('main button.main');
  await citizen.waitForLoadState();
  await says(citizen, where, `承诺 ${day} 前答复`);

  const wide = (text) => [...text].map((sign) => (sign === '-' ? '—' : String.fromCharCode(sign.charCodeAt(0) + 0xFEE0))).join('');
  for (const type of [(text) => text.toUpperCase(), (text) => text.replaceAll('-', ''), (text) => text.replaceAll('-', ' '), wide]) {
    await citizen.goto('/track');
    await citizen.fill('#number', type(number));
    await citizen.fill('#code', type(code));
    await citizen.click('main button.main');
    await citizen.waitForLoadState();
    await says(citizen, `${where} typed ${type(number)}`, '现由');
  }
  // One sign is copied wrong: the check sign finds it, and the citizen hears that.
  await citizen.goto('/track');
  await citizen.fill('#number', number);
  await citizen.fill('#code', (code[0] === '2' ? '3' : '2') + code.slice(1));
  await citizen.click('main button.main');
  await citizen.waitForLoadState();
  await says(citizen, `${where} copied wrong`, '可能抄错了一位');
  await citizen.context().close();
}

// 3. What the citizen needs stands in the clerk's and the officer's rows, and in the head of the case.
{
  const where = 'needs';
  const page = await window(clerk);
  await begin(page, { name: '娜海' });
  for (const box of ['urgent', 'home_visit', 'interpreter']) { await page.check(`input[name=${box}]`); }
  await page.check('input[name=care][value=elderly]');
  await page.selectOption('#language-spoken', 'bulang');
  const number = await register(page);
  const words = ['紧急', '布朗语', '翻译', '上门', '老年人'];
  for (const [person, address] of [[page, '/today'], [page, '/cases'], [await window(officer), '/worklist']]) {
    await listed(person, address, number);
    const row = person.locator(`tr:has(a[href="/cases/${number}"])`).first();
    const said = await row.textContent();
    for (const word of words) {
      if (!said.includes(word)) { problem(`${where} ${address}`, `the row does not say ${word}`); }
    }
    await picture(person, `needs-${address.slice(1)}`);
    // In elders' mode too, the signs lie beside the next cell, not over it.
    await person.evaluate(() => document.documentElement.classList.add('elder'));
    const over = await row.locator('.needs').first().evaluate((needs) => {
      const cell = needs.closest('td').getBoundingClientRect();
      const next = needs.closest('td').nextElementSibling.getBoundingClientRect();
      // In a card the next one may lie below.
      return next.top < cell.bottom ? needs.getBoundingClientRect().right - next.left : 0;
    });
    if (over > 0.5) { problem(`${where} ${address}`, `the signs lie ${over} px over the next cell`); }
    await picture(person, `needs-${address.slice(1)}-elder`);
    if (person !== page) { await person.context().close(); }
  }
  await page.goto(`/cases/${number}`);
  for (const word of words) { await says(page, `${where} head`, word); }
  await page.context().close();
}

// 4. A case is found by what its people say of themselves, from every page, by keys; and says where it was hit.
{
  const where = 'search';
  const page = await window(clerk);
  await begin(page, { name: '玉应罕' });
  await page.fill('#phone', '13987650001');
  await page.selectOption('#document_kind', 'identity-card');
  await page.fill('#document_number', '11010519491231002X');
  await page.fill('#place', '宁洱镇');
  const number = await register(page);
  await listed(page, '/cases', number);
  const link = page.locator(`main a[href="/cases/${number}"]`);
  for (const [text, hit] of [['玉应罕', '姓名相同'], ['玉英罕', '姓名相近'], ['139 8765 0001', '电话相同'], ['11010519491231002x', '证件号码相同'], ['讨薪', '事项'], ['宁洱镇', '地点'], [number.split('-').slice(1).join('-'), '编号']]) {
    await page.goto('/places');
    await search(page, text);
    await link.first().waitFor().catch(() => problem(where, `${text} does not find it`));
    await says(page, `${where} ${text}`, hit);
    if (page.url().includes(encodeURIComponent(text))) { problem(where, 'what was typed stands in the address'); }
  }
  await picture(page, 'search');
  await page.goto(`/cases/${number}/readings`);
  await says(page, where, '凭证件号码查找');
  // A whole number leads to the case, also out of a field.
  await page.goto('/cases/new');
  await page.focus('#summary');
  await search(page, number.toUpperCase().replaceAll('-', ' '), 'Control+K');
  await page.waitForURL((url) => url.pathname === `/cases/${number}`);
  // So do its official form and the code for the telephone, as its head has them, and an address with either.
  const head = await page.locator('.casehead h1').innerText();
  const official = head.match(/\S+〔\d{4}〕\d{4}-\d{3}号/)?.[0] ?? '';
  const code = head.match(/\d{3} \d{3} \d{3}/)?.[0] ?? '';
  for (const name of [official, official.replace('〔', '［').replace('〕', '］').replace('号', ''), code, code.replaceAll(' ', '')]) {
    await page.goto('/places');
    await search(page, name);
    await page.waitForURL((url) => url.pathname === `/cases/${number}`).catch(() => problem(where, `'${name}' does not lead to it`));
    await page.goto(`/cases/${encodeURIComponent(name)}/receipt`);
    if (new URL(page.url()).pathname !== `/cases/${number}/receipt`) { problem(where, `the address with '${name}' leads to ${page.url()}`); }
  }
  await search(page, '？！');
  await says(page, where, '没有找到');
  if (await page.locator('nav a[href="/cases"]').count() === 0) { problem(where, 'a clerk has no 案件'); }
  await page.context().close();

  // A supervisor says why; without a script the same field is there.
  const other = await window(supervisor, { script: false });
  await other.goto('/cases');
  await other.fill('#search-all', '11010519491231002X');
  await other.press('#search-all', 'Enter');
  await other.waitForLoadState();
  await says(other, where, '请写明查阅理由');
  await other.fill('#reason', '督办核查');
  await other.click('main button.main');
  await other.waitForLoadState();
  if (await other.locator(`main a[href="/cases/${number}"]`).count() === 0) { problem(where, 'the supervisor does not find it'); }
  await other.context().close();

  const scanned = await window(clerk, { scan: true });
  await scanned.goto('/search');
  await search(scanned, '玉应罕');
  await scan(scanned, where);
  await measure(scanned, where);
  await scanned.setViewportSize({ width: 320, height: 640 });
  await reflows(scanned, `${where}-320`);
  await scanned.context().close();
}

// 5. People who ask together: a row each, more on demand, nothing dropped, added later; two who correct at once.
{
  const where = 'together';
  const page = await window(clerk, { script: false });
  await begin(page, { name: '张三' });
  await page.click('details:has(#other-0-name) > summary');
  await page.fill('#other-0-name', '李四');
  await page.fill('#other-0-phone', '13987650002');
  await page.fill('#other-1-phone', '13987650003');
  await page.click('button[value=row]');
  await page.locator('#other-3-name').waitFor();
  wanted(where, 'the row before', await page.inputValue('#other-1-phone'), '13987650003');
  await page.fill('#respondent-0-name', '李岩');
  await page.fill('#respondent-0-phone', '13987650009');
  await page.fill('#respondent-0-address', '勐梭村三组');
  await page.click('button[value=respondent-row]');
  await page.locator('#respondent-1-name').waitFor();
  wanted(where, 'the other party', await page.inputValue('#respondent-0-address'), '勐梭村三组');
  await page.click(submit);
  await page.locator('#problems').waitFor();
  await says(page, where, '填写申请人3的姓名');
  await page.fill('#other-1-name', '王五');
  const number = await register(page);

  const read = async () => {
    await page.goto(`/cases/${number}/person`);
    await page.click('main button.main');
    await page.waitForLoadState();
    return page.locator('main').innerText();
  };
  const taken = await read();
  for (const text of ['张三', '李四', '13987650002', '王五', '13987650003', '李岩', '13987650009', '勐梭村三组']) {
    if (!taken.includes(text)) { problem(where, `${text} was dropped`); }
  }
  // Two open the correction; the second to send it sees what the first changed, and loses nothing.
  const open = async (other) => {
    await other.goto(`/cases/${number}/correct`);
    await other.click('button[value=open]');
    await other.locator('#name').waitFor();
    await other.check('input[name=reason][value=citizen-asked]');
  };
  const second = await window(clerk, { script: false });
  await open(page);
  await open(second);
  await page.fill('#other-2-name', '赵六');
  await page.click('button[value=send]');
  await page.waitForURL((url) => url.search.includes('done='));
  await second.fill('#other-2-name', '钱七');
  await second.fill('#phone', '13987650004');
  await second.check('input[name=interpreter]');
  await second.selectOption('#language-spoken', 'dai');
  await second.click('button[value=send]');
  await second.locator('#problems').waitFor();
  await says(second, where, '另一人更正了本案');
  await picture(second, 'corrected-by-another');
  await second.click('button[value=send]');
  await second.waitForURL((url) => url.search.includes('done='));
  const after = await read();
  for (const text of ['张三', '13987650004', '李四', '王五', '赵六', '钱七']) {
    if (!after.includes(text)) { problem(where, `${text} was lost by two corrections`); }
  }
  await until(page, `/cases/${number}`, '需要翻译');
  await second.context().close();

  // A form that is refused still says who has been here before.
  await begin(page, { name: '张三' });
  await page.fill('#phone', '13987650004');
  await page.click('details:has(#other-0-name) > summary');
  await page.fill('#other-0-phone', '13987650007');
  for (let count = 0; count < 40; count += 1) {
    await page.click(submit);
    await page.locator('#problems').waitFor();
    if ((await page.locator('#suggest').innerText()).includes('可能已登记过')) { break; }
    await page.waitForTimeout(150);
  }
  await says(page, `${where} again`, '可能已登记过');
  await page.context().close();
}

// 6. Lists: at least twelve rows of one line on an office's screen, and cards on a telephone.
{
  const where = 'lists';
  const page = await window(officer, { viewport: { width: 1366, height: 768 } });
  await page.goto('/worklist');
  const top = await page.locator('[data-rows] tbody tr').first().evaluate((row) => [row.getBoundingClientRect().top, row.getBoundingClientRect().height]);
  const rows = Math.floor((768 - top[0]) / top[1]);
  if (rows < 12) { problem(where, `${rows} rows fit on 1366 × 768 (the first at ${top[0]} px, ${top[1]} px high)`); }
  await picture(page, 'worklist-1366');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/worklist');
  const narrow = await page.locator('[data-rows] tbody td').evaluateAll((all) => all.filter((cell) => cell.getBoundingClientRect().width < 120 && cell.textContent.trim()).length);
  if (narrow > 0) { problem(where, `${narrow} cells are narrower than 120 px on a telephone`); }
  await reflows(page, where);
  await picture(page, 'worklist-390');
  await page.context().close();
}

// 7. Who came in person is chosen by role, number and name.
{
  const where = 'person';
  const page = await window(clerk, { script: false });
  await begin(page, { name: '李玉兰', topic: 'notarization/inheritance-real-estate' });
  await page.click('details:has(#other-0-name) > summary');
  await page.fill('#other-0-name', '李玉梅');
  const number = await register(page);
  await page.context().close();
  const office = await window(given.people.notary, { script: false });
  const form = async (command) => {
    for (let count = 0; count < 60; count += 1) {
      await office.goto(`/cases/${number}/do/${command}`);
      if (await office.locator('form.move').count() > 0) { return; }
      await office.waitForTimeout(150);
    }
    problem(where, `${command} is never offered`);
  };
  const send = async () => {
    await office.click('form.move button.main');
    await office.waitForURL((url) => url.search.includes('done='));
  };
  await form('referral/accept');
  await send();
  await form('notarization/appear-in-person');
  await says(office, where, '申请人1 李玉兰');
  await says(office, where, '申请人2 李玉梅');
  await picture(office, 'person-chosen');
  await office.check('input[name="f.person"][value="applicant/2"]');
  await send();
  await until(office, `/cases/${number}`, '申请人2');
  await office.context().close();
}

// 8. Who is where stands in words, for staff and supervisors as for citizens: no id of a site or a unit.
for (const person of [null, clerk, supervisor]) {
  const page = await window(person, { script: false });
  for (const address of ['/places?at=530821', '/places?at=530821&matter=legal-aid.labour-pay', '/coverage/sites?within=5308&tier=village']) {
    await page.goto(address);
    const id = (await page.locator('main').innerText()).match(/\bs[0-9a-z]{8}(\.[a-z-]+)?\b/);
    if (id) { problem(`ids at ${address}`, `${person?.name ?? 'a citizen'} reads ${id[0]}`); }
  }
  await page.context().close();
}

// A draft stands behind what waits, and is dropped after a question.
{
  const where = 'drafts';
  const page = await window(clerk);
  await begin(page, { name: '刀岩罕' });
  await page.click('button[value=save]');
  await page.waitForURL(/draft=/);
  await page.goto('/today');
  const draft = page.locator('#today-drafts li', { hasText: '刀岩罕' });
  if (await page.locator('#today-drafts ~ section').count() > 0) { problem(where, 'they stand before what waits'); }
  if (await draft.locator('button').isVisible()) { problem(where, 'one press drops what was typed'); }
  await draft.locator('summary').click();
  await draft.locator('button').click();
  await page.waitForLoadState();
  wanted(where, 'drafts of the dropped one', await draft.count(), 0);
  await page.context().close();
}

await browser.close();
end();
