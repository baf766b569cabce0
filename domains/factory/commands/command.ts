/** The typed `command` function of the factory. */
import { commandsOf } from '../../../core/domain.ts';
import { entities } from '../entities.ts';

export const command = commandsOf(entities);
