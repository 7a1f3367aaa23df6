// An in-memory host with one realistic visit: for development (`#fake`) and for tests. Never in a release bundle.
import type { AppEvent } from '../generated/AppEvent';
import type { AppView } from '../generated/AppView';
import type { BriefView } from '../generated/BriefView';
import type { ChargeView } from '../generated/ChargeView';
import type { ChartSection } from '../generated/ChartSection';
import type { CommandError } from '../generated/CommandError';
import type { CommandName, Commands } from '../generated/commands';
import type { DiagnosisView } from '../generated/DiagnosisView';
import type { ErrorCode } from '../generated/ErrorCode';
import type { FollowUpView } from '../generated/FollowUpView';
import type { NoteView } from '../generated/NoteView';
import type { PlanItem } from '../generated/PlanItem';
import type { Topic } from '../generated/Topic';
import type { VisitView } from '../generated/VisitView';
import type { WorklistView } from '../generated/WorklistView';
import type { WritePlanView } from '../generated/WritePlanView';
import { FakeAfter } from './fake-after';
import { FakeRetract } from './fake-retract';
import { appView } from './fake-app';
import { briefView, noBrief } from './fake-brief';
import { chartSections, documentText } from './fake-chart';
import { FakeDelivery } from './fake-delivery';
import { FakeHistory } from './fake-history';
import { FakeLock } from './fake-lock';
import { FakeNextVisit } from './fake-next-visit';
import { FakePhrases } from './fake-phrases';
import { FakeSpelling } from './fake-spelling';
import { choicesBelow, chosen, exclusionsOf } from './fake-diagnoses';
import { codesView, nothingExtra, openFacts, planOf, type Parts } from './fake-rules';
import { dressScene } from './fake-scenes';
import { dayView, noSchedule } from './fake-worklist';
import { FakeLastNote } from './fake-last-note';
import { switched } from './fake-templates';
import * as data from './fake-visit';
import type { Host } from './host';

export type FakeCommands = {
  [N in CommandName]: (
    args: Commands[N]['arguments'],
  ) => Commands[N]['result'] | Promise<Commands[N]['result']>;
};

export interface FakeOptions {
  scene?: string;
  /** Milliseconds before each answer. */
  delay?: number;
  /** Milliseconds between the steps of a delivery. */
  step?: number;
}

export const failure = (code: ErrorCode, message: string, retryable = false): CommandError => ({
  code,
  message,
  retryable,
  correlation_id: 'c0ffee12',
});

export class FakeHost implements Host {
  app: AppView = appView();
  visits = new Map<string, VisitView>([
    [data.VISIT, data.visitView()],
    [data.OTHER, data.otherVisit()],
  ]);
  brief: BriefView = briefView();
  day: WorklistView = dayView();
  note: NoteView = data.noteView();
  sections: ChartSection[] = chartSections();
  diagnoses: DiagnosisView[] = [];
  charges: ChargeView[] = [];
  extra = nothingExtra;
  kept: Record<string, string> = {};
  followUps: FollowUpView[] = [];
  /** The EHR is read-only: everything stays in the note, and the note here. */
  takesNothing = false;
  /** Every call, in order. */
  readonly calls: { name: CommandName; args: unknown }[] = [];
  /** Stands in for a command: to fail it, hold it, or answer something else. */
  readonly instead: Partial<FakeCommands> = {};
  readonly lock = new FakeLock({
    app: () => this.app,
    change: (change) => this.changeApp(change),
    failure,
  });
  /** Text that was carried forward. */
  readonly lastNote = new FakeLastNote(() => this.note);
  readonly phrases = new FakePhrases(() => this.tell('phrases', null), failure);
  readonly nextVisit = new FakeNextVisit(() => this.tell('follow_ups'), failure);
  readonly spelling = new FakeSpelling(() => this.tell('spelling', null));
  readonly history = new FakeHistory({
    note: () => this.note,
    put: (note) => {
      this.note = note;
      this.tell('note');
    },
    failure,
  });
  readonly outbox = new FakeDelivery({
    step: () => this.options.step ?? 700,
    changed: () => {
      const { waiting, filed, allFiled } = this.outbox.counts();
      this.app = { ...this.app, outbox: { ...this.app.outbox, waiting, filed: 5 + filed } };
      if (allFiled) this.changeVisit(data.VISIT, { status: 'filed' });
      this.tell('delivery');
      this.tell('app', null);
    },
  });
  readonly after = new FakeAfter({
    note: () => this.note,
    visit: () => this.visit,
    failure,
    items: () => this.outbox.items,
    queue: (kind, label) => this.outbox.add(kind, label),
    changed: () => this.tell('note'),
  });
  readonly taken = new FakeRetract({
    documents: () => this.after.list().documents,
    items: () => this.outbox.items,
    queue: (kind, label) => this.outbox.add(kind, label),
    view: () => this.outbox.view(),
    changed: () => this.tell('note'),
  });
  private seq = 0;
  private readonly ears = new Set<(event: AppEvent) => void>();

