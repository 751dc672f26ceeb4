// Two ways to work a page: with a mouse, and by keys alone. Both count what they do, and the fields that they fill in.

/** By mouse: points at what it wants. */
export class Mouse {
  constructor(page) { this.page = page; this.done = 0; this.fields = 0; }

  async press(target) { this.done += 1; await target.click(); }

  async write(target, text) { this.done += 1; this.fields += 1; await target.fill(text); }

  async choose(target, value) { this.done += 1; this.fields += 1; await target.selectOption(value); }

  async tick(target) { this.done += 1; this.fields += 1; await target.check(); }
}

/** By keys alone: Tab until it is there, then type. No script of ours helps: these are the browser's own keys. */
export class Keys {
  constructor(page) { this.page = page; this.done = 0; this.fields = 0; }

  async key(name) {
    this.done += 1;
    await this.page.keyboard.press(name);
  }

  /** Types where the focus is. */
  async type(text) {
    this.done += text.length;
    await this.page.keyboard.type(text);
  }

  /** Past the header of a page that has just come: its first link leads to the content. */
  async skip() {
    await this.key('Tab');
    await this.key('Enter');
    const at = await this.page.evaluate(() => document.activeElement.id);
    if (at !== 'main') { throw new Error(`the skip link leads to '${at}'`); }
  }

  /** Tab, forwards, until the target has the focus. */
  async reach(target) {
    const there = () => target.evaluate((element) => element === document.activeElement);
    await target.waitFor({ state: 'visible' });
    for (let count = 0; count < 120; count += 1) {
      if (await there()) { return; }
      await this.key('Tab');
    }
    throw new Error(`Tab does not reach ${target}`);
  }

  async press(target) {
    await this.reach(target);
    await this.key('Enter');
  }

  async write(target, text) {
    this.fields += 1;
    await this.reach(target);
    await this.key('Control+A');
    await this.type(text);
  }

  /** Arrows through a list until it is chosen. */
  async choose(target, value) {
    this.fields += 1;
    await this.reach(target);
    for (let count = 0; count < 80; count += 1) {
      if (await target.evaluate((element) => element.value) === value) { return; }
      await this.key('ArrowDown');
    }
    throw new Error(`arrows do not choose ${value}`);
  }

  /** Space ticks a box; arrows go through the choices of a group. */
  async tick(target) {
    this.fields += 1;
    const kind = await target.evaluate((element) => element.type);
    if (kind === 'checkbox') {
      await this.reach(target);
      await this.key('Space');
      return;
    }
    const name = await target.getAttribute('name');
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    const inGroup = () => group.evaluateAll((all) => all.includes(document.activeElement));
    for (let count = 0; count < 120 && !(await inGroup()); count += 1) { await this.key('Tab'); }
    if (!(await target.isChecked())) { await this.key('Space'); }
    for (let count = 0; count < 40 && !(await target.isChecked()); count += 1) { await this.key('ArrowDown'); }
    if (!(await target.isChecked())) { throw new Error('arrows do not reach the choice'); }
  }
}
