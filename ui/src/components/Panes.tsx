// Three panes side by side: dragged or moved by keyboard, collapsed, remembered (sizes only).
import { useRef, useState, type ReactNode, type PointerEvent, type KeyboardEvent } from 'react';
import { panes as text } from '../text/app';
import { Button } from './Button';
import styles from './Panes.module.css';

export type PaneName = 'room' | 'chart' | 'note';

export interface Layout {
  /** Shares of the width; the chart takes what is left. */
  room: number;
  note: number;
  hidden: PaneName[];
}

export const defaultLayout: Layout = { room: 0.205, note: 0.42, hidden: [] };

const limits = { room: [0.12, 0.45], note: [0.25, 0.7] } as const;

interface Props {
  layout: Layout;
  onLayout: (layout: Layout) => void;
  panes: Record<PaneName, ReactNode>;
}

export function Panes({ layout, onLayout, panes }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const shown = (pane: PaneName) => !layout.hidden.includes(pane);

  const share = (pane: 'room' | 'note', value: number) => {
    const [least, most] = limits[pane];
    onLayout({ ...layout, [pane]: Math.min(most, Math.max(least, value)) });
  };

  const toggle = (pane: PaneName) => {
    const hidden = shown(pane)
      ? [...layout.hidden, pane]
      : layout.hidden.filter((one) => one !== pane);
    if (hidden.length < 3) onLayout({ ...layout, hidden });
  };

  const wide = (pane: PaneName, css: string) => (shown(pane) ? css : '36px');
  const chartTakesRest = shown('chart');
  const columns = [
    wide(
      'room',
      chartTakesRest || shown('note') ? `clamp(212px, ${layout.room * 100}%, 45%)` : '1fr',
    ),
    'auto',
    wide('chart', 'minmax(280px, 1fr)'),
    'auto',
    wide(
      'note',
      chartTakesRest ? `clamp(380px, ${layout.note * 100}%, 70%)` : 'minmax(380px, 1fr)',
    ),
  ].join(' ');

  return (
    <div ref={frame} className={styles.frame} style={{ gridTemplateColumns: columns }}>
      <Pane name="room" shown={shown('room')} onToggle={toggle}>
        {panes.room}
      </Pane>
      <Divider
        label={text.resize(text.room, text.chart)}
        controls="pane-room"
        value={layout.room}
        limits={limits.room}
        isDisabled={!shown('room')}
        onChange={(value) => share('room', value)}
        onToggle={() => toggle('room')}
        direction={1}
        frame={frame}
      />
      <Pane name="chart" shown={shown('chart')} onToggle={toggle}>
        {panes.chart}
      </Pane>
      <Divider
        label={text.resize(text.chart, text.note)}
        controls="pane-note"
        value={layout.note}
        limits={limits.note}
        isDisabled={!shown('note') || !shown('chart')}
        onChange={(value) => share('note', value)}
        onToggle={() => toggle('note')}
        direction={-1}
        frame={frame}
      />
      <Pane name="note" shown={shown('note')} onToggle={toggle}>
        {panes.note}
      </Pane>
    </div>
  );
}

interface PaneProps {
  name: PaneName;
  shown: boolean;
  onToggle: (name: PaneName) => void;
  children: ReactNode;
}

function Pane({ name, shown, onToggle, children }: PaneProps) {
  const title = text[name];
  return (
    <section
      id={`pane-${name}`}
      className={styles.pane}
      aria-label={title}
      tabIndex={-1}
      data-testid={`pane-${name}`}
      data-hidden={!shown || undefined}
    >
      <div className={styles.content} hidden={!shown}>
        {children}
      </div>
      {!shown && (
        <button
          type="button"
          className={styles.rail}
          aria-label={text.show(title)}
          onClick={() => onToggle(name)}
          data-testid={`show-${name}`}
        >
          <span>{title}</span>
        </button>
      )}
    </section>
  );
}

/** The button in a pane's header that collapses it. */
export function HidePane({ name, onHide }: { name: PaneName; onHide: (name: PaneName) => void }) {
  return (
    <Button
      kind="quiet"
      small
      aria-label={text.hideLabel(text[name])}
      onPress={() => onHide(name)}
      data-testid={`hide-${name}`}
    >
      {text.hide}
    </Button>
  );
}

interface DividerProps {
  label: string;
  controls: string;
  value: number;
  limits: readonly [number, number];
  isDisabled: boolean;
  direction: 1 | -1;
  onChange: (value: number) => void;
  onToggle: () => void;
  frame: React.RefObject<HTMLDivElement | null>;
}

function Divider(props: DividerProps) {
  const { label, controls, value, limits, isDisabled, direction, onChange, onToggle, frame } =
    props;
  const [dragging, setDragging] = useState(false);

  const onPointerMove = (event: PointerEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (!dragging || !box || box.width === 0) return;
    const fromLeft = (event.clientX - box.left) / box.width;
    onChange(direction === 1 ? fromLeft : 1 - fromLeft);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = 0.02 * direction;
    if (event.key === 'ArrowLeft') onChange(value - step);
    else if (event.key === 'ArrowRight') onChange(value + step);
    else if (event.key === 'Home') onChange(limits[0]);
    else if (event.key === 'End') onChange(limits[1]);
    else if (event.key === 'Enter') onToggle();
    else return;
    event.preventDefault();
  };

  return (
    // A separator that can be moved is a widget: it takes focus, keys and the pointer.
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-controls={controls}
      aria-valuenow={Math.round(value * 100)}
      aria-valuemin={Math.round(limits[0] * 100)}
      aria-valuemax={Math.round(limits[1] * 100)}
      aria-disabled={isDisabled || undefined}
      tabIndex={isDisabled ? -1 : 0}
      className={styles.divider}
      data-dragging={dragging || undefined}
      onKeyDown={isDisabled ? undefined : onKeyDown}
      onPointerDown={(event) => {
        if (isDisabled) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        event.preventDefault();
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => setDragging(false)}
      onPointerCancel={() => setDragging(false)}
    />
  );
}
