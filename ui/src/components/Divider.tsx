// Between two panes: drag it, move it with the arrow keys, or let the panes change places.
import { useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import styles from './Panes.module.css';

interface Props {
  label: string;
  swapLabel: string;
  /** The pane that it sizes. */
  pane: 'room' | 'note';
  value: number;
  limits: readonly [number, number];
  isDisabled: boolean;
  /** 1: the pane is on the left. */
  direction: 1 | -1;
  frame: RefObject<HTMLDivElement | null>;
  onChange: (value: number) => void;
  onToggle: () => void;
  onSwap: () => void;
}

export function Divider(props: Props) {
  const { label, swapLabel, pane, value, limits, isDisabled, direction, frame } = props;
  const { onChange, onToggle, onSwap } = props;
  const [dragging, setDragging] = useState(false);

  const onPointerMove = (event: PointerEvent) => {
    const width = frame.current?.clientWidth ?? 0;
    const box = document.getElementById(`pane-${pane}`)?.getBoundingClientRect();
    if (!dragging || !box || width === 0) return;
    onChange((direction === 1 ? event.clientX - box.left : box.right - event.clientX) / width);
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
    <div className={styles.between} data-dragging={dragging || undefined}>
      {/* A separator that can be moved is a widget: it takes focus, keys and the pointer. */}
      <div
        role="separator"
        aria-orientation="vertical"
        aria-label={label}
        aria-controls={`pane-${pane}`}
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
      <button
        type="button"
        className={styles.swap}
        aria-label={swapLabel}
        title={swapLabel}
        onClick={onSwap}
        data-testid={`swap-${pane}`}
      >
        <span aria-hidden>⇄</span>
      </button>
    </div>
  );
}
