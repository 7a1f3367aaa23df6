// Starts the window on whatever host carries it.
import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './features/app/App';
import { Plain } from './features/signin/Blocked';
import { pickHost } from './host';
import { signIn } from './text/app';

const root = document.getElementById('root');
if (root) {
  const opened = await pickHost();
  createRoot(root).render(
    <StrictMode>{opened ? <App {...opened} /> : <Plain words={signIn.noHost} />}</StrictMode>,
  );
}
