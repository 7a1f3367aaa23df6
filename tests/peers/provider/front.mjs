// What stands before the FHIR server: no request passes without an access token that oidc-provider
// still knows, with a scope for what it asks. Everything that passes is the FHIR server's answer.

import { request } from 'node:http';

const HOLD_AT_MOST = 5000;
const ACTIONS = { POST: 'c', PUT: 'u', PATCH: 'u', DELETE: 'd' };

export function front({ provider, configuration, tokens, patientOf }) {
  /** Method, path and query, and status (0: lost) of every request, in the order of the answers. */
  const log = [];
  /** Where the FHIR server is, and the one token that it takes. */
  const upstream = { port: 0, token: '' };
  let expiry;
  let gate;
  let losing = 0;
  let heldTogether = 0;

  /** Access tokens end now, as if their time were over; refresh tokens stay. */
  const expire = async () => {
    for (const value of tokens('AccessToken')) {
      await (await provider.AccessToken.find(value))?.destroy();
    }
  };

  const refuse = (request, response, status, error) => {
    log.push({ method: request.method, path: request.url, status });
    response.writeHead(status, { 'www-authenticate': `Bearer error="${error}"` }).end();
  };

  const unauthorised = (request, response) => {
    const answer = () => refuse(request, response, 401, 'invalid_token');
    if (!gate) return answer();
    gate.held.push(answer);
    if (gate.held.length >= gate.count) gate.open();
    return undefined;
  };

  const pass = (incoming, response) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${upstream.token}` };
    const { method, url: path } = incoming;
    const passed = request({ host: '127.0.0.1', port: upstream.port, method, path, headers });
    const failed = () => {
      log.push({ method, path, status: 502 });
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    };
    passed.on('error', failed);
    passed.on('response', (answer) => {
      if (method === 'POST' && losing > 0) {
        losing -= 1;
        log.push({ method, path, status: 0 });
        answer.resume();
        response.destroy();
        return;
      }
      response.writeHead(answer.statusCode, answer.headers);
      answer
        .on('error', failed)
        .on('end', () => log.push({ method, path, status: answer.statusCode }));
      answer.pipe(response);
    });
    incoming.pipe(passed);
  };

  const handle = async (incoming, response) => {
    const url = new URL(incoming.url, 'http://fhir');
    if (url.pathname === '/fhir/.well-known/smart-configuration') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(await configuration()));
      return;
    }
    const bearer = /^Bearer (\S+)$/i.exec(incoming.headers.authorization ?? '')?.[1];
    const token = bearer && (await provider.AccessToken.find(bearer));
    if (!token) {
      unauthorised(incoming, response);
    } else if (!allowed(token.scope, await patientOf(token), incoming.method, url)) {
      refuse(incoming, response, 403, 'insufficient_scope');
    } else {
      pass(incoming, response);
      if (expiry !== undefined && --expiry <= 0) {
        expiry = undefined;
        await expire();
      }
    }
  };

  return {
    handle,
    log,
    upstream,
    heldTogether: () => heldTogether,
    expire,
    /** Access tokens end after so many more requests. */
    expireAfter: (requests) => {
      expiry = requests;
    },
    /** The answers to the next creations never arrive, though the FHIR server has carried them out. */
    lose: (answers) => {
      losing = answers;
    },
    /** The next refusals of tokens are held back until so many have come, then all are given. */
    hold: (count) => {
      const held = [];
      const open = () => {
        heldTogether = held.length;
        clearTimeout(timer);
        gate = undefined;
        held.forEach((answer) => answer());
      };
      const timer = setTimeout(open, HOLD_AT_MOST);
      gate = { count, held, open };
    },
  };
}

/**
 * SMART v2 scopes; a scope of the patient is good for the one of the launch only. The
 * CapabilityStatement is for everybody who is signed in.
 */
function allowed(scopes, patient, method, url) {
  const [, , type, id] = url.pathname.split('/');
  const action = method === 'GET' ? (id ? 'r' : 's') : (ACTIONS[method] ?? '-');
  if (type === 'metadata') return true;
  const whose = type === 'Patient' ? id : url.searchParams.get('patient');
  return (scopes ?? '').split(' ').some((scope) => {
    const [, level, kind, actions] = /^(patient|user)\/(\*|\w+)\.([cruds]+)$/.exec(scope) ?? [];
    const fits = (kind === '*' || kind === type) && actions.includes(action);
    return fits && (level === 'user' || !whose || whose === patient);
  });
}