  constructor(readonly options: FakeOptions = {}) {}

  async call<N extends CommandName>(
    name: N,
    args: Commands[N]['arguments'],
  ): Promise<Commands[N]['result']> {
    this.calls.push({ name, args });
    if (this.options.delay) await new Promise((resolve) => setTimeout(resolve, this.options.delay));
    const refused = this.lock.refuses(name);
    if (refused) throw refused;
    const act: FakeCommands[N] = this.instead[name] ?? this.commands[name];
    return structuredClone(await act(args));
  }

  events(onEvent: (event: AppEvent) => void): () => void {
    this.ears.add(onEvent);
    return () => this.ears.delete(onEvent);
  }

  tell(topic: Topic, visit: string | null = data.VISIT): void {
    this.seq += 1;
    for (const ear of this.ears) ear({ seq: this.seq, topic, visit });
  }

  get visit(): VisitView {
    const visit = this.visits.get(data.VISIT);
    if (!visit) throw new Error('the fake has no visit');
    return visit;
  }

  private codes() {
    return codesView(
      this.visit.facts,
      this.diagnoses,
      this.charges,
      this.extra,
      exclusionsOf(this.diagnoses, this.kept),
    );
  }

  private parts(): Parts {
    const { visit, note, followUps } = this;
    const nextVisit = this.nextVisit.view.chosen;
    return { visit, note, followUps, nextVisit, codes: this.codes() };
  }

  private plan(): WritePlanView {
    const plan = planOf(this.parts());
    if (!this.takesNothing) return plan;
    const items = plan.items.map((one): PlanItem => {
      const outcome = one.kind === 'note' ? 'not_written' : 'in_note';
      const words = 'This EHR takes nothing from outside.';
      return { ...one, outcome, words, resource: null, request: null, format: null };
    });
    return { ...plan, items };
  }

  private attested(): NoteView {
    const { facts } = this.visit;
    const said = (value: unknown, yes: string) => (value === null ? '…' : yes);
    const attestation = [
      `Visit by ${facts.modality ?? '…'}.`,
      `Patient at ${facts.patient_place ?? '…'}, ${facts.patient_state ?? '…'};`,
      `clinician at ${facts.clinician_location ?? '…'}.`,
      `Consent ${said(facts.consent, facts.consent === true ? 'given' : 'not given')}.`,
    ].join(' ');
    return { ...this.lastNote.marked(this.note), attestation };
  }

  private changeVisit(id: string, change: Partial<VisitView>): VisitView {
    const before = this.visits.get(id);
    if (!before) throw failure('visit_not_found', 'This visit is not on this computer.');
    const after = { ...before, ...change };
    this.visits.set(id, after);
    this.tell('visit', id);
    return after;
  }

  private changeApp(change: Partial<AppView>) {
    this.app = { ...this.app, ...change };
    this.tell('app', null);
    return {};
  }

