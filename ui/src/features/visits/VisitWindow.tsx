// One visit: the patient on top, Room | Chart | Note below, and the overlays above them.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { swapped, type PaneName } from '../../components/pane-layout';
import { Panes } from '../../components/Panes';
import { Problem } from '../../components/Problem';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { firstEmptyField, isWithin, focusId, isOnScreen } from '../../data/focus';
import { useClient, useView } from '../../data/hooks';
import { modKey, signKeys } from '../../data/keys';
import type { PreferencesPort } from '../../data/preferences';
import type { AmendmentKind } from '../../generated/AmendmentKind';
import type { AppView } from '../../generated/AppView';
import type { DeliveryView } from '../../generated/DeliveryView';
import type { LastNote } from '../../generated/LastNote';
import type { NoteSection } from '../../generated/NoteSection';
import type { SectionKind } from '../../generated/SectionKind';
import type { VisitView } from '../../generated/VisitView';
import type { WritePlanView } from '../../generated/WritePlanView';
import { after, cosign, takeOut } from '../../text/after';
import { retract } from '../../text/retract';
import { actions as words, apart, panes, product, visits } from '../../text/app';
import { carry, phrases, versions } from '../../text/note';
import { spelling } from '../../text/spelling';
import { Palette, type Command } from '../app/Palette';
import { Shortcuts } from '../app/Shortcuts';
import { TopBar } from '../app/TopBar';
import { useKeys } from '../app/use-keys';
import { ChartPane } from '../chart/ChartPane';
import { RetractSheet } from '../after/RetractSheet';
import { AmendSheet } from '../after/AmendSheet';
import { useTakeOut } from '../after/take-out';
import { DeliverySheet } from '../delivery/DeliverySheet';
import { staysHere } from '../delivery/stays';
import { PinOffer } from '../lock/PinOffer';
import { useSessionActions } from '../lock/session-actions';
import { canConfirmBoth, useConfirmBoth } from '../identity/confirm-both';
import { MismatchBar } from '../identity/IdentityCard';
import { NotePane } from '../note/NotePane';
import { CarrySheet } from '../note/CarrySheet';
import { PhrasesSheet } from '../note/PhrasesSheet';
import { SpellingSheet } from '../note/SpellingSheet';
import { VersionsSheet } from '../note/VersionsSheet';
import { PlanSheet } from '../plan/PlanSheet';
import { useSigning } from '../plan/use-signing';
import { RoomPane } from '../room/RoomPane';
import { EhrChanged } from '../signin/EhrChanged';
import { Notice } from '../signin/SignedOut';
import { SigningInStrip } from '../signin/SigningIn';
import type { Day } from '../worklist/use-day';
import { VisitContext, type VisitPort } from './visit-context';
import styles from './VisitWindow.module.css';

interface Props {
  visit: string;
  app: AppView;
  preferences: PreferencesPort;
  day: Day;
  /** Its delivery is what it was opened for. */
  opensDelivery: boolean;
  onOpened: () => void;
}

export function VisitWindow(props: Props) {
  const { visit, app, preferences, day } = props;
  const { data, error, put, refetch } = useView('visit_get', { visit }, ['visit']);
  if (data) return <OpenVisit {...props} view={data} put={put} refetch={refetch} />;
  return (
    <div className={styles.window}>
      <TopBar
        app={app}
        shown={visit}
        banner={undefined}
        preferences={preferences}
        onDay={day.show}
        onDelivery={undefined}
        onShortcuts={() => undefined}
        onPalette={() => undefined}
      />
      <main className={styles.middle}>
        {error ? (
          <Problem error={error} title={visits.loadFailed} onRetry={refetch} />
        ) : (
          <p role="status">{visits.opening}</p>
        )}
      </main>
    </div>
  );
}

interface OpenProps extends Props {
  view: VisitView;
  put: (view: VisitView) => void;
  refetch: () => void;
}

