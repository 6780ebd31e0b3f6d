export type { ConnectOptions } from "./connect.ts";
export { connect } from "./connect.ts";
export type { Content } from "./content.ts";
export { EnrolmentError } from "./enrolment-error.ts";
export type * from "./model/index.ts";
export type { Pages } from "./pages.ts";
export type {
  Creatable,
  Deletable,
  DeleteOptions,
  Listing,
  Resource,
  Updatable,
  WithOrganizations,
} from "./resources/resource.ts";
export type * from "./server.ts";
export type {
  Store,
  StoreAlgorithms,
  StoreOptions,
  StoreReviews,
  StoreRoles,
  StoreUsers,
} from "./store.ts";
