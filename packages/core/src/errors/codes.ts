/**
 * Every code an error of Konsil can carry, with the one sentence that the reference prints for it. Codes are stable:
 * one is never renamed and never reused for something else.
 */
export const errorCodes = {
  // the researcher's request
  ARGUMENT_INVALID: "An argument has a value that the algorithm does not permit.",
  ARGUMENT_UNKNOWN: "An argument or option has a name that does not exist.",
  ALGORITHM_UNKNOWN: "There is no algorithm or step of this name and version where it was asked for.",
  COLUMN_UNKNOWN: "A column is not in the data of a site, or not in the declaration of the data.",
  COLUMN_TYPE: "A column is of another type than the analysis needs.",
  COLUMN_DISAGREES: "A column is of different types at different sites.",
  DATABASE_UNKNOWN: "A site has no database of this label.",
  EXPRESSION_INVALID: "A derived column or a filter is malformed or mixes types.",
  FORMULA_SYNTAX: "A formula cannot be read.",
  FORMULA_UNSUPPORTED: "A formula uses something that R permits and Konsil does not.",
  FORMULA_VARIABLE: "A formula uses a variable in a role that it cannot have.",
  LEVEL_UNKNOWN: "A level of a category is not among the levels that the data have.",
  SITE_UNKNOWN: "A site of this name is not in the federation.",
  // the data at a site
  DATA_EMPTY: "No row is left to analyse.",
  DATA_INVALID: "A column holds something that does not fit its type.",
  DATA_UNREADABLE: "A data source cannot be opened or read.",
  LEVEL_RARE: "A level has fewer people at a site than its policy permits to be named.",
  // the site's policy
  POLICY_INVALID: "A site's policy has an unknown setting or a malformed value.",
  DIFFERENCE_TOO_SMALL:
    "An answer would differ from another that can be had by fewer people than the site's minimum.",
  CELL_TOO_SMALL: "A cell rests on fewer people than the site's minimum.",
  WEIGHTS_CONCENTRATED: "Weighted sums rest on fewer rows than the site's policy permits.",
  EVALUATIONS_TOO_MANY: "A model was evaluated over the same rows more often than the site's policy permits.",
  ROWS_TOO_FEW: "A site has fewer rows than its policy demands: in all, or in a group of the analysis.",
  ORGANIZATIONS_TOO_FEW: "Fewer organizations take part than a site's policy demands.",
  PARAMETERS_TOO_MANY:
    "The model has more parameters than a site's policy permits for its rows, or for those of all.",
  ALGORITHM_NOT_PERMITTED: "A site's policy does not permit this algorithm.",
  CALL_NOT_PERMITTED: "A site's policy does not permit calls by another client than Konsil's own.",
  EXPRESSION_NOT_PERMITTED:
    "A filter or a derived column compares numbers or dates in a way that a site's policy does not permit.",
  COLUMN_NOT_PERMITTED: "A site's policy does not permit reading this column.",
  EVENT_TIMES_NOT_PERMITTED: "A site's policy does not release event times in the way the analysis needs.",
  RANGE_NOT_PERMITTED:
    "A site's policy has no number in lattices for this column, or one that would round nothing, so its range is not released.",
  NOT_FINITE: "A statistic at a site is not a finite number.",
  STEP_REFUSED: "A step of the algorithm refused for a reason that it declares.",
  // sites and analyses
  SITE_CHANGED: "A site's rows or policy changed again and again while an analysis ran.",
  SITE_FAILED: "A site failed while it computed; its own journal says why.",
  SITE_UNAVAILABLE: "A site did not answer.",
  REPLY_INVALID: "A site's reply is not what the step declares.",
  REQUEST_INVALID: "A site received a request that it cannot read.",
  VERSION_MISMATCH: "The desk and a site have different versions of a step.",
  ANALYSIS_ABORTED: "The analysis was stopped by its caller.",
  ANALYSIS_TIMEOUT: "The analysis did not end before its deadline.",
  TASK_UNDECIDED: "The server did not say whether it made a task, and the task cannot be found.",
  NOT_DETERMINISTIC: "A central step asked other questions when it was replayed.",
  JOURNAL_INVALID: "A journal belongs to another analysis, is in use by one, or is damaged.",
  NOT_ESTIMABLE: "The data do not determine the statistic that was asked for.",
  // vantage6: who is asked, and what keeps a node from answering
  COLLABORATION_UNKNOWN:
    "There is no collaboration, study or organization of this name for this user, or there are several.",
  IMAGE_UNKNOWN: "No image of algorithms is named, and this release has none of its own.",
  IMAGE_NOT_ALLOWED: "A site's node does not permit the image of algorithms.",
  IMAGE_NOT_FOUND: "A site's node cannot find the image of algorithms.",
  NODE_OFFLINE: "No node of a site is connected to the server.",
  ENCRYPTION_MISMATCH: "A collaboration, a node and the desk disagree on whether messages are encrypted.",
  TASK_KILLED: "A task was killed before a site had answered.",
  STATUS_UNKNOWN: "A run has a status that this version does not know.",
  RESULT_UNAVAILABLE: "A site has answered, and its result cannot be had from the server.",
  // vantage6 servers
  ADDRESS_INSECURE: "What is sent to an address would not be encrypted on its way to another machine.",
  SERVER_UNREACHABLE: "A server cannot be reached, or the connection to it was lost.",
  SERVER_UNTRUSTED: "A server's certificate does not prove that it is the one that was named.",
  SERVER_TIMEOUT: "A server did not answer in time.",
  SERVER_BUSY: "A server is overloaded, or was asked too often.",
  SERVER_FAILED: "A server failed inside while it answered.",
  SERVER_ANSWER_INVALID: "What answers at an address is no vantage6 server, or answers what none does.",
  SERVER_VERSION:
    "A server is of a version that cannot do what was asked, or that Konsil does not speak with.",
  LOGIN_FAILED: "A server does not know this username with this password, or does not take the code.",
  MFA_REQUIRED: "A server wants the code of a second factor.",
  MFA_ENROLMENT: "A server wants a second factor to be set up first.",
  SESSION_EXPIRED: "A session at a server is over.",
  PERMISSION_DENIED: "A server does not permit a user to do something.",
  NOT_FOUND: "A server has no such thing.",
  REQUEST_REJECTED: "A server does not accept a request as it is.",
  // keys and encrypted messages
  KEY_INVALID:
    "A key, or a file of known keys, cannot be read, or a key is of a kind that vantage6 does not use.",
  KEY_EXPOSED: "A file of keys can be read or changed by others than its owner.",
  KEY_CHANGED: "An organization has another public key than the one that is known.",
  ENVELOPE_INVALID: "A message cannot be decrypted.",
  // definitions
  DEFINITION_INVALID: "A step or an algorithm is declared wrongly.",
  OUTPUT_INVALID: "A step returned something that it does not declare.",
  VALUE_INVALID: "A central step returned something that is not plain JSON.",
  LAW_BROKEN: "An algorithm breaks one of the laws that every algorithm keeps.",
  // notebooks and the kernels that run them
  KERNEL_UNKNOWN: "No kernel of this name is installed, or its description cannot be read.",
  KERNEL_START_FAILED: "A kernel ended, or did not answer, while it was started.",
  KERNEL_CONNECTION_INVALID: "A connection file cannot be read, or leaves messages unsigned.",
  KERNEL_DIED: "A kernel ended while it was in use.",
  KERNEL_TIMEOUT: "A kernel did not answer in time, or its answer was lost.",
  NOTEBOOK_INVALID: "A file is not a notebook that can be run.",
  NOTEBOOK_FAILED: "A cell of a notebook failed.",
  NOTEBOOK_TIMEOUT: "A cell of a notebook took longer than it may.",
  NOTEBOOK_INTERRUPTED: "A run of a notebook was interrupted.",
  NOTEBOOK_PACKAGE_MISSING: "The package that runs notebooks is not installed, or is of another version.",
  // files and the command line
  OUTPUT_UNWRITABLE: "A file cannot be written where it was asked for.",
  USAGE: "A command was called in a way that it does not permit.",
} as const;

export type ErrorCode = keyof typeof errorCodes;
