// oidc-provider as the sign-on of an EHR. Sign-in pages, PKCE, codes, tokens, rotation, revocation
// and introspection are all its own. Ours is what SMART App Launch adds, by the hooks that it has
// for that: `launch` and `aud` on the way in, `fhirUser` in the id_token, the launch's context
// beside the tokens.

import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import Provider, { errors } from 'oidc-provider';

/** The introspecting client; the FHIR server's own registration. */
export const FHIR_SERVER = 'fhir-server';

const SCOPES = ['launch', 'launch/patient', 'openid', 'fhirUser', 'offline_access'];
const READ = [
  'Patient',
  'AllergyIntolerance',
  'Appointment',
  'Binary',
  'CarePlan',
  'CareTeam',
  'Coverage',
  'Device',
  'DiagnosticReport',
  'Encounter',
  'FamilyMemberHistory',
  'Goal',
  'Immunization',
  'Medication',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Procedure',
  'QuestionnaireResponse',
  'RelatedPerson',
  'Schedule',
  'ServiceRequest',
  'Slot',
  '*',
];
const COUNTED = [
  'Communication',
  'Consent',
  'ExplanationOfBenefit',
  'ImagingStudy',
  'Media',
  'Provenance',
  'Specimen',
  'SupplyDelivery',
];
const WRITTEN = ['Appointment', 'DocumentReference', 'Condition', 'Claim', 'Task'];
for (const who of ['patient', 'user']) {
  for (const type of READ) SCOPES.push(`${who}/${type}.rs`);
  for (const type of COUNTED) SCOPES.push(`${who}/${type}.s`);
  for (const type of WRITTEN)
    SCOPES.push(`${who}/${type}.crs`, `${who}/${type}.crus`, `${who}/${type}.cruds`);
}

/** Keys and secrets of one provider, kept beside its store. */
export async function identity(Adapter) {
  const rows = new Adapter('Identity');
  const kept = await rows.find('self');
  if (kept) return kept;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const made = {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: randomBytes(32).toString('base64url'),
    secret: randomBytes(32).toString('base64url'),
  };
  await rows.upsert('self', made);
  return made;
}

export function signOn({ issuer, fhir, Adapter, self, seconds, withheld }) {
  const launches = new Adapter('Launch');
  const contexts = new Adapter('Context');
  const refused = (why) => {
    throw new errors.InvalidRequest(why);
  };

  const provider = new Provider(issuer, {
    adapter: Adapter,
    clients: [
      {
        client_id: 'chartside',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
      {
        client_id: FHIR_SERVER,
        client_secret: self.secret,
        redirect_uris: [],
        grant_types: [],
        response_types: [],
      },
    ],
    jwks: self.jwks,
    cookies: { keys: [self.cookies] },
    clockTolerance: 0,
    // What is asked for beyond these is not granted, and not an error.
    scopes: SCOPES.filter((scope) => !withheld.includes(scope)),
    claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
    // SMART wants fhirUser in the id_token itself, not only at the userinfo endpoint.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_, client) => client.clientId === FHIR_SERVER,
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_, client, token) => token.clientId === client.clientId,
      },
      resourceIndicators: { enabled: false },
    },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    // OpenID Connect Core §11 drops offline_access where no consent is asked for by `prompt`, "unless
    // other conditions … are in place": the registration of a SMART app is such a condition.
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    // Every launch is a grant of its own, with its own patient.
    loadExistingGrant: (ctx) => {
      const id = ctx.oidc.result?.consent?.grantId;
      return id && ctx.oidc.provider.Grant.find(id);
    },
    ttl: {
      AccessToken: seconds.access,
      RefreshToken: seconds.refresh,
      AuthorizationCode: 60,
      IdToken: 3600,
      Interaction: 3600,
      Session: 14 * 86400,
      Grant: 14 * 86400,
    },
    extraParams: {
      aud: (_, value) => value === fhir || refused('aud is not this FHIR server'),
      launch: async (_, value) =>
        value === undefined || (await launches.find(value)) || refused('unknown launch'),
    },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, fhirUser: `${fhir}/Practitioner/${id}` }),
    }),
  });

  provider.on('authorization.success', async (ctx) => {
    const { AuthorizationCode: code } = ctx.oidc.entities;
    const launch = await launches.find(ctx.oidc.params.launch ?? '');
    if (code && launch) await contexts.upsert(code.grantId, launch);
  });
  provider.use(async (ctx, next) => {
    await next();
    const token = ctx.oidc?.entities.AccessToken;
    if (ctx.oidc?.route !== 'token' || ctx.status !== 200 || !token) return;
    ctx.body = { ...ctx.body, ...(await contexts.find(token.grantId)) };
  });

  /** What the EHR makes when Chartside is pressed in a chart. */
  const launch = async (context) => {
    const id = randomUUID();
    await launches.upsert(id, context);
    return id;
  };
  /** The patient of the launch by which this token came. */
  const patientOf = async (token) => (await contexts.find(token.grantId))?.patient;
  return { provider, launch, patientOf };
}
