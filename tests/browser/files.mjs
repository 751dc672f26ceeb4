// Files of a case: brought to the window, kept under their hash, fetched again as they were, looked at, which is recorded
// as well; with and without a script. Whom the case does not concern finds neither the page nor the file.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { end, given, measure, picture, problem, reflows, scan, signIn, start, windowOf } from './browser.mjs';

const { clerk, notary } = given.people;
const page = `/cases/${given.open}/files`;

/** A file of so many bytes that begins as a PDF does. */
function paper(name, size, mark) {
  const buffer = Buffer.alloc(size, mark);
  buffer.write('%PDF-1.7\n');
  return { name, mimeType: 'application/pdf', buffer };
}

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Adds a file; the address that it led to. */
async function add(at, kind, file) {
  await at.goto(page);
  if (kind) { await at.selectOption('#kind', kind); }
  if (file) { await at.setInputFiles('#file', file); }
  await at.click('main button.main');
}

async function fetched(at, wanted) {
  const [down] = await Promise.all([at.waitForEvent('download'), at.click(`a[href$="${hash(wanted.buffer)}"]`)]);
  const got = readFileSync(await down.path());
  if (!got.equals(wanted.buffer)) { problem('download', `${wanted.name} is not what was brought`); }
  if (down.suggestedFilename() !== wanted.name) { problem('download', `it is called ${down.suggestedFilename()}`); }
}

/** A picture of one point, told from others by what follows its end. */
function point(name, mark) {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  return { name, mimeType: 'image/png', buffer: Buffer.concat([Buffer.from(png, 'base64'), Buffer.from(mark)]) };
}

/** How often personal data of the case were read. */
async function readings(at) {
  const other = await at.context().newPage();
  await other.goto(`/cases/${given.open}/readings`);
  const count = await other.locator('tbody tr').count();
  await other.close();
  return count;
}

/** The answer to a preview. */
async function previewed(at, file) {
  return at.request.get(`${page}/${hash(file.buffer)}/preview`);
}

