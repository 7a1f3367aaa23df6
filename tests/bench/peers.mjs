// A FHIR client that is not ours reads a patient's whole chart: every type at once, each page by page.
//   node peers.mjs CLIENT BASE TOKEN PATIENT TYPE...
// A line on stdin starts a load, a line of JSON tells how it went; the token never leaves the arguments.
import { createInterface } from 'node:readline';

const [name, base, token, patient, ...types] = process.argv.slice(2);
const PAGE = '200';

const CLIENTS = {
  'fhir-kit-client': async () => {
    const { Client } = await import('fhir-kit-client');
    const client = new Client({ baseUrl: base, bearerToken: token });
    return async (type) => {
      let count = 0;
      let page = await client.search({
        resourceType: type,
        searchParams: { patient, _count: PAGE },
      });
      while (page) {
        count += (page.entry ?? []).length;
        page = await client.nextPage({ bundle: page });
      }
      return count;
    };
  },
  fhirclient: async () => {
    const { default: SmartClient } = await import('fhirclient/lib/Client.js');
    const session = { serverUrl: base, tokenResponse: { access_token: token } };
    const client = new SmartClient.default({}, session);
    return async (type) => {
      const url = `${type}?patient=${patient}&_count=${PAGE}`;
      return (await client.request(url, { pageLimit: 0, flat: true })).length;
    };
  },
  '@medplum/core': async () => {
    // It names the browser's sockets when it is loaded; none is opened here.
    globalThis.WebSocket ??= class {};
    const { MedplumClient } = await import('@medplum/core');
    const client = new MedplumClient({ baseUrl: base, fhirUrlPath: '', cacheTime: 0 });
    client.setAccessToken(token);
    return async (type) => {
      let count = 0;
      for await (const page of client.searchResourcePages(type, { patient, _count: PAGE }))
        count += page.length;
      return count;
    };
  },
};

const open = await CLIENTS[name]();
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const counts = await Promise.all(types.map(open));
  const ms = performance.now() - began;
  const resources = counts.reduce((a, b) => a + b, 0);
  console.log(JSON.stringify({ ms, resources, peak_kb: process.resourceUsage().maxRSS }));
}
