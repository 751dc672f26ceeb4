// A passkey on a device that Chromium imitates (a virtual authenticator): made, asked for at the next sign-in, cancelled,
// refused for another account, removed.

import { end, given, measure, picture, problem, scan, signIn, start, windowOf } from './browser.mjs';

const { clerk, colleague } = given.people;
const PAGE = '/account/second-factor';
const CODE = '/sign-in/code';

const browser = await start();

/** A person's window with a device of their own, at the name under which browsers offer passkeys. */
async function personOf(options = {}) {
  const address = given.address.replace('127.0.0.1', 'localhost');
  const context = await windowOf(browser, { ...options, address });
  const page = await context.newPage();
  const devices = await context.newCDPSession(page);
  await devices.send('WebAuthn.enable');
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const device = (command, more = {}) => devices.send(`WebAuthn.${command}`, { authenticatorId, ...more });
  return { page, device };
}

/** Adds the first passkey: the recovery codes that are shown with it. */
async function addPasskey(page, name) {
  await page.goto(PAGE);
  await page.fill('#passkey-password', clerk.password);
  await page.click('form[action$="/passkeys/begin"] button');
  await page.fill('#passkey-name', name);
  await page.click('[data-passkey-new]');
  await page.waitForSelector('section.notice code');
  return page.locator('section.notice code').allTextContents();
}

async function signOut(page) {
  await page.click('header.shell .menu > summary');
  await page.click('form[action="/sign-out"] button');
  await page.waitForURL('**/sign-in');
}

/** Gives the password, and comes to the second step. */
async function halfIn(page, person) {
  await page.goto('/sign-in?next=/account');
  await page.fill('#staff', person.staff);
  await page.fill('#password', person.password);
  await page.click('main button.main');
  await page.waitForURL(`**${CODE}`);
}

const { page, device } = await personOf();
await signIn(page, clerk);
const codes = await addPasskey(page, '办公室电脑');
if (codes.length !== 10) { problem('added', `${codes.length} recovery codes`); }
const row = page.locator('main table.short tbody tr');
if (!(await row.textContent()).includes('办公室电脑')) { problem('added', 'it is not in the list'); }
const { credentials } = await device('getCredentials');
if (credentials.length !== 1) { problem('added', `the device has ${credentials.length}`); }

await signOut(page);
await halfIn(page, clerk);
// The person cancels at the device: the page says so, and the same page goes on.
await device('setUserVerified', { isUserVerified: false });
await page.click('[data-passkey]');
const said = page.locator('[data-passkey-said]');
await said.waitFor({ state: 'visible' });
if (!(await said.textContent()).includes('取消')) { problem('cancelled', await said.textContent()); }
await device('setUserVerified', { isUserVerified: true });
await page.click('[data-passkey]');
await page.waitForURL('**/account');
await page.goto(PAGE);
if ((await row.textContent()).includes('—')) { problem('signed in', 'the last use is not told'); }

// A colleague with a passkey of their own, whose browser holds the clerk's too.
const other = await personOf({ scan: true });
await signIn(other.page, colleague);
await addPasskey(other.page, '手机');
await other.page.goto(PAGE);
await scan(other.page, 'passkeys');
await measure(other.page, 'passkeys');
await picture(other.page, 'passkeys');
await signOut(other.page);
await halfIn(other.page, colleague);
await scan(other.page, 'sign-in-passkey');
await measure(other.page, 'sign-in-passkey');
await picture(other.page, 'sign-in-passkey');
const stolen = (await device('getCredentials')).credentials[0];
await other.device('addCredential', { credential: stolen });
await other.page.evaluate((id) => {
  const button = document.querySelector('[data-passkey]');
  const options = JSON.parse(button.dataset.passkey);
  options.allowCredentials = [{ type: 'public-key', id: id.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') }];
  button.dataset.passkey = JSON.stringify(options);
}, stolen.credentialId);
const [refused] = await Promise.all([
  other.page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith(CODE)),
  other.page.click('[data-passkey]'),
]);
if (refused.status() !== 422) { problem('of another account', `answers ${refused.status()}`); }
await other.page.waitForSelector('#code-wrong');
// The own one goes on.
await other.page.click('[data-passkey]');
await other.page.waitForURL('**/account');

// Renamed; removed with itself as the proof; then the password is enough again.
await page.goto(PAGE);
await page.click('details:has(form[action$="/passkeys/rename"]) summary');
await page.fill('#rename-to', '窗口电脑');
await page.click('form[action$="/passkeys/rename"] button');
await page.locator('main table.short tbody tr', { hasText: '窗口电脑' }).waitFor();
await page.click('details:has(form[action$="/passkeys/remove"]) summary');
await page.click('form[action$="/passkeys/remove"] [data-passkey]');
await page.waitForSelector('#passkey-password');
if (await row.count() !== 0) { problem('removed', 'it is in the list'); }
await signOut(page);
await signIn(page, clerk);

// Without a script a recovery code does, and the page says why there is no passkey.
const plain = await windowOf(browser, { script: false });
const bare = await plain.newPage();
await halfIn(bare, colleague);
if (await bare.locator('[data-passkey]').isVisible()) { problem('no script', 'the button is there'); }

await browser.close();
end();
