/**
 * Base of every error this product throws on purpose.
 * A message says what was refused, the value, and the next action; never a secret and never customer text.
 */
export abstract class AppError extends Error {
  abstract override readonly name: string;
}
