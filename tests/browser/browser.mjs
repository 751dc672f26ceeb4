// What all walks share: a browser, people who sign in, and what is measured on a page.

import { readFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** What the test that started us says: address, people, where pictures go. */
export const given = JSON.parse(process.env.TESTS_BROWSER);
export const problems = [];

mkdirSync(given.pictures, { recursive: true });

const AXE = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Fewer rules than this mean that a scan looked for nothing. */
const LEAST_RULES = 60;

export async function start() {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** A window of somebody's own. */
export async function windowOf(browser, options = {}) {
  const context = await browser.newContext({
    baseURL: options.address ?? given.address,
    locale: options.locale ?? 'zh-CN',
    viewport: options.viewport ?? { width: 1280, height: 900 },
    javaScriptEnabled: options.script ?? true,
    // The strict policy of our pages lets nobody add a script; the scan adds one.
    bypassCSP: options.scan ?? false,
    deviceScaleFactor: 1,
    reducedMotion: options.reducedMotion ?? null,
    forcedColors: options.forcedColors ?? null,
  });
  context.setDefaultTimeout(20_000);
  return context;
}

export async function signIn(page, person) {
  await page.goto('/sign-in');
  await page.fill('#staff', person.staff);
  await page.fill('#password', person.password);
  await page.click('main button.main');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

export function problem(where, what) {
  problems.push(`${where}: ${what}`);
}

/** axe-core on a page as it is; whatever it finds is a problem. */
export async function scan(page, where, { elder = false } = {}) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async ([tags, enhanced]) => {
    const rules = { 'color-contrast-enhanced': { enabled: enhanced } };
    // eslint-disable-next-line no-undef
    const result = await axe.run(document, { runOnly: { type: 'tag', values: tags }, rules });
    const told = (one) => `${one.id} (${one.nodes.map((node) => node.target.join(' ')).slice(0, 4).join('; ')})`;
    const ran = result.passes.length + result.violations.length + result.inapplicable.length + result.incomplete.length;
    return { ran, wrong: result.violations.map(told) };
  }, [TAGS, elder]);
  if (found.ran < LEAST_RULES) {
    problem(where, `only ${found.ran} rules ran`);
  }
  for (const wrong of found.wrong) {
    problem(where, wrong);
  }
  return found.ran;
}

/** Sizes of letters and of what can be pressed. */
export async function measure(page, where, { elder = false } = {}) {
  const wanted = elder ? { letters: 18, target: 44, main: 60 } : { letters: 16, target: 44, main: 44 };
  const small = await page.evaluate((wanted) => {
    const shown = (element) => {
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && style.display !== 'none';
    };
    const name = (element) => `${element.tagName.toLowerCase()} "${(element.textContent || element.value || '').trim().slice(0, 24)}"`;
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element || !shown(element) || element.closest('option, svg')) { continue; }
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < wanted.letters) { found.push(`letters of ${size}px: ${name(element)}`); }
    }
    const pressed = 'a[href], button, select, summary, input:not([type=hidden])';
    for (const element of document.querySelectorAll(pressed)) {
      if (!shown(element) || element.classList.contains('skip')) { continue; }
      // A link within a sentence is as tall as its line; a box is pressed by its label as well.
      const inline = element.tagName === 'A' && getComputedStyle(element).display === 'inline';
      const label = element.closest('label') || (element.labels && element.labels[0]);
      const box = (['checkbox', 'radio'].includes(element.type) && label ? label : element).getBoundingClientRect();
      const least = element.classList.contains('main') ? wanted.main : wanted.target;
      if (!inline && box.height < least - 0.5) { found.push(`${box.height.toFixed(0)}px high: ${name(element)}`); }
    }
    return [...new Set(found)].slice(0, 8);
  }, wanted);
  for (const one of small) {
    problem(where, one);
  }
}

/** Nothing but tables and records scrolls sideways on a small screen. */
export async function reflows(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) {
    problem(where, `${over}px wider than a screen of ${page.viewportSize().width}px`);
  }
}

/** A word that people typed without a blank breaks, wherever a page shows it. */
export async function breaksLongWords(page, where) {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('main p, main dd, main li, main h1, main h2, main h3, main .wide td')) {
      const isText = !getComputedStyle(one).whiteSpace.startsWith('nowrap') && !one.closest('svg, .hidden');
      if (isText && one.checkVisibility()) { one.append('x'.repeat(600)); }
    }
  });
  await reflows(page, `${where} with long words`);
}

/** No column of a table is narrower than four of its letters, unless it holds less or keeps to one line. */
async function columns(page, where) {
  const narrow = await page.evaluate(() => {
    const found = [];
    for (const cell of document.querySelectorAll('main td, main th')) {
      const text = cell.textContent.trim();
      const box = cell.getBoundingClientRect();
      const style = getComputedStyle(cell);
      const head = cell.closest('thead');
      // The heads of cards are there for readers only.
      if ([...text].length <= 4 || !cell.checkVisibility() || (head && getComputedStyle(head).position === 'absolute')) { continue; }
      const width = box.width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const isOneLine = box.height < 2.2 * parseFloat(style.lineHeight);
      if (!isOneLine && width < 4 * parseFloat(style.fontSize) - 1) { found.push(`a column of ${width.toFixed(0)}px: ${text.slice(0, 16)}`); }
    }
    return [...new Set(found)].slice(0, 4);
  });
  for (const one of narrow) { problem(where, one); }
}