  /** As the backend: what the list of visits says of a call is only fetched again when somebody asks. */
  inCall(visit: string, in_call: boolean) {
    const visits = this.app.visits.map((one) => (one.visit === visit ? { ...one, in_call } : one));
    this.app = { ...this.app, visits };
  }

  private changeCodes() {
    this.tell('codes');
    return this.codes();
  }

  private followUpsView() {
    const owners = [
      { reference: 'Practitioner/1', name: 'Dr. Anna Keller' },
      { reference: 'Practitioner/7', name: 'Rosa Lind, RN' },
      { reference: 'Practitioner/9', name: 'Scheduling desk' },
    ];
    const offered = [{ text: 'Follow-up visit', due: '2027-02-22', priority: 'routine' as const }];
    const usual = offered.filter((one) => !this.followUps.some((has) => has.text === one.text));
    return { visit: data.VISIT, items: this.followUps, owners, usual };
  }

  private readonly commands: FakeCommands = {
    app_state: () => this.app,
    launch: () => ({}),
    sign_in: ({ iss }) => {
      const ehr_name = this.app.ehrs.find((ehr) => ehr.iss === iss)?.name ?? iss;
      return this.changeApp({ phase: 'signing_in', sign_in: { ehr_name } });
    },
    sign_in_callback: () => ({}),
    sign_in_cancel: () => {
      const rest = this.app.session ? 'ready' : 'signed_out';
      const phase = this.app.locked_account === null ? rest : 'locked';
      return this.changeApp({ phase, sign_in: null });
    },
    sign_out: () =>
      this.changeApp({ phase: 'signed_out', session: null, current_visit: null, visits: [] }),
    lock: () => this.lock.lock(),
    unlock_pin: ({ account, pin }) => this.lock.unlock(account, pin),
    pin_set: ({ pin }) => this.lock.set(pin),
    pin_remove: () => this.lock.remove(),
    activity: () => ({}),
    ehr_changes_read: () => {
      this.changeApp({ ehr_changes: null });
      return {};
    },
    dismiss_notice: () => this.changeApp({ notice: null }),
    // Only Dr. Keller has a schedule; the list of one is nobody else's.
    worklist_get: () =>
      this.app.session?.clinician === 'Dr. Anna Keller' ? this.day : noSchedule(),
    worklist_refresh: () => ({}),
    worklist_open: ({ appointment }) => {
      const found = this.day.rows.find((row) => row.appointment === appointment);
      if (!found) throw failure('invalid_input', 'This appointment is no longer on the list.');
      const visit = found.visit ?? data.OTHER;
      this.changeApp({ current_visit: visit });
      return { visit };
    },
    visit_show: ({ visit }) => this.changeApp({ current_visit: visit }),
    visit_get: ({ visit }) => {
      const found = this.visits.get(visit);
      if (!found) throw failure('visit_not_found', 'This visit is not on this computer.');
      return found;
    },
    identity_confirm: ({ visit, identifiers }) =>
      this.changeVisit(visit, {
        identity: {
          ...this.visit.identity,
          state: 'confirmed',
          confirmed: identifiers,
          confirmed_at: new Date().toISOString(),
          mismatch_reason: null,
        },
      }),
    identity_mismatch: ({ visit, reason }) =>
      this.changeVisit(visit, {
        identity: {
          ...this.visit.identity,
          state: 'mismatch',
          confirmed: [],
          confirmed_at: null,
          mismatch_reason: reason,
        },
      }),
    identity_decide: ({ visit, issue, decision }) => {
      const { identity } = this.visit;
      const issues = identity.issues.map((one) =>
        one.issue === issue ? { ...one, open: decision === 'take_back' } : one,
      );
      return this.changeVisit(visit, { identity: { ...identity, issues } });
    },
    facts_set: ({ visit, facts }) => {
      const open_facts = openFacts(facts);
      const after = this.changeVisit(visit, { facts, open_facts });
      this.tell('note');
      this.tell('codes');
      return after;
    },
    room_open: ({ visit }) => {
      const { room } = this.visit;
      const joined_at = room?.joined_at ?? new Date().toISOString();
      this.inCall(visit, true);
      return this.changeVisit(visit, { room: room && { ...room, joined_at, left_at: null } });
    },
    room_left: ({ visit }) => {
      const { room } = this.visit;
      this.inCall(visit, false);
      return this.changeVisit(visit, {
        room: room && { ...room, left_at: new Date().toISOString() },
      });
    },
    chart_get: ({ visit }) => ({ visit, sections: this.sections }),
    brief_get: ({ visit }) => (visit === data.VISIT ? this.brief : noBrief(visit)),
    chart_apart: ({ apart }) => {
      this.app = { ...this.app, chart_apart: apart };
      this.tell('app');
      return {};
    },
    chart_reload: () => {
      const before = this.sections;
      this.sections = chartSections().map((one) => ({
        ...one,
        items: [],
        state: { state: 'loading' },
      }));
      this.tell('chart');
      setTimeout(() => {
        this.sections = before.map((one) => ({ ...one, state: { state: 'complete' } }));
        this.tell('chart');
      }, this.options.step ?? 900);
      return {};
    },
    chart_document: ({ id }) => ({
      id,
      title: 'Progress note',
      date: '2026-08-14',
      author: 'Dr. Anna Keller',
      text: documentText,
      blocks: [],
      picture: null,
      not_shown: null,
    }),
    note_get: () => this.attested(),
    note_edit: ({ section, text, base_revision }) => {
      if (section.includes('/')) return this.after.edit(section, text, base_revision);
      const found = this.note.sections.find((one) => one.section === section);
      if (!found) throw failure('invalid_input', 'This note has no such section.');
      if (found.revision !== base_revision)
        throw failure('note_conflict', 'Somebody else saved this section meanwhile.');
      const saved = { section, revision: base_revision + 1, saved_at: new Date().toISOString() };
      this.history.add(found);
      this.note = {
        ...this.note,
        sections: this.note.sections.map((one) =>
          one.section === section ? { ...one, ...saved, text } : one,
        ),
      };
      this.tell('note');
      return saved;
    },
    note_template: ({ template }) => {
      this.note = switched(this.note, template);
      this.tell('note');
      return this.attested();
    },
    note_versions: ({ section }) => this.history.list(section),
    note_version: ({ section, revision }) => this.history.one(section, revision),
    note_restore: ({ section, revision }) => this.history.restore(section, revision),
    note_undo: ({ section }) => this.history.undo(section),
    note_redo: ({ section }) => this.history.redo(section),
    note_last: () => ({ notes: this.lastNote.last() }),
    note_last_read: ({ note }) => this.lastNote.read(note),
    note_carry: ({ note, take }) => this.lastNote.carry(note, take),
    phrases_get: () => this.phrases.view(),
    phrase_save: (args) => this.phrases.save(args),
    phrase_remove: ({ name }) => this.phrases.remove(name),
    phrase_expand: ({ text }) => this.phrases.expand(text),
    ...this.spelling.commands,
    note_preview: () => {
      const { sections, attestation } = this.attested();
      const said = sections.filter((one) => one.text.trim() !== '');
      const parts = said.map((one) => `${one.title.toUpperCase()}\n${one.text}`);
      return { text: [...parts, `ATTESTATION\n${attestation}`].join('\n\n') };
    },
    codes_get: () => this.codes(),
    diagnosis_search: ({ query }) => {
      const words = query.toLowerCase().split(/\s+/);
      const hits = data.diagnosisTable.filter((one) =>
        words.every((word) => `${one.code} ${one.title}`.toLowerCase().includes(word)),
      );
      hits.sort((a, b) => Number(b.on_problem_list) - Number(a.on_problem_list));
      return { query, hits };
    },
    diagnosis_choices: ({ code }) => choicesBelow(code),
    diagnosis_keep_both: ({ first, second, reason }) => {
      this.kept = { ...this.kept, [`${first} ${second}`]: reason };
      return this.changeCodes();
    },
    charge_facts: ({ extra }) => {
      this.extra = extra;
      return this.changeCodes();
    },
    diagnosis_add: ({ code }) => {
      if (!this.diagnoses.some((one) => one.code === code))
        this.diagnoses = [...this.diagnoses, ...chosen(code)];
      return this.changeCodes();
    },
    diagnosis_remove: ({ code }) => {
      this.diagnoses = this.diagnoses.filter((one) => one.code !== code);
      return this.changeCodes();
    },
    diagnosis_move: ({ code, index }) => {
      const rest = this.diagnoses.filter((one) => one.code !== code);
      const moved = this.diagnoses.filter((one) => one.code === code);
      this.diagnoses = [...rest.slice(0, index), ...moved, ...rest.slice(index)];
      return this.changeCodes();
    },
    charge_accept: ({ code }) => {
      const found = this.codes().suggestions.find((one) => one.code === code);
      if (found) this.charges = [...this.charges, { ...found, diagnoses: [] }];
      return this.changeCodes();
    },
    charge_remove: ({ code }) => {
      this.charges = this.charges.filter((one) => one.code !== code);
      return this.changeCodes();
    },
    follow_ups_get: () => this.followUpsView(),
    follow_up_add: ({ text, owner, due, priority }) => {
      const name =
        this.followUpsView().owners.find((one) => one.reference === owner)?.name ?? owner;
      const id = String(this.followUps.length + 1);
      this.followUps = [...this.followUps, { id, text, owner: name, due, priority }];
      this.tell('follow_ups');
      return this.followUpsView();
    },
    follow_up_remove: ({ id }) => {
      this.followUps = this.followUps.filter((one) => one.id !== id);
      this.tell('follow_ups');
      return this.followUpsView();
    },
    ...this.nextVisit.commands,
    plan_get: () => this.plan(),
    sign: ({ plan_hash }) => {
      const plan = this.plan();
      if (plan.blockers.length > 0)
        throw failure('incomplete', 'Something is missing; see the plan.');
      if (plan.plan_hash !== plan_hash)
        throw failure('plan_changed', 'The write plan changed since it was shown.');
      const at = new Date().toISOString();
      const content_hash = '9f2c41d07be358aa6610d2c3f4e5b6a79f2c41d07be358aa6610d2c3f4e5b6a7';
      this.note = { ...this.note, signed: { at, by: 'Dr. Anna Keller', content_hash } };
      const awaits_cosign = this.app.session?.needs_cosign === true;
      this.changeVisit(data.VISIT, { status: 'signed', awaits_cosign });
      this.tell('note');
      this.outbox.take(plan.items, at);
      return { at, content_hash, delivery: this.outbox.view() };
    },
    signed_get: () => this.taken.list(this.after.list()),
    cosign_get: () => this.after.waiting(),
    retract_get: () => this.taken.view(),
    retract: (args) => this.taken.retract(args),
    amendment_begin: ({ kind }) => this.after.begin(kind),
    amendment_get: ({ id }) => this.after.view(id),
    amendment_drop: ({ id }) => {
      this.after.drop(id);
      return {};
    },
    chart_pdf: () => ({ words: 'Saved as Chart 2026-11-22.pdf' }),
    note_pdf: ({ id }) => {
      const one = this.after.list().documents.find((document) => document.id === id);
      if (!one) throw failure('invalid_input', 'Only what is signed can be saved as PDF.');
      return { words: `Saved as ${one.title} 2026-11-22.pdf` };
    },
    amendment_sign: ({ id }) => {
      const at = this.after.sign(id);
      return { at, content_hash: '9f2c41d0', delivery: this.outbox.view() };
    },
    ...this.outbox.commands,
  };
}

export function fakeHost(options: FakeOptions = {}): FakeHost {
  const host = new FakeHost({ delay: 120, ...options });
  dressScene(host, options.scene ?? '');
  return host;
}
