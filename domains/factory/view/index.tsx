/** The factory's screens: a line, a site. */
import type { DomainView } from '../../../web/kit/platform.ts';
import { LinePage } from './line.tsx';
import { SitePage } from './parts.ts';
import './factory.css';
import './kiosk.css';

export const view: DomainView = {
  pages: [
    { pattern: 'line/:line', page: LinePage },
    { pattern: 'site/:site', page: SitePage },
  ],
};
