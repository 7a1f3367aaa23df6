// A PDF of the chart, drawn page by page with its text on top, so that it can be selected and read aloud. Only
// loaded when one is opened. Drawn and nothing more: no scripts, no forms, no links, nothing loaded from outside.
import {
  getDocument,
  GlobalWorkerOptions,
  TextLayer,
  VerbosityLevel,
  type PDFDocumentProxy,
} from 'pdfjs-dist/legacy/build/pdf.mjs';
import Worker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker';
import { useEffect, useRef, useState } from 'react';
import { useWidth } from '../../components/use-width';
import { chart as text } from '../../text/visit';
import { bytesOf } from './document-bytes';
import styles from './DocumentPicture.module.css';

/** Pages that are shown; the rest is read in the EHR. */
const MAX_PAGES = 100;
/** Pixels of one page, and of one picture in it: beyond that it is drawn coarser, or left out. */
const MAX_PIXELS = 16_000_000;
/** A page is drawn this far before it is scrolled to. */
const AHEAD = '600px';
const SHARPEST = 2;

export default function DocumentPdf({ data, title }: { data: string; title: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [pdf, setPdf] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let left = false;
    const port = new Worker();
    // Read by the next line, and by nothing else.
    GlobalWorkerOptions.workerPort = port;
    const task = getDocument({
      data: bytesOf(data),
      isEvalSupported: false,
      enableXfa: false,
      useWasm: false,
      useWorkerFetch: false,
      maxImageSize: MAX_PIXELS,
      verbosity: VerbosityLevel.ERRORS,
    });
    const fail = () => {
      if (!left) setFailed(true);
    };
    port.addEventListener('error', fail);
    task.promise.then((opened) => {
      if (!left) setPdf(opened);
    }, fail);
    return () => {
      left = true;
      setPdf(undefined);
      // With the worker goes everything that it held of the document.
      TextLayer.cleanup();
      void task.destroy().finally(() => port.terminate());
    };
  }, [data]);

  const count = pdf?.numPages ?? 0;
  const shown = Array.from({ length: Math.min(count, MAX_PAGES) }, (_, index) => index + 1);
  return (
    <div
      ref={frame}
      className={styles.pdf}
      data-testid="document-pdf"
      data-state={failed ? 'failed' : pdf ? 'open' : 'opening'}
    >
      {failed && <p className={styles.failed}>▲ {text.pdfFailed}</p>}
      {!failed && !pdf && <p role="status">{text.loading}</p>}
      {pdf &&
        width !== undefined &&
        shown.map((number) => (
          <Page
            key={number}
            pdf={pdf}
            number={number}
            width={width}
            label={text.pdfPage(title, number, count)}
          />
        ))}
      {count > MAX_PAGES && <p className={styles.failed}>▲ {text.pdfMore(MAX_PAGES, count)}</p>}
    </div>
  );
}

interface PageProps {
  pdf: PDFDocumentProxy;
  number: number;
  width: number;
  label: string;
}

function Page({ pdf, number, width, label }: PageProps) {
  const place = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(number === 1);
  const [state, setState] = useState<'waiting' | 'drawn' | 'failed'>('waiting');

  useEffect(() => {
    const element = place.current;
    if (near || !element) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) setNear(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);

  useEffect(() => {
    if (!near) return;
    let left = false;
    let stop: (() => void) | undefined;
    const draw = async () => {
      const page = await pdf.getPage(number);
      if (left || !place.current || !canvas.current || !words.current) return;
      const scale = width / page.getViewport({ scale: 1 }).width;
      const viewport = page.getViewport({ scale });
      const fitting = Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height));
      const sharp = Math.min(window.devicePixelRatio, SHARPEST, fitting);
      place.current.style.setProperty('--total-scale-factor', String(scale));
      place.current.style.height = `${viewport.height}px`;
      canvas.current.width = Math.floor(viewport.width * sharp);
      canvas.current.height = Math.floor(viewport.height * sharp);
      words.current.replaceChildren();
      const transform = [sharp, 0, 0, sharp, 0, 0];
      const drawing = page.render({ canvas: canvas.current, viewport, transform });
      const writing = new TextLayer({
        textContentSource: page.streamTextContent(),
        container: words.current,
        viewport,
      });
      stop = () => {
        drawing.cancel();
        writing.cancel();
        page.cleanup();
      };
      await Promise.all([drawing.promise, writing.render()]);
      setState('drawn');
    };
    draw().catch(() => {
      if (!left) setState('failed');
    });
    return () => {
      left = true;
      stop?.();
    };
  }, [pdf, number, width, near]);

  return (
    <section
      ref={place}
      className={styles.page}
      aria-label={label}
      data-testid="pdf-page"
      data-state={state}
    >
      {state === 'failed' && <p className={styles.failed}>▲ {text.pdfPageFailed}</p>}
      <canvas ref={canvas} className={styles.canvas} aria-hidden />
      <div ref={words} className={styles.words} />
    </section>
  );
}
