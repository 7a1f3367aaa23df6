import { describe, expect, it } from 'vitest';
import { columns, defaultLayout, fitting, sizedBy, swapped } from './pane-layout';

describe('the panes', () => {
  it('are all there while the window is wide enough', () => {
    expect(fitting(defaultLayout, [], 1280)).toEqual(['room', 'chart', 'note']);
    expect(fitting(defaultLayout, [], undefined)).toEqual(['room', 'chart', 'note']);
  });

  it('fold from the one used longest ago as the window narrows, and one is always there', () => {
    expect(fitting(defaultLayout, ['room', 'note'], 800)).toEqual(['room', 'note']);
    expect(fitting(defaultLayout, ['note', 'chart'], 800)).toEqual(['chart', 'note']);
    expect(fitting(defaultLayout, ['chart'], 640)).toEqual(['chart']);
    expect(fitting(defaultLayout, ['chart'], 200)).toEqual(['chart']);
  });

  it('stay hidden where they were hidden by choice', () => {
    const layout = { ...defaultLayout, hidden: ['chart' as const] };
    expect(fitting(layout, ['chart'], 1920)).toEqual(['room', 'note']);
  });

  it('change places, and each divider still sizes a pane of its own', () => {
    const once = swapped(defaultLayout, 1);
    expect(once.order).toEqual(['room', 'note', 'chart']);
    expect([sizedBy(once.order, 0).pane, sizedBy(once.order, 1).pane]).toEqual(['room', 'note']);
    const other = swapped(defaultLayout, 0);
    expect(other.order).toEqual(['chart', 'room', 'note']);
    expect([sizedBy(other.order, 0), sizedBy(other.order, 1)]).toEqual([
      { pane: 'room', direction: -1 },
      { pane: 'note', direction: -1 },
    ]);
    expect(swapped(defaultLayout, 2)).toBe(defaultLayout);
  });

  it('leave no gap when the chart is away', () => {
    const layout = { ...defaultLayout, hidden: ['chart' as const] };
    expect(columns(layout, ['room', 'note'])).toContain('36px');
    expect(columns(layout, ['room', 'note'])).toContain('1fr');
  });
});
