// The case file on the screen that offices have: what matters stands on it without scrolling, the journey is drawn, a
// step is told to those who do not see it, and the past is shown as the past, its head included.

import { end, given, oneLine, picture, problem, scan, signIn, start, windowOf } from './browser.mjs';

const { clerk, officer } = given.people;
const OFFICE = { width: 1366, height: 768 };

/** What is partly below the first screen. */
async function below(page, selectors) {
  return page.evaluate(([all, height]) => all.filter((one) => {
    const element = document.querySelector(one);
    return !element || element.getBoundingClientRect().bottom > height;
  }), [selectors, OFFICE.height]);
}

const browser = await start();
const context = await windowOf(browser, { viewport: OFFICE, scan: true });
const page = await context.newPage();
await signIn(page, officer);

// A case that is being worked, on the first screen.
await page.goto(`/cases/${given.working}`);
await oneLine(page, 'head');
const hidden = await below(page, ['h1', '.clockbars li', '.act-card a.main', '.swim-names :nth-last-child(1 of .lane)',
  '.swim svg', '.player .range input']);
if (hidden.length > 0) { problem('first screen', `one scrolls to ${hidden.join(', ')}`); }
const facts = await page.locator('.casehead').innerText();
if (!/承办/.test(facts) || !/起/.test(facts)) { problem('head', `who has it since when? ${facts}`); }
if (!/至 \d{4}年/.test(await page.locator('.clockbars').innerText())) { problem('head', 'the last day is not said'); }
const boxes = (one) => one.evaluate(() => ['.act-card', '.casehead'].map((part) => document.querySelector(part).getBoundingClientRect().toJSON()));
{
  const [card, head] = await boxes(page);
  if (card.left < head.right) { problem('acts', 'they do not stand beside the file'); }
  if (!/至 \d{4}年/.test(await page.locator('.act-card .awaited').innerText())) { problem('acts', 'the last day is not said'); }
  const buttons = await page.locator('.act-card .button').count();
  if (buttons > 4) { problem('acts', `${buttons} buttons are not one act and a few beside it`); }
  await page.locator('.act-card summary').click();
  if (await page.locator('.act-card h3').count() === 0) { problem('acts', 'the others are not in groups'); }
  await page.locator('.act-card summary').click();
}
await picture(page, 'working');
// Opening it again records that it was read; the step that is told stays the last act.
await page.goto(`/cases/${given.working}`);
const told = await page.locator('#now-title').innerText();
if (/查阅|计时/.test(told)) { problem('step', `not an act, but '${told}'`); }
await page.close();

// Its receipt, printed again: a unit has it, and none is looked for any more.
const paper = await context.newPage();
await paper.goto(`/cases/${given.working}/receipt`);
const next = await paper.locator('.receipt-facts').innerText();
if (next.includes('正在为您联系承办单位')) { problem('receipt', `a unit is looked for: ${next}`); }
await oneLine(paper, 'receipt');
await paper.setViewportSize({ width: 390, height: 844 });
await oneLine(paper, 'receipt on a telephone');
await paper.close();

// The whole journey of one that has ended.
const file = await context.newPage();
await file.goto(`/cases/${given.case}`);
const drawn = (selector) => file.locator(`.swim-scroll ${selector}`).count();
for (const [what, selector, least] of [['lanes', 'rect.plain, .swim-scroll rect.shade', 2], ['custody', 'rect.held', 3],
  ['offers', '.arrow.open', 1], ['handoffs', '.arrow.moved', 2], ['clocks', 'rect.time', 1]]) {
  const count = await drawn(selector);
  if (count < least) { problem('swimlane', `${count} ${what}, not ${least} or more`); }
}
// Every step of the picture is in the table, and leads to the same place.
const links = (selector) => file.locator(selector).evaluateAll((all) => all.map((one) => one.getAttribute('href')));
const [picked, tabled] = [await links('.swim-scroll a'), await links('.lanes thead a')];
if (picked.length < 6 || picked.join() !== tabled.join()) { problem('swimlane', `${picked} is not ${tabled}`); }
await picture(file, 'ended');

// By keys: the step is announced, named in the title, and keeps the focus.
const first = file.locator('.swim-scroll a').first();
await first.focus();
await file.keyboard.press('Enter');
await file.waitForURL((url) => url.searchParams.get('step') === '1');
await file.waitForFunction(() => document.querySelector('[data-said]').textContent.includes('第1步'));
if (!(await file.title()).includes('第1步')) { problem('title', await file.title()); }
if (!(await file.evaluate(() => document.activeElement.id === 'lane-1'))) { problem('focus', 'it is lost with a step'); }
await file.evaluate(() => document.activeElement.blur());
await file.keyboard.press('ArrowRight');
await file.waitForURL((url) => Number(url.searchParams.get('step')) > 1);

// Three presses while the first step is still on its way go three steps.
await file.goto(picked[0]);
await file.evaluate(() => {
  for (const _ of [1, 2, 3]) { document.querySelector('#replay a[data-key="ArrowRight"][href]').click(); }
});
await file.waitForURL((url) => url.searchParams.get('step') === new URL(picked[3], url).searchParams.get('step'));

// The head is that of the moment: the window had the case before anybody took it.
await file.goto(`/cases/${given.case}?step=2`);
const head = await file.locator('.casehead').innerText();
if (!head.includes('新塘村') || head.includes('已归档')) { problem('past', `the head is of today: ${head}`); }
if (await file.locator('[aria-labelledby="actions-title"]').count() > 0) { problem('past', 'something can be done in it'); }
await scan(file, 'past');
await picture(file, 'past');
await file.emulateMedia({ media: 'print' });
if (!(await file.locator('.swim svg').first().isVisible())) { problem('print', 'the journey is not on paper'); }
// On a sheet of A4: the head of each page, the journey in pieces or with the table of its lanes, and nothing beyond the edge.
await file.setViewportSize({ width: 794, height: 1123 });
const onPaper = await file.evaluate(() => {
  const [head, lanes] = [document.querySelector('.paper-head'), document.querySelector('table.lanes')];
  const pieces = [...document.querySelectorAll('.swim-pieces svg')].filter((one) => one.checkVisibility());
  const ends = [lanes, ...pieces].map((one) => one.getBoundingClientRect().right);
  const edge = document.querySelector('main').getBoundingClientRect().right;
  return { display: getComputedStyle(head).display, text: head.innerText, shown: lanes.checkVisibility() || pieces.length > 1, beyond: Math.round(Math.max(...ends) - edge) };
});
if (onPaper.display !== 'table-header-group' || !onPaper.text.includes('〔')) { problem('print', `the head of its pages: ${onPaper.text}`); }
if (!onPaper.shown) { problem('print', 'neither pieces of the journey nor the table of its lanes are on paper'); }
if (onPaper.beyond > 1) { problem('print', `columns end ${onPaper.beyond} px beyond the paper`); }
await picture(file, 'print');

// On a telephone, and for a window of the village.
const small = await windowOf(browser, { viewport: { width: 390, height: 844 } });
const phone = await small.newPage();
await signIn(phone, clerk);
await phone.goto(`/cases/${given.case}`);
await oneLine(phone, 'head on a telephone');
await picture(phone, 'telephone');
await phone.goto(`/cases/${given.open}`);
{
  const [card, head] = await boxes(phone);
  if (card.top < head.bottom) { problem('telephone', 'the acts are not below the head'); }
}
await picture(phone, 'telephone-acts');
await browser.close();
end();
