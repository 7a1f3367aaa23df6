// Types into the note at 12 characters a second, as a clinician does, and kills the process with -9 at seeded
// moments: after each start everything typed up to one second before the blow is there, nothing else is, and the
// vault opens (which checks every page of it). Prints one JSON line.
//   cargo xtask kill-typing [MOMENTS [FIRST SEED]]
// { sandbox: {fhir, portal, admin}, shots, user, program, args, moments, first }
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { visitOpens } from './journey.mjs';
import { openPage } from './page.mjs';
import { SystemBrowser, hostInbox, openChromium } from './system-browser.mjs';

const MARIA = 'maria-santos';
const CHARACTERS_A_SECOND = 12;
/** What may be lost. */
const LOST_MS = 1_000;
const SECTIONS = ['hpi', 'objective', 'assessment', 'plan'];
const WORDS =
  'patient reports home glucose between one hundred and sixty and two hundred ten before breakfast takes metformin with meals no missed doses sleeps well walks daily'.split(
    ' ',
  );
const log = (line) => process.stderr.write(`${line}\n`);

/** splitmix64: neighbouring seeds are far apart. Gives numbers from 0 to 1. */
function* chance(seed) {
  const mask = (1n << 64n) - 1n;
  let state = BigInt(seed);
  for (;;) {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    yield Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
  }
}

class Host {
  static async start({ program, args }) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const host = new Host();
    host.child = child;
    const lines = createInterface({ input: child.stdout });
    const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(30_000) });
    Object.assign(host, JSON.parse(line));
    return host;
  }

  async call(name, args) {
    const answer = await fetch(`${this.url}/command/${name}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(args),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${name}: ${body.code} ${body.message}`);
    return body;
  }

  async section(visit, name) {
    const { sections } = await this.call('note_get', { visit });
    return sections.find((one) => one.section === name).text;
  }

  async kill() {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    const at = Date.now();
    await gone;
    return at;
  }
}

/** Types for a while and kills in the middle of it. Gives each text that stood in the field, with its time. */
async function typeAndKill(window, host, section, random) {
  const field = window.page.getByTestId(`note-${section}`);
  await field.click();
  await field.press('Control+End');
  await field.evaluate((area) => {
    const states = [[Date.now(), area.value]];
    area.addEventListener('input', () => states.push([Date.now(), area.value]));
    globalThis.states = states;
  });
  const keys = function* () {
    for (;;) {
      const word = WORDS[Math.floor(random.next().value * WORDS.length)];
      yield* ` ${word}`;
      // Now and then a word is taken back.
      if (random.next().value < 0.1) yield* Array.from(word, () => 'Backspace');
    }
  };
  const typing = { on: true };
  const typed = (async () => {
    let due = Date.now();
    for (const key of keys()) {
      if (!typing.on) return;
      await (key.length === 1 ? window.page.keyboard.insertText(key) : field.press(key));
      due += 1_000 / CHARACTERS_A_SECOND;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 300 + random.next().value * 4_000));
  const killed = await host.kill();
  typing.on = false;
  await typed;
  return { killed, states: await window.page.evaluate(() => globalThis.states) };
}

/** Milliseconds before the blow of the oldest keystroke that is not in the vault. */
function lost(saved, { killed, states }) {
  let last = -1;
  states.forEach(([, text], index) => {
    if (text === saved) last = index;
  });
  if (last === -1) throw new Error('the vault holds a text that never stood in the field');
  const [missing] = states.slice(last + 1).filter(([at]) => at <= killed);
  return missing ? killed - missing[0] : 0;
}

async function main() {
  const asked = JSON.parse(process.env.CHARTSIDE_E2E ?? 'null');
  if (!asked) throw new Error('this is started by `cargo xtask kill-typing`');
  const { sandbox, user, moments, first } = asked;
  const chromium = await openChromium();
  let host = await Host.start(asked);
  try {
    const browser = await SystemBrowser.open(chromium);
    const stop = browser.follow(hostInbox(host));
    let window = await openPage(chromium, host);
    await browser.signIn(sandbox.portal, user);
    const { appointment } = await browser.appointmentOf([MARIA]);
    await browser.launch(appointment);
    await visitOpens(window);
    await stop();
    const { current_visit: visit } = await host.call('app_state', {});
    const worst = { ms: 0, seed: first };
    let characters = 0;
    for (let seed = first; seed < first + moments; seed += 1) {
      const random = chance(seed);
      const section = SECTIONS[seed % SECTIONS.length];
      const run = await typeAndKill(window, host, section, random);
      await window.close();
      // Opening the vault checks every page of it: a start is the proof that it is whole.
      host = await Host.start(asked);
      const saved = await host.section(visit, section);
      let ms;
      try {
        ms = lost(saved, run);
      } catch (error) {
        throw new Error(`seed ${seed}, ${section}: ${error.message}`, { cause: error });
      }
      if (ms > LOST_MS) throw new Error(`seed ${seed}, ${section}: the last ${ms} ms were lost`);
      if (ms > worst.ms) Object.assign(worst, { ms, seed });
      characters += run.states.length - 1;
      if ((seed - first + 1) % 20 === 0) log(`${seed - first + 1} of ${moments}`);
      await host.call('visit_show', { visit });
      window = await openPage(chromium, host);
      await visitOpens(window);
      await window.see(`note-${section}`);
    }
    await window.close();
    const line = { moments, first, keystrokes: characters, most_lost_ms: worst.ms, at: worst.seed };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    host.child.kill('SIGKILL');
    await chromium.close();
  }
}

main().catch((error) => {
  log(`✗ ${error.message || error.stack}`);
  process.exitCode = 1;
});