/** The counts in the bar come from another command: they are fetched again whenever an item moved. */
function useEqualCounts(delivery: DeliveryView | undefined) {
  const client = useClient();
  const states = delivery?.items.map((item) => item.state).join(' ') ?? '';
  const before = useRef(states);
  useEffect(() => {
    if (before.current === states) return;
    before.current = states;
    client.renew('app');
  }, [states, client]);
}

/** The patient's name in the title of the window for as long as the visit is on screen. */
function useTitle(name: string) {
  useEffect(() => {
    document.title = `${name} · ${product}`;
    return () => {
      document.title = product;
    };
  }, [name]);
}

/** Whether a call runs is also said of the visits that are not on screen. */
function useEqualCalls(view: VisitView) {
  const client = useClient();
  const inCall = view.room?.joined_at != null && view.room.left_at === null;
  const before = useRef(inCall);
  useEffect(() => {
    if (before.current === inCall) return;
    before.current = inCall;
    client.renew('app');
  }, [inCall, client]);
}

const swapWords = (left: PaneName = 'room', right: PaneName = 'chart') =>
  panes.swap(panes[left], panes[right]);

type Overlay = 'delivery' | 'phrases' | 'spelling' | 'palette' | 'shortcuts' | undefined;

function OpenVisit(props: OpenProps) {
  const { visit, app, preferences, day, view, put, refetch, opensDelivery, onOpened } = props;
  const client = useClient();
  const say = useToast();
  const session = useSessionActions();
  const [overlay, setOverlay] = useState<Overlay>(opensDelivery ? 'delivery' : undefined);
  useEffect(onOpened, [onOpened]);
  const [versionsOf, setVersionsOf] = useState<NoteSection>();
  const [lastNote, setLastNote] = useState<LastNote>();
  const [amending, setAmending] = useState<string>();
  const [retracting, setRetracting] = useState<{ document?: string }>();
  const [recent, setRecent] = useState<PaneName[]>([]);
  const readyPlan = useRef<WritePlanView>(undefined);
  const awaitedFocus = useRef(0);
  const showDelivery = useCallback(() => setOverlay('delivery'), []);
  const signed = view.status !== 'open';
  const delivery = useView('delivery_get', { visit }, ['delivery']);
  const documents = useView('signed_get', { visit }, signed ? ['note', 'visit', 'delivery'] : []);
  const { savePdf, saveChart, copyText } = useTakeOut(visit);
  const signing = useSigning(visit, (result) => {
    delivery.put(result.delivery);
    refetch();
    showDelivery();
  });
  useEqualCounts(delivery.data);
  useEqualCalls(view);
  useTitle(view.banner.name);
  const { layout, change } = preferences;
  const setPins = useCallback((pins: SectionKind[]) => change({ pins }), [change]);
  const identityState = view.identity.state;
  const awaitsCosign = view.awaits_cosign;

  // What could not be saved for want of a confirmed identity may be saved now.
  useEffect(() => {
    if (identityState === 'confirmed') client.retryUnsaved(visit);
  }, [identityState, client, visit]);

  const port = useMemo<VisitPort>(
    () => ({
      visit,
      view,
      app,
      put,
      signed,
      awaitsCosign,
      delivery,
      locked: signing.locked,
      spelling: preferences.spelling,
      showDelivery,
      mayWrite: !signed && view.can_draft && identityState !== 'mismatch',
    }),
    [
      visit,
      view,
      app,
      put,
      signed,
      awaitsCosign,
      delivery,
      signing.locked,
      preferences.spelling,
      showDelivery,
      identityState,
    ],
  );

  /** Brings it to the front too: a narrow window then folds another one. */
  const showPane = (pane: PaneName) => {
    setRecent((before) => [pane, ...before.filter((one) => one !== pane)]);
    if (layout.hidden.includes(pane))
      change({ layout: { ...layout, hidden: layout.hidden.filter((one) => one !== pane) } });
  };
  const hidePane = (pane: PaneName) => {
    if (layout.hidden.length < 2)
      change({ layout: { ...layout, hidden: [...layout.hidden, pane] } });
  };
  /** At once where the pane is on screen: a frame later, the key after this one would have moved the focus on. */
  const onceShown = (pane: PaneName, focus: () => void) => {
    const isShown = document.querySelector(`#pane-${pane}:not([data-hidden])`) !== null;
    cancelAnimationFrame(awaitedFocus.current);
    showPane(pane);
    if (isShown) focus();
    else awaitedFocus.current = requestAnimationFrame(focus);
  };
  const go = (pane: PaneName, ...ids: string[]) => onceShown(pane, () => focusId(...ids));
  const goPane = (pane: PaneName) => {
    if (pane === 'chart' && app.chart_apart) return setApart(true);
    const last = client.notesOf(visit).lastSection;
    // Who writes already, or has not begun, goes on where nothing is written yet.
    const toEmpty = last === undefined || isWithin('pane-note');
    onceShown(pane, () => {
      const empty = toEmpty ? firstEmptyField('pane-note') : undefined;
      if (pane === 'note') focusId(empty ?? (last === undefined ? 'part-note' : `note-${last}`));
      else document.getElementById(`pane-${pane}`)?.focus();
    });
  };
  /** Of the section that was used last, else of the first. */
  const showVersions = async () => {
    const { sections } = await client.host.call('note_get', { visit });
    const last = client.notesOf(visit).lastSection;
    setVersionsOf(sections.find((one) => one.section === last) ?? sections[0]);
  };
  const showLastNote = async () => {
    const { notes } = await client.host.call('note_last', { visit });
    if (notes[0]) setLastNote(notes[0]);
    else say(carry.none);
  };
  const attempt = (act: Promise<unknown>) => {
    act.catch((thrown: unknown) => say(toCommandError(thrown).message));
  };
  const amend = (kind: AmendmentKind, document: string | null = null) => {
    const begun = client.host.call('amendment_begin', { visit, kind, document });
    attempt(begun.then(({ id }) => setAmending(id)));
  };
  const cosignFirst = async () => {
    const { waiting } = await client.host.call('cosign_get', { visit });
    if (waiting[0]) amend('cosign', waiting[0].document);
    else say(cosign.none);
  };
  const isApart = app.chart_apart;
  /** Out, or to the front when it is out already; or back. */
  const setApart = (apart: boolean) => {
    const done = client.host.call('chart_apart', { apart });
    attempt(done.then(() => (apart ? client.host.openChart?.() : undefined)));
  };
  const search = () => (isApart ? setApart(true) : go('chart', 'chart-search'));
  const diagnosis = () => go('note', 'dx-search');
  const followUp = () => go('note', 'followup-text');
  /** The open fact after the one with the focus; with none left, the codes. */
  const openFact = async () => {
    await client.factsOf(visit).flush();
    const { open_facts } = await client.host.call('visit_get', { visit });
    const places = open_facts.map((name) => `fact-${name.replaceAll('_', '-')}`);
    const here = document.activeElement;
    const at = places.findIndex((id) => document.getElementById(id)?.contains(here));
    go('note', places[at + 1] ?? places[0] ?? 'dx-search');
  };
  const confirmBoth = useConfirmBoth(put);
  const nextUnknown = () => {
    if (!client.notesOf(visit).spelling.next()) say(spelling.none);
  };
  const identity = () => {
    // Nobody confirms what they do not see: what is to be asked and compared comes on screen first.
    if (isOnScreen('identity-script') && canConfirmBoth(view)) confirmBoth(visit);
    else go('room', 'identity');
  };
  const sign = () => {
    if (amending !== undefined || retracting) return;
    if (signed) return showDelivery();
    if (readyPlan.current) signing.commit(readyPlan.current.plan_hash);
    else if (!signing.planOpen && overlay === undefined) {
      if (view.can_sign && identityState !== 'mismatch') signing.begin();
      else signing.openPlan();
    }
  };

  useKeys({
    overlay:
      overlay !== undefined ||
      versionsOf !== undefined ||
      lastNote !== undefined ||
      amending !== undefined ||
      retracting !== undefined ||
      signing.planOpen,
    search,
    pane: goPane,
    palette: () => setOverlay('palette'),
    shortcuts: () => setOverlay('shortcuts'),
    identity,
    diagnosis,
    followUp,
    openFact: () => attempt(openFact()),
    sign,
    spelling: nextUnknown,
  });

  const commands: Command[] = [
    { id: 'next', words: words.nextPatient, keys: 'Alt+N', run: day.nextPatient },
    { id: 'day', words: words.day, keys: 'Alt+W', run: day.show },
    { id: 'search', words: words.searchChart, keys: '/', run: search },
    { id: 'room', words: words.goRoom, keys: 'Alt+1', run: () => goPane('room') },
    { id: 'chart', words: words.goChart, keys: 'Alt+2', run: () => goPane('chart') },
    { id: 'note', words: words.goNote, keys: 'Alt+3', run: () => goPane('note') },
    {
      id: 'apart',
      words: isApart ? apart.backLabel : apart.outLabel,
      run: () => setApart(!isApart),
    },
    { id: 'carry', words: carry.command, run: () => attempt(showLastNote()) },
    { id: 'phrases', words: phrases.title, run: () => setOverlay('phrases') },
    { id: 'unknown', words: spelling.next, keys: 'F7', run: nextUnknown },
    { id: 'spelling', words: spelling.title, run: () => setOverlay('spelling') },
    { id: 'versions', words: versions.open, run: () => attempt(showVersions()) },
    { id: 'identity', words: words.identity, keys: 'Alt+I', run: identity },
    { id: 'dx', words: words.diagnosis, keys: 'Alt+D', run: diagnosis },
    { id: 'follow-up', words: words.followUp, keys: 'Alt+F', run: followUp },
    { id: 'fact', words: words.openFact, keys: 'Alt+O', run: () => attempt(openFact()) },
    ...(view.room?.allowed === true
      ? [
          {
            id: 'video',
            words: words.openVideo,
            run: () => attempt(client.host.call('room_open', { visit }).then(put)),
          },
        ]
      : []),
    {
      id: 'reload',
      words: words.reloadChart,
      run: () => attempt(client.host.call('chart_reload', { visit })),
    },
    { id: 'chart-pdf', words: words.chartPdf, run: () => attempt(saveChart()) },
    ...(signed ? [] : [{ id: 'plan', words: words.writePlan, run: signing.openPlan }]),
    ...(signed || !view.can_sign
      ? []
      : [{ id: 'sign', words: words.sign, keys: signKeys, run: signing.begin }]),
    ...(signed && view.can_sign
      ? (['addendum', 'correction'] as const).map((kind) => ({
          id: kind,
          words: after.command[kind],
          run: () => amend(kind),
        }))
      : []),
    ...(documents.data?.documents ?? []).flatMap((one) => [
      {
        id: `pdf ${one.id}`,
        words: `${takeOut.pdf}: ${takeOut.which(one)}`,
        run: () => attempt(savePdf(one)),
      },
      {
        id: `copy ${one.id}`,
        words: `${takeOut.copy}: ${takeOut.which(one)}`,
        run: () => attempt(copyText(one)),
      },
    ]),
    ...(view.can_sign && app.session?.needs_cosign === false
      ? [{ id: 'cosign', words: cosign.command, run: () => attempt(cosignFirst()) }]
      : []),
    ...(signed && view.can_sign
      ? [{ id: 'retract', words: retract.command, run: () => setRetracting({}) }]
      : []),
    { id: 'delivery', words: words.delivery, run: showDelivery },
    ...[0, 1].map((index) => ({
      id: `swap ${index}`,
      words: swapWords(layout.order[index], layout.order[index + 1]),
      run: () => change({ layout: swapped(layout, index) }),
    })),
    { id: 'light', words: words.themeLight, run: () => change({ theme: 'light' }) },
    { id: 'dark', words: words.themeDark, run: () => change({ theme: 'dark' }) },
    { id: 'compact', words: words.densityCompact, run: () => change({ density: 'compact' }) },
    {
      id: 'comfortable',
      words: words.densityComfortable,
      run: () => change({ density: 'comfortable' }),
    },
    { id: 'lock', words: words.lock, keys: `${modKey}+L`, run: session.lockNow },
    { id: 'switch', words: words.switch, run: () => session.switchTo(undefined) },
    { id: 'sign-out', words: words.signOut, run: session.signOut },
    { id: 'keys', words: words.shortcuts, keys: '?', run: () => setOverlay('shortcuts') },
    ...app.visits
      .filter((one) => one.visit !== visit)
      .map((one) => ({
        id: `visit ${one.visit}`,
        words: words.showVisit(one.patient_name),
        run: () => attempt(client.host.call('visit_show', { visit: one.visit })),
      })),
  ];

  const close = () => setOverlay(undefined);
  const onPlan = useCallback((plan: WritePlanView | undefined) => {
    readyPlan.current = plan;
  }, []);

  return (
    <VisitContext value={port}>
      <div className={styles.window} data-testid="visit">
        <TopBar
          app={app}
          shown={visit}
          banner={view.banner}
          preferences={preferences}
          onDay={day.show}
          staysHere={signed && staysHere(delivery)}
          onDelivery={showDelivery}
          onShortcuts={() => setOverlay('shortcuts')}
          onPalette={() => setOverlay('palette')}
        />
        <div>
          {app.phase === 'signing_in' && app.sign_in && (
            <SigningInStrip ehrName={app.sign_in.ehr_name} />
          )}
          {app.notice && (
            <div className={styles.notice}>
              <Notice app={app} />
            </div>
          )}
          <EhrChanged app={app} />
          <MismatchBar />
          <PinOffer app={app} />
          {view.banner.alerts.map((alert) => (
            <p key={alert} className={styles.alert} role="alert" data-testid="banner-alert">
              ▲ {alert}
            </p>
          ))}
        </div>
        <main className={styles.panes}>
          <Panes
            layout={layout}
            onLayout={(next) => change({ layout: next })}
            recent={recent}
            onShow={showPane}
            away={isApart ? 'chart' : undefined}
            onBack={() => setApart(false)}
            panes={{
              room: <RoomPane onHide={hidePane} />,
              // In one place at a time, so that what changed is marked once.
              chart: isApart ? null : (
                <ChartPane
                  onApart={() => setApart(true)}
                  onHide={hidePane}
                  pins={preferences.pins}
                  onPins={setPins}
                />
              ),
              note: (
                <NotePane
                  onHide={hidePane}
                  signing={signing}
                  onVersions={setVersionsOf}
                  onCarry={setLastNote}
                  onAmend={amend}
                  onCosign={(document) => amend('cosign', document)}
                  onRetract={(document) => setRetracting({ document })}
                />
              ),
            }}
          />
        </main>
        {signing.planOpen && <PlanSheet signing={signing} onPlan={onPlan} />}
        {overlay === 'delivery' && <DeliverySheet onClose={close} />}
        {overlay === 'palette' && <Palette commands={commands} onClose={close} />}
        {overlay === 'phrases' && <PhrasesSheet onClose={close} />}
        {overlay === 'spelling' && <SpellingSheet preferences={preferences} onClose={close} />}
        {lastNote && <CarrySheet last={lastNote} onClose={() => setLastNote(undefined)} />}
        {amending !== undefined && (
          <AmendSheet
            id={amending}
            onVersions={setVersionsOf}
            onClose={() => setAmending(undefined)}
          />
        )}
        {retracting && (
          <RetractSheet document={retracting.document} onClose={() => setRetracting(undefined)} />
        )}
        {versionsOf && (
          <VersionsSheet section={versionsOf} onClose={() => setVersionsOf(undefined)} />
        )}
        {overlay === 'shortcuts' && <Shortcuts onClose={close} />}
      </div>
    </VisitContext>
  );
}
