/** The words around every figure. */
export interface FigureText {
  readonly title: string;
  /** What a reader who cannot see the figure is told; made from the data unless given. */
  readonly description?: string;
  readonly notes?: readonly string[];
}
