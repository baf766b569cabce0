/** The screens of the records store: a unit, the store. */
import type { DomainView } from '../../../web/kit/platform.ts';
import { StorePage } from './parts.ts';
import { UnitPage } from './unit.tsx';
import './records.css';

export const view: DomainView = {
  pages: [
    { pattern: 'unit/:unit', page: UnitPage },
    { pattern: 'store/:store', page: StorePage },
  ],
};
