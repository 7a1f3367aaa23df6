// A native textarea that grows with its text (dictation, spell-check and screen readers work best in it).
import { useLayoutEffect, useRef, type TextareaHTMLAttributes } from 'react';

/** The webview sizes the field by its text itself (`field-sizing` in its style): one layout a key instead of two. */
const sizesItself =
  typeof CSS !== 'undefined' && 'supports' in CSS && CSS.supports('field-sizing', 'content');

interface Props extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  value: string;
  'data-testid'?: string;
}

export function AutoTextarea(props: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { value } = props;

  useLayoutEffect(() => {
    if (area.current && !sizesItself) fit(area.current);
  }, [value]);

  useLayoutEffect(() => {
    const element = area.current;
    if (!element || sizesItself) return;
    const refit = () => fit(element);
    // The window, the density or the font changed: the same text takes another height.
    window.addEventListener('resize', refit);
    let left = false;
    void (document as Partial<Pick<Document, 'fonts'>>).fonts?.ready.then(() => {
      if (!left) refit();
    });
    let width = element.clientWidth;
    const observer =
      typeof ResizeObserver === 'undefined'
        ? undefined
        : new ResizeObserver(() => {
            if (element.clientWidth === width) return;
            width = element.clientWidth;
            refit();
          });
    observer?.observe(element);
    return () => {
      left = true;
      window.removeEventListener('resize', refit);
      observer?.disconnect();
    };
  }, []);

  return <textarea ref={area} rows={1} {...props} />;
}

function fit(element: HTMLTextAreaElement) {
  element.style.height = 'auto';
  const borders = element.offsetHeight - element.clientHeight;
  if (element.scrollHeight > 0) element.style.height = `${element.scrollHeight + borders}px`;
}
