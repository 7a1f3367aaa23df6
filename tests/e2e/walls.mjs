// What the page in the room's frame may try against the window around it. Runs inside the frame, so it is
// one function that needs nothing from outside. Each line is `name: what came of it`; "reached" is a hole.
export const attacks = ({ url }) => {
  const command = { name: 'app_state', arguments: {} };
  const tries = {
    'read the page around it': () => String(parent.document.title),
    'read where it is': () => String(parent.location.href),
    'use its door': () => parent.__TAURI_INTERNALS__.invoke('call', command),
    'lead it away': () => {
      top.location.href = 'about:blank';
      return 'led';
    },
    'find a door of its own': () => {
      if (window.__TAURI_INTERNALS__) return 'there is one';
      throw new ReferenceError('there is none');
    },
    'knock at the protocol of the commands': async () => {
      const answer = await fetch('ipc://localhost/call', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Tauri-Callback': '1', 'Tauri-Error': '2' },
        body: JSON.stringify(command),
      });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return answer.text();
    },
    ...(url && {
      'run a command': async () => {
        const answer = await fetch(`${url}/command/app_state`, { method: 'POST', body: '{}' });
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
        return answer.text();
      },
      'follow the events': async () => {
        const answer = await fetch(`${url}/events`);
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
        return 'open';
      },
    }),
  };
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('no answer')), 3000));
  const run = async ([name, act]) => {
    try {
      return `${name}: reached, ${await Promise.race([act(), late])}`;
    } catch (error) {
      return `${name}: ${error.message}`;
    }
  };
  return Promise.all(Object.entries(tries).map(run));
};

/** Throws when one of them reached anything. */
export function nothingReached(came, log) {
  log(`from inside the room’s frame:\n    ${came.join('\n    ')}`);
  const holes = came.filter((line) => line.includes(': reached'));
  if (came.length < 6 || holes.length > 0)
    throw new Error(`the room can ${holes.join(' · ') || 'not be asked'}`);
}
