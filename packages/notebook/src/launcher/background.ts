/** How a trace begins of an error that came when nothing waited for it. Whoever runs a notebook knows it by that. */
export const background = {
  uncaughtException: "An error that nothing caught:",
  unhandledRejection: "A promise that nothing awaited was rejected:",
} as const;
