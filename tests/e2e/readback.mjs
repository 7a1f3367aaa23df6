// Reads every receipt back from the EHR and compares it with what was typed. The app's word is not taken.
/** How many of each kind a visit leaves in the chart. */
const counts = ({ diagnoses, followUps }) => ({
  note: 1,
  diagnosis: diagnoses.length,
  charge: 1,
  follow_up_task: followUps.length,
});

const KINDS = {
  note: 'DocumentReference',
  diagnosis: 'Condition',
  charge: 'Claim',
  follow_up_task: 'Task',
};
const ENDED = ['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error'];

/** What of these types the chart holds now, as `Type/id`. */
export async function inventory(ehr, patient) {
  const held = new Set();
  for (const type of Object.values(KINDS))
    for (const { id } of await ehr.ofPatient(type, patient)) held.add(`${type}/${id}`);
  return held;
}

/**
 * Throws when anything is missing, doubled or different; returns the rows for the last line. `visit` is what
 * was typed and chosen: { note, diagnoses, charge, followUps }.
 */
export async function readBack({ ehr, claimed, before, patient, user, visit }) {
  const after = await inventory(ehr, patient);
  const news = [...after].filter((name) => !before.has(name)).sort();
  const told = claimed.map(({ type, id }) => `${type}/${id}`).sort();
  equal(news.join(' '), told.join(' '), 'what is new in the chart against what the window says');
  for (const [kind, type] of Object.entries(KINDS)) {
    const found = claimed.filter((one) => one.kind === kind);
    equal(found.length, counts(visit)[kind], `receipts of kind ${kind}`);
    for (const one of found) equal(one.type, type, `the type of the ${kind}`);
  }
  const filed = [];
  const open = { diagnoses: [...visit.diagnoses], followUps: [...visit.followUps] };
  for (const { kind, type, id, versionId } of claimed) {
    const body = await ehr.read(type, id);
    equal(body.resourceType, type, `the type of ${type}/${id}`);
    equal(body.id, id, `the id of ${type}/${id}`);
    equal(body.meta?.versionId, versionId, `the version of ${type}/${id}`);
    equal(
      (body.subject ?? body.for ?? body.patient)?.reference,
      `Patient/${patient}`,
      `the patient of ${type}/${id}`,
    );
    await checks[kind](body, { ehr, user, visit, open });
    filed.push({ type, id, versionId });
  }
  return filed;
}

const checks = {
  async note(body, { ehr, user, visit }) {
    equal(body.status, 'current', 'the status of the document');
    must(references(body.author).includes(`Practitioner/${user}`), 'the document names its author');
    must(references(body.context?.encounter).length > 0, 'the document names its encounter');
    must(
      body.type?.coding?.some((one) => one.system === 'http://loinc.org'),
      'the document has a LOINC type',
    );
    const text = plain(
      (await Promise.all((body.content ?? []).map((one) => content(ehr, one.attachment)))).join(
        '\n',
      ),
    );
    for (const [section, words] of Object.entries(visit.note))
      must(
        text.includes(plain(words)),
        `the document contains the section ${section} as it was typed`,
      );
  },
  async diagnosis(body, { open }) {
    const { code } = take(open.diagnoses, (one) => coded(body.code, one.code, 'icd-10-cm'));
    must(code, 'each Condition is one of the diagnoses, and each diagnosis has one');
    must(references([body.encounter]).length > 0, 'the Condition names its encounter');
  },
  async charge(body, { visit: { charge, diagnoses } }) {
    const item = body.item?.find((one) => coded(one.productOrService, charge.code));
    must(item, `the Claim has ${charge.code}`);
    must(
      coded(item.locationCodeableConcept, charge.place),
      `the Claim has place of service ${charge.place}`,
    );
    const codes = (body.diagnosis ?? []).map(
      (one) => one.diagnosisCodeableConcept ?? one.diagnosisReference,
    );
    must(codes.length === diagnoses.length, 'the Claim points to each diagnosis');
    codes.forEach((one, index) => {
      const { code } = diagnoses[index];
      if (one.coding) must(coded(one, code), `the Claim points to ${code}`);
    });
  },
  async follow_up_task(body, { open }) {
    must(!ENDED.includes(body.status), `the Task is still open (it is ${body.status})`);
    must(references([body.owner]).length === 1, 'the Task has an owner');
    must(body.restriction?.period?.end ?? body.executionPeriod?.end, 'the Task has a due date');
    const words = [
      body.description,
      body.code?.text,
      ...(body.note ?? []).map((one) => one.text),
    ].join('\n');
    const { text } = take(open.followUps, (one) => words.includes(one.text));
    must(text, 'each Task says what was typed, and each follow-up has one');
  },
};

/** The first that fits, taken out: the same is not found twice. */
function take(list, fits) {
  const place = list.findIndex(fits);
  return place < 0 ? {} : list.splice(place, 1)[0];
}

async function content(ehr, attachment) {
  if (attachment?.data) return Buffer.from(attachment.data, 'base64').toString('utf8');
  if (!attachment?.url) return '';
  const answer = await ehr.get(attachment.url);
  const body = await answer.text();
  const isResource = answer.headers.get('content-type')?.includes('json');
  const binary = isResource ? JSON.parse(body) : undefined;
  return binary?.data ? Buffer.from(binary.data, 'base64').toString('utf8') : body;
}

/** Text without markup and entities, with single spaces: how a person would read it. */
function plain(markup) {
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };
  return markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(\w+);/g, (whole, name) => entities[name] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const references = (list) => (list ?? []).map((one) => one?.reference).filter(Boolean);

const coded = (concept, code, system = '') =>
  (concept?.coding ?? []).some((one) => one.code === code && (one.system ?? '').includes(system));

function must(truth, words) {
  if (!truth) throw new Error(`the EHR says otherwise: ${words}`);
}

function equal(found, wanted, words) {
  if (found !== wanted)
    throw new Error(`the EHR says otherwise: ${words}: “${found}” instead of “${wanted}”`);
}
