export type { ErrorCode } from "./codes.ts";
export { errorCodes } from "./codes.ts";
export { counted } from "./counted.ts";
export { defectText } from "./defect-text.ts";
export type { ErrorDetails, ServerErrorDetails } from "./konsil-error.ts";
export {
  AnalysisError,
  ArgumentError,
  DataError,
  DefinitionError,
  EncryptionError,
  isKonsilError,
  KonsilError,
  NotebookError,
  PolicyError,
  RefusalError,
  ServerError,
  SiteError,
} from "./konsil-error.ts";
export { checkOptionNames } from "./option-names.ts";
export { printable } from "./printable.ts";
export type { Problem } from "./problems.ts";
export { placeOf, readAs, sentence } from "./problems.ts";
export { listing, nearest, suggestion } from "./suggest.ts";
