/**
 * What one step over a table leaves to the next: the filled design, and who is behind its columns, take as long as an
 * evaluation. A table has one of it, which is gone with the table or when it is taken, so that whoever takes it may
 * change it.
 */
export class HandedOn<T> {
  readonly #left = new WeakMap<object, { readonly model: string; readonly made: T }>();

  leave(table: object, model: object, made: T): void {
    this.#left.set(table, { model: JSON.stringify(model), made });
  }

  /** What was left of the same model, or undefined. */
  take(table: object, model: object): T | undefined {
    const found = this.#left.get(table);
    this.#left.delete(table);
    return found?.model === JSON.stringify(model) ? found.made : undefined;
  }
}
