// The EHR asked directly over HTTP, with a token of its own: what is really in the chart.

export class Ehr {
  constructor({ fhir, admin }, user) {
    this.fhir = fhir;
    this.admin = admin;
    this.user = user;
  }

  async token() {
    const answer = await fetch(new URL('/token', this.admin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: this.user, scopes: 'user/*.rs', ttl: 600 }),
    });
    if (!answer.ok) throw new Error(`no token for the checker: HTTP ${answer.status}`);
    return (await answer.json()).access_token;
  }

  async get(path, accept = 'application/fhir+json') {
    this.bearer ??= await this.token();
    const url = path.startsWith('http') ? path : `${this.fhir.replace(/\/$/, '')}/${path}`;
    const answer = await fetch(url, {
      headers: { Authorization: `Bearer ${this.bearer}`, Accept: accept },
    });
    if (!answer.ok) throw new Error(`GET ${path}: HTTP ${answer.status}`);
    return answer;
  }

  async read(type, id) {
    return (await this.get(`${type}/${id}`)).json();
  }

  /** All resources of a type about this patient, page by page. */
  async ofPatient(type, patient) {
    const found = [];
    let next = `${type}?patient=${patient}&_count=200`;
    while (next) {
      const bundle = await (await this.get(next)).json();
      for (const entry of bundle.entry ?? [])
        if (entry.resource?.resourceType === type) found.push(entry.resource);
      next = bundle.link?.find((link) => link.relation === 'next')?.url;
    }
    return found;
  }
}
