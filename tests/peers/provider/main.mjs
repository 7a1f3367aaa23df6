// `node --import ./clock.mjs main.mjs FOLDER`: a certified OpenID provider and the door of a FHIR
// server, on free ports of this machine. Says where they are in one line of JSON. What it remembers
// is in FOLDER: started there again, it is the same provider at the same addresses. Ends with its
// input.

import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { front } from './front.mjs';
import { FHIR_SERVER, identity, signOn } from './provider.mjs';
import { store } from './store.mjs';

const folder = process.argv[2];
const ports = (() => {
  try {
    return JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8'));
  } catch {
    return [0, 0];
  }
})();
const seconds = {
  access: Number(process.env.ACCESS_SECONDS ?? '60'),
  refresh: Number(process.env.REFRESH_SECONDS ?? String(14 * 86400)),
};

async function listen(server, port) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

// The provider has to know its own address first, so requests wait for it.
const doors = { provider: undefined, fhir: undefined };
const provided = createServer((request, response) => doors.provider(request, response));
const fhired = createServer((request, response) => doors.fhir(request, response));
const taken = [await listen(provided, ports[0]), await listen(fhired, ports[1])];
writeFileSync(join(folder, 'ports.json'), JSON.stringify(taken));
const issuer = `http://127.0.0.1:${taken[0]}`;
const fhir = `http://127.0.0.1:${taken[1]}/fhir`;

const Adapter = store(join(folder, 'provider.json'));
const self = await identity(Adapter);
const withheld = (process.env.WITHHELD_SCOPES ?? '').split(' ');
const { provider, launch, patientOf } = signOn({ issuer, fhir, Adapter, self, seconds, withheld });

/** What happened at the token endpoint, and what was sent there. */
const counted = { codes: 0, refreshes: 0, refused: [], revoked: 0 };
const sent = [];
provider.on('grant.success', (ctx) => {
  counted[ctx.oidc.params.grant_type === 'refresh_token' ? 'refreshes' : 'codes'] += 1;
});
provider.on('grant.error', (_, error) => counted.refused.push(error.error_detail ?? error.message));
provider.on('grant.revoked', () => {
  counted.revoked += 1;
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'token') sent.push(ctx.oidc.body);
});

/** oidc-provider's own metadata, with what SMART adds. */
async function configuration() {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  const capabilities = ['launch-ehr', 'client-public', 'sso-openid-connect', 'permission-v2'];
  capabilities.push('context-ehr-patient', 'context-ehr-encounter', 'permission-offline');
  return { ...(await answer.json()), capabilities };
}

const door = front({ provider, configuration, tokens: Adapter.values, patientOf });
doors.provider = provider.callback();
doors.fhir = door.handle;

/** What a test may ask for, over the admin port. */
const orders = {
  upstream: (given) => Object.assign(door.upstream, given),
  launch: async (given) => ({ launch: await launch(given) }),
  clock: ({ ahead }) => globalThis.moveClock(ahead),
  expire: () => door.expire(),
  expire_after: ({ requests }) => door.expireAfter(requests),
  lose: ({ answers }) => door.lose(answers),
  hold: ({ count }) => door.hold(count),
  state: () => ({
    ...counted,
    sent,
    log: door.log,
    held_together: door.heldTogether(),
    access: Adapter.values('AccessToken'),
    refresh: Adapter.values('RefreshToken'),
  }),
};
const admin = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const given = JSON.parse(Buffer.concat(chunks).toString() || '{}');
  const answer = await orders[request.url.slice(1)](given);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? {}));
});
const adminPort = await listen(admin, 0);

// oidc-provider's own notices go to stdout as well; this is the one line that starts with a brace.
process.stdout.write(
  `${JSON.stringify({ issuer, fhir, admin: `http://127.0.0.1:${adminPort}`, client: FHIR_SERVER, secret: self.secret })}\n`,
);
process.stdin.resume().on('end', () => process.exit(0));