const browser = await start();
for (const script of [true, false]) {
  const where = script ? 'files' : 'files-without-a-script';
  const context = await windowOf(browser, { script, scan: script });
  const at = await context.newPage();
  await signIn(at, clerk);

  // More than one piece, and a name in Chinese.
  const wages = paper(`工资表 ${where}.pdf`, 1_300_000, where);
  await add(at, 'wage-record', wages);
  await at.waitForURL((url) => url.search.includes('done='));
  if (!(await at.content()).includes(hash(wages.buffer))) { problem(where, 'its hash is not shown'); }
  await fetched(at, wages);
  await picture(at, where);

  // Two pictures at once, one of them in a newer format: both are there.
  const webp = Buffer.from('RIFF\x1a\0\0\0WEBPVP8 ' + where, 'latin1');
  const pair = [{ name: '一.webp', mimeType: 'image/webp', buffer: webp }, paper('二.pdf', 2_000, `${where} 2`)];
  await add(at, 'wage-record', pair);
  await at.waitForURL((url) => url.search.includes('done='));
  const shown = await at.content();
  for (const one of pair) {
    if (!shown.includes(hash(one.buffer))) { problem(where, `${one.name} is not there`); }
  }

  // A picture is fetched when the clerk looks, under a policy that lets it do nothing, and that is a reading.
  const photo = point('照片.png', where);
  await add(at, 'wage-record', photo);
  await at.waitForURL((url) => url.search.includes('done='));
  const before = await readings(at);
  const row = at.locator('tr', { hasText: hash(photo.buffer) });
  await row.locator('summary').click();
  if (script) {
    const image = row.locator('img');
    await image.waitFor();
    const shows = () => image.evaluate((one) => one.complete && one.naturalWidth === 1);
    for (let count = 0; count < 60 && !(await shows()); count += 1) { await at.waitForTimeout(100); }
    if (!(await shows())) { problem(where, 'the picture is not shown'); }
  } else {
    const [tab] = await Promise.all([context.waitForEvent('page'), row.locator('[data-picture]').click()]);
    await tab.waitForLoadState();
    await tab.close();
  }
  const after = await readings(at);
  if (after !== before + 1) { problem(where, `looking at a picture made ${after - before} records`); }
  await picture(at, `${where}-preview`);
  if (script) {
    await scan(at, where);
    await measure(at, where);
    await at.setViewportSize({ width: 390, height: 844 });
    await reflows(at, `${where}-390`);
    await picture(at, `${where}-390`);
    await at.setViewportSize({ width: 1280, height: 900 });
  }
  const headers = (await previewed(at, photo)).headers();
  if (!/sandbox/.test(headers['content-security-policy'])) { problem(where, `a picture may ${headers['content-security-policy']}`); }
  const ofPdf = (await previewed(at, wages)).headers();
  if (!/^inline/.test(ofPdf['content-disposition'])) { problem(where, `a PDF is ${ofPdf['content-disposition']}`); }
  const note = { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from(`说明 ${where}`) };
  await add(at, 'wage-record', note);
  await at.waitForURL((url) => url.search.includes('done='));
  const unread = await readings(at);
  const status = (await previewed(at, note)).status();
  if (status !== 404) { problem(where, `a text is shown: ${status}`); }
  if (await readings(at) !== unread) { problem(where, 'what is not shown is recorded as read'); }

  // The case file has it as well, and fetches nothing by itself.
  const readBefore = await readings(at);
  await at.goto(`/cases/${given.open}`);
  if (await at.locator('[aria-labelledby="files-title"] [data-picture]').count() === 0) { problem(where, 'the case file has no picture'); }
  await picture(at, `${where}-case`);
  if (await readings(at) !== readBefore) { problem(where, 'opening the case file is recorded as a reading of a file'); }

  // Of several, one is refused by its name, and the other is kept.
  const good = paper('好.pdf', 3_000, `${where} good`);
  await add(at, 'wage-record', [good, { name: '坏.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no PDF') }]);
  await at.waitForSelector('.problems');
  const refused = await at.locator('.problems').innerText();
  if (!refused.includes('坏.pdf') || refused.includes('好.pdf')) { problem(where, `which was refused? ${refused}`); }
  await at.locator('#kept', { hasText: hash(good.buffer) }).waitFor();

  // Nothing chosen; a kind that is not kept; one that is not what its name says. What was chosen stays.
  await add(at, '', null);
  await at.waitForSelector('.problems');
  const both = await at.locator('.problems li').count();
  if (both !== 2) { problem(where, `${both} problems are told, not 2`); }
  await add(at, 'wage-record', { name: 'a.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') });
  await at.waitForSelector('.problems');
  if (await at.inputValue('#kind') !== 'wage-record') { problem(where, 'the kind is chosen no more'); }
  await add(at, 'wage-record', { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no PDF at all') });
  await at.waitForSelector('.problems');
  await picture(at, `${where}-refused`);
  await context.close();
}

const context = await windowOf(browser);
const at = await context.newPage();
await signIn(at, notary);
for (const path of [page, `${page}/${hash(Buffer.from('anything'))}`]) {
  const answer = await at.goto(path);
  if (answer.status() !== 404) { problem('elsewhere', `${path} answers ${answer.status()}`); }
}

// Photos that are chosen on the form of a registration: a further row of persons and a refusal keep them, and then they are in
// the case.
{
  const window = await (await windowOf(browser)).newPage();
  await signIn(window, clerk);
  await window.goto('/cases/new');
  await window.check('input[name=item][value=legal-aid]');
  await window.selectOption('#topic', 'legal-aid/labour-pay');
  const photo = point('欠条.png', 'registered');
  const fake = { name: '假.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };
  await window.setInputFiles('#photos', [photo, fake]);
  await window.selectOption('#photos-kind', 'arrears-note');
  await window.locator('form.intake details').first().evaluate((more) => { more.open = true; });
  await window.fill('#other-0-name', '岩温');
  for (const [button, further] of [['row', '#other-2-name'], ['respondent-row', '#respondent-1-name']]) {
    await window.click(`button[value=${button}]`);
    await window.locator(further).waitFor();
  }
  const kept = await window.evaluate(() => [document.getElementById('photos').files.length, document.getElementById('other-0-name').value]);
  if (kept.join() !== '2,岩温') { problem('photos', `a further row leaves ${kept}`); }
  await window.fill('#other-0-name', '');
  await window.click('button[value=submit]');
  await window.locator('#problems').waitFor();
  await window.fill('#name', '岩相');
  await window.click('button[value=submit]');
  await window.waitForURL(/\/receipt/);
  // The receipt is reached, and says which photo was not kept.
  const told = await window.locator('[data-photos-refused]').innerText();
  if (!told.includes('假.jpg') || told.includes('欠条.png')) { problem('photos', `of the photos it says: ${told}`); }
  await window.goto(window.url().replace(/\/receipt.*/, '/files'));
  if (!(await window.content()).includes(hash(photo.buffer))) { problem('photos', 'the photo is not in the case'); }
  await picture(window, 'photos-of-a-registration');
}
await browser.close();
end();
