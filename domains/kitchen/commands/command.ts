/** The typed `command` function of the kitchen. */
import { commandsOf } from '../../../core/domain.ts';
import { entities } from '../entities.ts';

export const command = commandsOf(entities);
