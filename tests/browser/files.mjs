// Files of a case: brought to the window, kept under their hash, fetched again as they were; with and without a
// script. Whom the case does not concern finds neither the page nor the file.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { end, given, picture, problem, signIn, start, windowOf } from './browser.mjs';

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

const browser = await start();
for (const script of [true, false]) {
  const where = script ? 'files' : 'files-without-a-script';
  const context = await windowOf(browser, { script });
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
await browser.close();
end();
