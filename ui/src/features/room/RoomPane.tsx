// The room: where the video is, whether the call runs, and whose face it should be.
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/Button';
import { PaneHeader } from '../../components/PaneHeader';
import type { PaneName } from '../../components/pane-layout';
import { Problem } from '../../components/Problem';
import { focusId } from '../../data/focus';
import { useAction, useClient } from '../../data/hooks';
import { clock, duration, moment } from '../../data/time';
import type { RoomFrame } from '../../generated/RoomFrame';
import type { RoomView } from '../../generated/RoomView';
import { panes } from '../../text/app';
import { modality, room as text } from '../../text/visit';
import { IdentityCard } from '../identity/IdentityCard';
import { useVisit } from '../visits/visit-context';
import { DeviceCheck } from './DeviceCheck';
import { useRoomStage, type RoomEvent } from './room-stage';
import styles from './RoomPane.module.css';

export function RoomPane({ onHide }: { onHide: (name: PaneName) => void }) {
  const { view } = useVisit();
  return (
    <>
      <PaneHeader name="room" title={panes.room} onHide={onHide} />
      <div className={styles.body} data-room-clip>
        <dl className={styles.facts}>
          <div>
            <dt>{text.type}</dt>
            <dd data-testid="visit-type">
              {view.visit_type}
              {view.facts.modality !== null && ` · ${modality[view.facts.modality]}`}
              {!view.visit_type_mapped && <p className={styles.warning}>▲ {text.unmapped}</p>}
            </dd>
          </div>
          {view.start !== null && (
            <div>
              <dt>{text.scheduled}</dt>
              <dd>{moment(view.start)}</dd>
            </div>
          )}
          {view.reason !== null && (
            <div>
              <dt>{text.reason}</dt>
              <dd>{view.reason}</dd>
            </div>
          )}
        </dl>
        {view.room ? <Video room={view.room} /> : <p className={styles.quiet}>{text.none}</p>}
        <IdentityCard />
      </div>
    </>
  );
}

function Video({ room }: { room: RoomView }) {
  const { visit, put } = useVisit();
  const { host } = useClient();
  const open = useAction(async () => put(await host.call('room_open', { visit })));
  const stage = useRoomStage();
  const leave = useAction(async () => {
    put(await host.call('room_left', { visit }));
    stage.end(visit);
  });
  const inCall = room.joined_at !== null && room.left_at === null;
  const problem = open.error ?? leave.error;
  const framed = room.allowed && room.surface === 'embedded';

  return (
    <section className={styles.video} data-testid="room" data-state={stateOf(room)}>
      <div className={styles.call}>
        <span className={inCall ? styles.live : styles.state} data-testid="room-state">
          {words(room)}
        </span>
        {room.joined_at !== null && <Elapsed from={room.joined_at} until={room.left_at} />}
      </div>
      <p className={styles.origin} data-testid="room-origin">
        {room.provider === null ? room.origin : `${room.provider} · ${room.origin}`}
      </p>
      {room.allowed ? (
        <div className={styles.actions}>
          <Button
            kind={room.joined_at === null ? 'primary' : 'normal'}
            small={room.joined_at !== null}
            isDisabled={open.pending}
            onPress={() => void open.run()}
            data-testid="open-video"
          >
            {room.joined_at === null ? text.open : text.openAgain}
          </Button>
          {inCall && (
            <Button
              small
              isDisabled={leave.pending}
              onPress={() => void leave.run()}
              data-testid="call-ended"
            >
              {text.ended}
            </Button>
          )}
        </div>
      ) : (
        <p className={styles.warning} data-testid="room-not-allowed">
          ▲ {text.notAllowed(room.origin)}
        </p>
      )}
      {problem && <Problem error={problem} />}
      {room.allowed && room.joined_at === null && (
        <p className={`${styles.quiet} ${styles.hint}`}>{text.beside[room.surface]}</p>
      )}
      {framed && !inCall && <DeviceCheck />}
      {room.frame && inCall && <Framed frame={room.frame} onLeft={() => void leave.run()} />}
      {inCall && <AudioOnly />}
    </section>
  );
}

/** The place of the frame, and what the page in it tells. */
function Framed({ frame, onLeft }: { frame: RoomFrame; onLeft: () => void }) {
  const { visit } = useVisit();
  const stage = useRoomStage();
  const slot = useRef<HTMLDivElement>(null);
  const [waiting, setWaiting] = useState(false);
  const { address, allow } = frame;
  const left = useRef(onLeft);
  useEffect(() => {
    left.current = onLeft;
  });

  useEffect(() => {
    const onEvent = (event: RoomEvent) => {
      setWaiting(event === 'knock');
      if (event === 'leave') left.current();
    };
    stage.show({ visit, frame: { address, allow }, onEvent });
    stage.place(visit, slot.current);
    return () => stage.place(visit, null);
  }, [stage, visit, address, allow]);

  return (
    <>
      {waiting && (
        <p className={styles.knock} role="status" data-testid="patient-waiting">
          {text.waiting}
        </p>
      )}
      <div ref={slot} className={styles.stage} data-testid="room-stage" />
    </>
  );
}

/** Video does not work: the call goes on, and what is coded follows. */
function AudioOnly() {
  const { visit, view, mayWrite, locked } = useVisit();
  const draft = useClient().factsOf(visit);
  if (view.facts.modality !== 'video' || !mayWrite || locked) return null;
  const goOn = () => {
    const facts = draft.snapshot().facts ?? view.facts;
    draft.set({ ...facts, modality: 'audio' }, 'elsewhere');
    requestAnimationFrame(() => focusId('fact-audio-only-reason'));
  };
  return (
    <div className={styles.actions}>
      <Button small kind="quiet" onPress={goOn} data-testid="audio-only">
        {text.audioOnly}
      </Button>
      <p className={styles.quiet}>{text.audioOnlyHint}</p>
    </div>
  );
}

function stateOf(room: RoomView): string {
  if (room.left_at !== null) return 'left';
  return room.joined_at === null ? 'not_joined' : 'joined';
}

function words(room: RoomView): string {
  if (room.left_at !== null) return text.left(clock(room.left_at));
  return room.joined_at === null ? text.notJoined : text.inCall(clock(room.joined_at));
}

/** Counts while the call runs; ticks by itself, so that nothing around it renders again. */
export function Elapsed({ from, until }: { from: string; until: string | null }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until !== null) return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [until]);
  const end = until === null ? now : Date.parse(until);
  return (
    <span role="timer" aria-label={text.elapsed} className={styles.elapsed} data-testid="elapsed">
      {duration(end - Date.parse(from))}
    </span>
  );
}
