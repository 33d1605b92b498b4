import { InputError } from '../../errors.js';

/**
 * Says of a name whether a pattern means it: `/…/` is a regular expression that is to be found in the name;
 * anything else is compared with all of it, `*` standing for any text and `?` for one character.
 *
 * @throws InputError for a regular expression that is none.
 */
export function freezePattern(pattern: string): (name: string) => boolean {
  const expression = /^\/(.*)\/$/.exec(pattern)?.[1];
  try {
    const compiled =
      expression === undefined
        ? new RegExp(
            `^${pattern
              .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
              .replace(/\*/g, '.*')
              .replace(/\?/g, '.')}$`,
            's',
          )
        : new RegExp(expression);
    return (name) => compiled.test(name);
  } catch (error) {
    throw new InputError(
      {
        path: '--freeze',
        problem: `${pattern} is no regular expression (${(error as Error).message})`,
        hint: 'Between two slashes stands a regular expression; without them * stands for any text',
      },
      { cause: error },
    );
  }
}