/** No label, filter or sentence puts one letter on a line. */
async function letters(page, where) {
  const found = await page.evaluate(() => {
    const stacked = [];
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.textContent.trim();
      const element = texts.currentNode.parentElement;
      if ([...text].length < 3 || !element.checkVisibility() || element.closest('svg, option, .hidden')) { continue; }
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const lines = [...range.getClientRects()].filter((line) => line.width > 0);
      const widest = Math.max(...lines.map((line) => line.width));
      if (lines.length >= 3 && widest < 1.5 * parseFloat(getComputedStyle(element).fontSize)) { stacked.push(`one letter a line: ${text.slice(0, 16)}`); }
    }
    return [...new Set(stacked)].slice(0, 4);
  });
  for (const one of found) { problem(where, one); }
}

/** The number of a case stands on one line, wherever it is the head of something. */
export async function oneLine(page, where) {
  const broken = await page.evaluate(() => [...document.querySelectorAll('main .case-name, main .whole')].filter((name) => {
    const range = document.createRange();
    range.selectNodeContents(name);
    return name.checkVisibility() && new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1;
  }).map((name) => name.textContent));
  for (const name of broken) { problem(where, `the number is broken: ${name}`); }
  if (await page.locator('main .case-name').count() === 0) { problem(where, 'it has no number'); }
}

/** Pixels that the header may take: all of it on an office's screen, its first row on a telephone. */
const HEADER = { office: 60, telephone: 56 };

/** On a telephone and on an office's screen: nothing is wider than it, columns can be read, the header is one row. */
export async function screens(page, where) {
  const before = page.viewportSize();
  for (const size of [{ width: 390, height: 844 }, { width: 1366, height: 768 }]) {
    await page.setViewportSize(size);
    await reflows(page, where);
    await columns(page, `${where} on ${size.width} × ${size.height}`);
    await letters(page, `${where} on ${size.width} × ${size.height}`);
    const [header, menu] = await page.evaluate(() => ['header.shell', 'header.shell .menu > summary'].map((one) => document.querySelector(one).getBoundingClientRect().bottom + window.scrollY));
    const [bottom, most] = size.width > 640 ? [header, HEADER.office] : [menu, HEADER.telephone];
    if (bottom > most) { problem(where, `the header ends at ${bottom} px on a screen of ${size.width} px`); }
  }
  // The menu opens within the screen, and Escape closes it.
  await page.setViewportSize({ width: 390, height: 844 });
  const menu = page.locator('header.shell .menu');
  await menu.evaluate((element) => { element.open = true; });
  await reflows(page, `${where} with its menu`);
  await page.keyboard.press('Escape');
  if (await menu.evaluate((element) => element.open)) { problem(where, 'Escape leaves the menu open'); }
  await page.evaluate(() => document.activeElement.blur());
  await page.setViewportSize(before);
}

/** Tab reaches everything that can be pressed, one sees where one is, and nothing is a trap. */
export async function keyboard(page, where) {
  const wanted = await page.evaluate(() => {
    // What lies in details that are closed has boxes, and is not there for Tab.
    const shown = (element) => element.checkVisibility() && getComputedStyle(element).visibility !== 'hidden';
    const all = [...document.querySelectorAll('a[href], button, select, summary, textarea, input:not([type=hidden]), [tabindex="0"]')];
    // Of radio buttons of one name, Tab reaches one.
    const names = new Set();
    return all.filter((element) => {
      if (element.disabled || !shown(element)) { return false; }
      if (element.type === 'radio') {
        if (names.has(element.name)) { return false; }
        names.add(element.name);
      }
      return true;
    }).length;
  });
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  const reached = new Set();
  for (let count = 0; count < wanted + 60; count += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) { return null; }
      if (!element.dataset.tabbed) { element.dataset.tabbed = String(Math.random()); }
      const style = getComputedStyle(element);
      const visible = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      return { id: element.dataset.tabbed, visible, name: element.outerHTML.slice(0, 60) };
    });
    if (!at) { continue; }
    if (!at.visible) { problem(where, `the focus is not seen on ${at.name}`); }
    reached.add(at.id);
  }
  if (reached.size < wanted) {
    problem(where, `Tab reaches ${reached.size} of ${wanted} that can be pressed`);
  }
}

/** Pictures end here, in CSS pixels: a browser on a busy machine does not come to draw a page of 20,000. */
const TALLEST = 8_000;

/** A picture of the page. A browser on a busy machine now and then draws no frame for it: then it is asked again. */
export async function picture(page, name) {
  const [width, height] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
  const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST) };
  const path = `${given.pictures}/${name}.png`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await page.screenshot({ path, clip, fullPage: true, timeout: 20_000 * attempt });
    } catch (error) {
      if (attempt === 4 || error.name !== 'TimeoutError') { throw error; }
      await page.bringToFront();
    }
  }
}

/** Ends the walk: what was wrong goes to the one who started it. */
export function end() {
  for (const one of problems) {
    console.error(`✗ ${one}`);
  }
  process.exitCode = problems.length > 0 ? 1 : 0;
}
