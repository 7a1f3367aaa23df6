// Everything that the page still holds: the document and all that React keeps for it, closures excepted.

/** Where a text that fits can be reached from the page, without what belongs to `except` (the host behind it). */
export function inReach(fits: RegExp, except: readonly object[] = []): string[] {
  const places: string[] = [];
  const seen = new Set<object>([...except, window, document]);
  const waiting: [object, string][] = [];
  const meet = (value: unknown, place: string) => {
    if (typeof value === 'string' && fits.test(value))
      places.push(`${place}: ${value.match(fits)?.[0] ?? ''}`);
    const holds = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!holds || seen.has(value)) return;
    seen.add(value);
    waiting.push([value, place]);
  };
  meet(document.documentElement.outerHTML, 'document');
  meet(document.title, 'title');
  for (const storage of [localStorage, sessionStorage]) meet(JSON.stringify(storage), 'storage');
  for (const element of document.querySelectorAll<HTMLElement>('*')) {
    meet(element, element.tagName);
    if ('value' in element) meet(element.value, `${element.tagName}.value`);
  }
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [holder, place] = next;
    if (holder instanceof Map)
      for (const [key, value] of holder) {
        meet(key, `${place}.key`);
        meet(value, `${place}.value`);
      }
    else if (holder instanceof Set) for (const value of holder) meet(value, `${place}.item`);
    const isNode = holder instanceof Node && !Object.hasOwn(holder, 'constructor');
    // Nodes that left the document count too; jsdom's own insides do not.
    if (isNode) meet(holder.textContent ?? '', `${place}.textContent`);
    for (const key of Reflect.ownKeys(holder)) {
      const name = String(key);
      if (!isNode || name.startsWith('__react')) meet(read(holder, key), `${place}.${name}`);
    }
  }
  return places;
}

function read(from: object, key: PropertyKey): unknown {
  const own = Object.getOwnPropertyDescriptor(from, key);
  return own && 'value' in own ? own.value : undefined;
}
